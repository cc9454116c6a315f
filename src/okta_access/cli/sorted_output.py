"""Alerts in the order of their times: kept in a file without a name until all are there."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tempfile import SpooledTemporaryFile

_IN_MEMORY = 1 << 20  # bytes; most scans write no file at all
_NO_TIME = (1 << 63) - 1  # later than any time


class ByTime:
    """Texts in, each with a time in microseconds; out by time, those without one at the end."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] | None = None
        self._times = array("q")
        self._ends = array("Q", [0])

    def add(self, time: int | None, text: str) -> None:
        """Keep a text. Raises OSError where there is no room for it."""
        data = text.encode("utf-8", "surrogatepass")
        if self._file is None:
            from tempfile import SpooledTemporaryFile  # a run without alerts starts sooner

            self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - open until all is told
        self._file.write(data)
        self._times.append(_NO_TIME if time is None else time)
        self._ends.append(self._ends[-1] + len(data))

    def all(self) -> Iterator[str]:
        """The texts by time; of one time in the order in which they came."""
        if self._file is None:
            return
        with self._file as file:
            for number in sorted(range(len(self._times)), key=self._times.__getitem__):
                start, end = self._ends[number], self._ends[number + 1]
                file.seek(start)
                yield file.read(end - start).decode("utf-8", "surrogatepass")
