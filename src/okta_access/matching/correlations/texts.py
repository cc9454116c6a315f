"""What fields of events hold, by number: each text once, as bytes.

While events come in, what some fields hold has a name: their texts as one, which is looked up by a
single comparison and lies in one place.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate

import msgspec

from okta_access.catalog.paths import Held
from okta_access.matching.correlations.columns import append_all
from okta_access.matching.events.generated import BETWEEN, Column

Name = str | tuple[Held, ...]
"""What some fields hold: their texts with :data:`BETWEEN` between them, where each of them holds
one or none and this tells which; else what they hold, as it is."""

_LATEST = 1 << 13  # names that are known when they come again, if ever some do
_FIELD = b"\xfe"  # between what several fields hold; UTF-8 has no such byte
_MEMBER = b"\xff"  # before each of several texts; nor this one
HASH_BITS = (1 << 30) - 1  # with numbers of this size Python reckons fastest


class LaterTexts(msgspec.Struct, frozen=True):
    """What :class:`Texts` has taken in since it was last asked, for another to take over."""

    first: int
    data: bytearray
    ends: array[int]
    hashes: dict[int, array[int]]
    several: tuple[dict[int, int], ...]


class Texts:
    """What some fields hold, numbered from 0 as it comes; of each some bytes more than its text.

    What has come lately keeps its number; what comes again after many others may get a new one. So
    different numbers may stand for the same, but never one number for two. What is new can be read
    once it is settled.

    Of each of the ``hashed`` fields ``hashes`` has by number a number of 30 bits by which texts are
    told apart, 0 for none or several; of any field ``several`` says how many these are.

    >>> texts = Texts(1)
    >>> [texts.number((held,)) for held in ("a", ("b", "c"), "a")]
    [0, 1, 0]
    >>> texts.settle(3)
    >>> texts[1], texts.several
    ((('b', 'c'),), ({1: 2},))
    """

    __slots__ = (
        "_again",
        "_before",
        "_count",
        "_data",
        "_ends",
        "_fields",
        "_first",
        "_hashed",
        "_most",
        "_new",
        "_numbers",
        "hashes",
        "several",
    )

    def __init__(self, fields: int, hashed: Collection[int] = ()) -> None:
        self._fields = fields
        self._hashed = tuple(hashed)
        self._numbers: dict[Name, int] = {}
        self._new: list[Name] = []  # numbered, and not settled yet
        self._most = _LATEST
        self._again = 0
        self._count = 0
        self._first = 0  # of those that are here; those before have been let go
        self._before = 0  # bytes of what has been let go
        self._start_anew()

    def _start_anew(self) -> None:
        self._data = bytearray()
        self._ends = array("Q")
        self.hashes = {field: array("i") for field in self._hashed}
        self.several: tuple[dict[int, int], ...] = tuple({} for _ in range(self._fields))

    def __len__(self) -> int:
        return self._count

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

    def column(self, add: Callable[[int], None]) -> Column:
        """For a keeper that adds numbers there."""
        return Column(add, self._numbers.get, self._new_number, self.number)

    def number(self, held: tuple[Held, ...]) -> int:
        """The number of what the fields hold: of what came lately its own, else a new one."""
        name = name_of(held)
        number = self._numbers.get(name)
        return self._add(name) if number is None else number

    def _new_number(self, texts: Held, held: tuple[Held, ...]) -> int:
        """The number of what the fields hold, which is not known by the name of these texts."""
        if isinstance(texts, str) and (self._fields == 1 or texts.count(BETWEEN) < self._fields):
            return self._add(texts)
        return self.number(held)

    def _add(self, name: Name) -> int:
        if len(self._numbers) > self._most:
            self._forget()
        number = self._numbers[name] = self._count
        self._count = number + 1
        self._new.append(name)
        return number

    def _forget(self) -> None:
        """Know fewer from now on where hardly any came again: what is small is quick to search."""
        self._most = _LATEST if self._again > len(self._numbers) else _LATEST >> 4
        self._again = 0
        self._numbers.clear()

    def settle(self, asked: int = 0) -> None:
        """Take in what is new. ``asked`` is how many numbers were asked for since the last time."""
        names = self._new
        self._again += asked - len(names)
        if names:
            self._new = []
            if not self._take_in_plain(names):
                for name in names:
                    self._take_in(name)

    def _take_in_plain(self, names: list[Name]) -> bool:
        """Take in all at once, if each field of each holds one text of ASCII."""
        try:
            joined = "".join(names)  # type: ignore[arg-type]  # tried
        except TypeError:
            return False
        columns: Sequence[Sequence[str]] = [names]  # type: ignore[list-item]  # texts, as was seen
        if self._fields > 1:
            columns = [*zip(*(name.split(BETWEEN) for name in columns[0]), strict=True)]
        if not joined.isascii() or any("" in column for column in columns):
            return False
        data = joined.encode()
        if self._fields > 1:
            data = data.replace(BETWEEN.encode(), _FIELD)
        _, *ends = accumulate(map(len, names), initial=self._before + len(self._data))
        self._data += data
        append_all(self._ends, ends)
        for field, hashes in self.hashes.items():
            append_all(hashes, [hash(text) & HASH_BITS or 1 for text in columns[field]])
        return True

    def _take_in(self, name: Name) -> None:
        fields = held_by(name, self._fields)
        number = len(self._ends) + self._first
        self._data += _FIELD.join(map(packed, fields))
        self._ends.append(self._before + len(self._data))
        for held, several in zip(fields, self.several, strict=True):
            if not isinstance(held, str):
                several[number] = len(held)
        for field, hashes in self.hashes.items():
            held = fields[field]
            hashes.append(hash_of(held) if isinstance(held, str) else 0)

    def take_later(self) -> LaterTexts:
        """Let go of all but the names that are known; the texts can be had no more from here."""
        self.settle()
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
        self._count += len(later.ends)
        for field, hashes in self.hashes.items():
            hashes.extend(later.hashes[field])
        for own, others in zip(self.several, later.several, strict=True):
            own.update(others)


def name_of(held: tuple[Held, ...]) -> Name:
    r"""The name of what fields hold.

    >>> name_of(("a", "b")), name_of(("a", ())), name_of(("a", ("b", "c")))
    ('a\x00b', 'a\x00', ('a', ('b', 'c')))
    """
    if not any(one and not isinstance(one, str) for one in held):
        name = BETWEEN.join(one if isinstance(one, str) else "" for one in held)
        if len(held) == 1 or name.count(BETWEEN) < len(held):
            return name
    return tuple(one or () for one in held)


def held_by(name: Name, fields: int) -> tuple[Held, ...]:
    """What so many fields hold that has this name."""
    if not isinstance(name, str):
        return name
    return tuple(text or () for text in (name.split(BETWEEN) if fields > 1 else [name]))


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
