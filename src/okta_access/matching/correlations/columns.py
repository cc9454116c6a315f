"""Compact columns: what fields hold by number, and uuids as 16 bytes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, count
from struct import pack

import msgspec

from okta_access.catalog.paths import Held

Value = Held | tuple[Held, ...]
"""What a field holds; of several fields that are kept together, what each of them holds."""

_LATEST = 1 << 13  # values that are known when they come again, if ever some do
_FIELD = b"\xfe"  # between what several fields hold; UTF-8 has no such byte
_FIELD_AS_TEXT = _FIELD.decode("latin-1")
_MEMBER = b"\xff"  # before each of several texts; nor this one
HASH_BITS = (1 << 30) - 1  # with numbers of this size Python reckons fastest
_SIZE = 16
_LENGTH = 36
_DASHES = (8, 13, 18, 23)
_NIL = "00000000-0000-0000-0000-000000000000"
_ODD = bytes(_SIZE)  # stands for what is kept as a text; the nil uuid, the same bytes, is too


class LaterTexts(msgspec.Struct, frozen=True):
    """What :class:`Texts` has taken in since it was last asked, for another to take over."""

    first: int
    data: bytearray
    ends: array[int]
    hashes: tuple[array[int], ...]
    several: tuple[dict[int, int], ...]


class Texts:
    """What some fields hold, numbered from 0 as it comes; of each some bytes more than its text.

    What has come lately keeps its number; what comes again after many others may get a new one. So
    different numbers may stand for the same, but never one number for two.

    For each field ``hashes`` has by number a number of 30 bits by which texts are told apart, 0
    for none or several; of these ``several`` says how many there are.

    >>> texts = Texts(1)
    >>> texts.numbers(["a", ("b", "c"), "a"]), texts[1], texts.several
    ([0, 1, 0], (('b', 'c'),), ({1: 2},))
    """

    __slots__ = (
        "_again",
        "_before",
        "_data",
        "_ends",
        "_fields",
        "_first",
        "_most",
        "_numbers",
        "hashes",
        "several",
    )

    def __init__(self, fields: int) -> None:
        self._fields = fields
        self._numbers: dict[Value, int] = {}
        self._most = _LATEST
        self._again = 0
        self._first = 0
        self._before = 0  # bytes of what has been let go
        self._start_anew()

    def _start_anew(self) -> None:
        self._data = bytearray()
        self._ends = array("Q")
        self.hashes = tuple(array("i") for _ in range(self._fields))
        self.several: tuple[dict[int, int], ...] = tuple({} for _ in range(self._fields))

    def __len__(self) -> int:
        return self._first + len(self._ends)

    def __getitem__(self, number: int) -> tuple[Held, ...]:
        """What each of the fields held."""
        return tuple(map(unpacked, self._packed(number)))

    def held(self, number: int, field: int) -> Held:
        """What one of the fields held."""
        return unpacked(self._packed(number)[field])

    def _packed(self, number: int) -> list[bytes]:
        start = self._ends[number - 1] if number else 0
        data = bytes(self._data[start : self._ends[number]])
        return data.split(_FIELD) if self._fields > 1 else [data]

    def numbers(self, values: Sequence[Value]) -> list[int]:
        """The number of each: of what came lately its own, else a new one."""
        if len(self._numbers) > self._most:
            self._forget()
        known = self._numbers.get
        found = [*map(known, values)]
        if None in found:
            both = zip(values, found, strict=True)
            new = dict.fromkeys([value for value, number in both if number is None])
            self._again += len(found) - len(new)
            first = len(self)
            self._add([*new])
            if len(new) == len(values):
                return [*range(first, len(self))]
            return [*map(self._numbers.__getitem__, values)]
        self._again += len(found)
        return found  # type: ignore[return-value]  # none is None

    def _forget(self) -> None:
        """Know fewer from now on where hardly any came again: what is small is quick to search."""
        self._most = _LATEST if self._again > len(self._numbers) else _LATEST >> 4
        self._again = 0
        self._numbers.clear()

    def _add(self, values: list[Value]) -> None:
        self._numbers.update(zip(values, count(len(self)), strict=False))
        if not self._add_plain(values):
            for value in values:
                self._add_any((value,) if self._fields == 1 else value)  # type: ignore[arg-type]  # see Value

    def _add_plain(self, values: list[Value]) -> bool:
        """Add all at once, if each field of each holds one text of ASCII."""
        columns = [values] if self._fields == 1 else [*zip(*values, strict=True)]
        if any({*map(type, column)} != {str} for column in columns):
            return False
        if not all("".join(column).isascii() for column in columns):  # type: ignore[arg-type]  # texts
            return False
        texts: list[str] = values if self._fields == 1 else [*map(_FIELD_AS_TEXT.join, values)]  # type: ignore[assignment,arg-type]  # texts
        _, *ends = accumulate(map(len, texts), initial=self._before + len(self._data))
        self._data += "".join(texts).encode("latin-1")
        append_all(self._ends, ends)
        for hashes, column in zip(self.hashes, columns, strict=True):
            append_all(hashes, [hash(text) & HASH_BITS or 1 for text in column])
        return True

    def _add_any(self, fields: tuple[Held, ...]) -> None:
        number = len(self)
        self._data += _FIELD.join(map(packed, fields))
        self._ends.append(self._before + len(self._data))
        for held, hashes, several in zip(fields, self.hashes, self.several, strict=True):
            hashes.append(hash_of(held) if isinstance(held, str) else 0)
            if not isinstance(held, str):
                several[number] = len(held)

    def take_later(self) -> LaterTexts:
        """Let go of all but what is known when it comes again; it can be had no more from here."""
        later = LaterTexts(self._first, self._data, self._ends, self.hashes, self.several)
        self._first = len(self)
        self._before += len(self._data)
        self._start_anew()
        return later

    def extend(self, later: LaterTexts) -> None:
        """Take over what comes next from another; its numbers stay the same here.

        Raises :class:`ValueError` where anything between is missing.
        """
        if later.first != len(self):
            raise ValueError(f"{len(self)} are there, and these begin with number {later.first}")
        self._data += later.data
        self._ends.extend(later.ends)
        for mine, theirs in zip(self.hashes, later.hashes, strict=True):
            mine.extend(theirs)
        for own, others in zip(self.several, later.several, strict=True):
            own.update(others)


def append_all(column: array[int], numbers: Sequence[int]) -> None:
    """As ``column.extend(numbers)``, in a third of the time.

    >>> column = array("q", [1])
    >>> append_all(column, (2, -3)); column
    array('q', [1, 2, -3])
    """
    column.frombytes(pack(f"{len(numbers)}{column.typecode}", *numbers))


def hash_of(text: str) -> int:
    """Any number of 30 bits but 0."""
    return hash(text) & HASH_BITS or 1


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
    if not data.startswith(_MEMBER) and data:
        return data.decode("utf-8", "surrogatepass")
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

    def extend(self, uuids: Sequence[str | None]) -> None:
        """Take in many; those that are all written as usual faster than one by one."""
        if None not in uuids and {*map(len, uuids)} <= {_LENGTH}:  # type: ignore[arg-type]  # no None
            joined = "".join(uuids)  # type: ignore[arg-type]  # as was just asked
            packed = _bytes_of_all(joined)
            if packed is not None:
                self._bytes += packed
                return
        for uuid in uuids:
            self.append(uuid)

    def join(self, later: Uuids) -> None:
        """Take in all of another list."""
        start = len(self._bytes) // _SIZE
        self._odd.update((start + row, uuid) for row, uuid in later._odd.items())
        self._bytes += later._bytes


def _bytes_of_all(joined: str) -> bytes | None:
    """The bytes of several uuids of the usual length, None where one of them is no usual one."""
    digits = joined.replace("-", "")
    dashes = "-" * (len(joined) // _LENGTH)
    if len(digits) * _LENGTH != len(joined) * 2 * _SIZE:
        return None
    if _NIL in joined or any(joined[place::_LENGTH] != dashes for place in _DASHES):
        return None
    try:
        packed = bytes.fromhex(digits)
    except ValueError:
        return None
    return packed if packed.hex() == digits else None


def _bytes_of(uuid: str) -> bytes:
    """Its bytes, or :data:`_ODD` where these would not give back the same text."""
    return (_bytes_of_all(uuid) if len(uuid) == _LENGTH else None) or _ODD


def _written(packed: bytes | bytearray) -> str:
    digits = packed.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
