"""Where events were read, as numbers that correlations keep of each."""

from __future__ import annotations

from okta_access.logs.place import Place

_LINE_BITS = 40  # a number is the file's and, in the lower bits, the line


class Sources:
    """The files read so far; the last is the one that is being read."""

    def __init__(self) -> None:
        self._files: list[str] = []

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""
        self._files.append(name)

    def here(self, line: int) -> Place:
        """A line of the file that is being read."""
        return Place(self._files[-1], line)

    def number(self, line: int) -> int:
        """A line of the file that is being read, as a number that grows as lines are read."""
        return (len(self._files) - 1) << _LINE_BITS | line

    def place(self, number: int) -> Place:
        """The place of such a number."""
        return Place(self._files[number >> _LINE_BITS], number & ((1 << _LINE_BITS) - 1))
