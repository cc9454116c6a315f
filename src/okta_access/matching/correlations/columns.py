"""Compact columns: texts by number, and uuids as 16 bytes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

from okta_access.catalog.paths import Held

T = TypeVar("T", bound=Hashable)

_LATEST = 1 << 13  # texts that are known when they come again
_MEMBER = b"\xff"  # before each of several texts; UTF-8 has no such byte
_SIZE = 16
_LENGTH = 36
_ODD = bytes(_SIZE)  # stands for what is kept as a text; the nil uuid, the same bytes, is too


class Numbered(Generic[T]):
    """Values that recur, numbered from 0 as they come.

    ``known`` gives the number of a value that has come before, else None.

    >>> numbers = Numbered[str]()
    >>> numbers.of("a"), numbers.of("b"), numbers.of("a"), numbers[1]
    (0, 1, 0, 'b')
    """

    __slots__ = ("_numbers", "_values", "known")

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}
        self.known: Callable[[T], int | None] = self._numbers.get
        self._values: list[T] = []

    def __getitem__(self, number: int) -> T:
        return self._values[number]

    def __iter__(self) -> Iterator[T]:
        return iter(self._values)

    def of(self, value: T) -> int:
        """The number of a value, a new one for a new value."""
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self._values)
            self._values.append(value)
        return number


class Texts:
    """What fields hold, numbered from 0 as it comes; of each some bytes more than its text.

    What has come lately keeps its number; what comes again after many others may get a new one. So
    different numbers may stand for the same, but never one number for two.

    >>> texts = Texts()
    >>> texts.of("a"), texts.of(("b", "c")), texts.of("a"), texts[1]
    (0, 1, 0, ('b', 'c'))
    """

    __slots__ = ("_data", "_ends", "_numbers", "known")

    def __init__(self) -> None:
        self._data = bytearray()
        self._ends = array("Q")
        self._numbers: dict[Held, int] = {}
        self.known: Callable[[Held], int | None] = self._numbers.get

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> Held:
        start = self._ends[number - 1] if number else 0
        return unpacked(bytes(self._data[start : self._ends[number]]))

    def __iter__(self) -> Iterator[Held]:
        return map(self.__getitem__, range(len(self._ends)))

    def of(self, held: Held) -> int:
        """The number of what came lately, else a new one."""
        number = self._numbers.get(held)
        if number is None:
            if len(self._numbers) >= _LATEST:
                self._numbers.clear()
            number = self._numbers[held] = len(self._ends)
            self._data += packed(held)
            self._ends.append(len(self._data))
        return number


def packed(held: Held) -> bytes:
    """What a path holds, as bytes."""
    if isinstance(held, str):
        return held.encode("utf-8", "surrogatepass")
    return b"".join(_MEMBER + text.encode("utf-8", "surrogatepass") for text in held)


def unpacked(data: bytes) -> Held:
    """What a path held.

    >>> unpacked(packed("a")), unpacked(packed(("a", "b"))), unpacked(packed(()))
    ('a', ('a', 'b'), ())
    """
    parts = [part.decode("utf-8", "surrogatepass") for part in data.split(_MEMBER)]
    return parts[0] or tuple(parts[1:])


class Uuids:
    """A list of uuids, some of them missing; 16 bytes for each that is written as usual.

    >>> uuids = Uuids()
    >>> uuids.append("01234567-89ab-cdef-0123-456789abcdef"); uuids.append(None)
    >>> uuids[0], uuids[1]
    ('01234567-89ab-cdef-0123-456789abcdef', None)
    """

    __slots__ = ("_bytes", "_odd")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._odd: dict[int, str] = {}

    def __getitem__(self, row: int) -> str | None:
        packed = self._bytes[row * _SIZE : (row + 1) * _SIZE]
        return self._odd.get(row) if packed == _ODD else _written(packed)

    def append(self, uuid: str | None) -> None:
        """Take in a uuid of any form, or None."""
        packed = _ODD if uuid is None else _bytes_of(uuid)
        if packed == _ODD and uuid is not None:
            self._odd[len(self._bytes) // _SIZE] = uuid
        self._bytes += packed

    def extend(self, later: Uuids) -> None:
        """Take in all of another list."""
        start = len(self._bytes) // _SIZE
        self._odd.update((start + row, uuid) for row, uuid in later._odd.items())
        self._bytes += later._bytes


def _bytes_of(uuid: str) -> bytes:
    """Its bytes, or :data:`_ODD` where these would not give back the same text."""
    digits = uuid.replace("-", "")
    if len(uuid) != _LENGTH or uuid[8] + uuid[13] + uuid[18] + uuid[23] != "----":
        return _ODD
    try:
        packed = bytes.fromhex(digits)
    except ValueError:
        return _ODD
    return packed if packed.hex() == digits else _ODD


def _written(packed: bytes | bytearray) -> str:
    digits = packed.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
