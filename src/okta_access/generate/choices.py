"""Decisions read from bytes, so that an event is a function of some bytes.

A zero always chooses the first, which is the plainest, and each part of an event reads from bytes
of its own. So hypothesis shrinks an event by shrinking its bytes, and a seed alone gives the same
events everywhere, whatever the version of hypothesis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Decisions from bytes, in order; when the bytes are used up, every choice is the first.

    >>> choices = Choices(bytes([0, 255, 128]))
    >>> [choices.index(10) for _ in range(4)]
    [0, 9, 5, 0]
    """

    __slots__ = ("_at", "_data", "_end")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self._data = data
        self._at = start
        self._end = len(data) if end is None else min(end, len(data))

    def index(self, n: int) -> int:
        """A number from 0 to ``n - 1``; 0 where there is nothing to choose."""
        if n <= 1:
            return 0
        if n <= 256:
            return self._byte() * n >> 8
        size = (n.bit_length() + 15) // 8
        return self.number(size) * n >> 8 * size

    def pick(self, options: Sequence[T]) -> T:
        """One of these; the first by a zero."""
        return options[self.index(len(options))]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; never by a zero."""
        return self._byte() * 100 >= (100 - percent) << 8

    def number(self, size: int) -> int:
        """A number of ``size`` bytes."""
        found = 0
        for _ in range(size):
            found = found << 8 | self._byte()
        return found

    def part(self, length: int) -> Choices:
        """The next ``length`` bytes as a source of their own."""
        start = self._at
        self._at = min(start + length, self._end)
        return Choices(self._data, start, self._at)

    def _byte(self) -> int:
        at = self._at
        if at >= self._end:
            return 0
        self._at = at + 1
        return self._data[at]
