"""Where events were read: places in files as numbers."""

from __future__ import annotations

from okta_access.logs.place import Place

_LINE_BITS = 40  # a place is the file's number and, in the lower bits, the line


class Files:
    """The files read so far, and places in them as numbers; the last is the one being read.

    A line of it, as a number, is ``start | line``.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self.start = 0

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""
        self.start = len(self._names) << _LINE_BITS
        self._names.append(name)

    def here(self, line: int) -> Place:
        """A line of the file that is being read."""
        return Place(self._names[-1], line)

    def number(self, line: int) -> int:
        """A line of the file that is being read, as a number."""
        return self.start | line

    def place(self, number: int) -> Place:
        """The place of such a number."""
        return Place(self._names[number >> _LINE_BITS], number & ((1 << _LINE_BITS) - 1))
