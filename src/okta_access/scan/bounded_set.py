"""A set of marks that keeps the latest, when no more than so many may be kept."""

from __future__ import annotations


class BoundedSet:
    """A set that forgets: it holds at least the latest ``number`` that were added, at most twice.

    >>> marks = BoundedSet(2)
    >>> for mark in (b"a", b"b", b"c", b"d", b"e"):
    ...     marks.add(mark)
    >>> [mark for mark in (b"a", b"b", b"c", b"d", b"e") if mark in marks], len(marks)
    ([b'c', b'd', b'e'], 3)
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._new: set[bytes] = set()
        self._old: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def __contains__(self, mark: bytes) -> bool:
        return mark in self._new or mark in self._old

    def add(self, mark: bytes) -> None:
        """Keep a mark that is not kept yet."""
        if len(self._new) == self._number:
            self._new, self._old = set(), self._new
        self._new.add(mark)
