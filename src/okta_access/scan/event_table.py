"""Events that may count in correlations, by number: where they were read, and their context.

What a correlation keeps of an event is what it counts; whoever gets the alert wants to know who it
was. Of that a log has few values that recur (people, addresses), and targets that hardly do.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from okta_access.catalog.paths import Held
from okta_access.logs.place import Place
from okta_access.matching.correlations.columns import Numbered, packed, unpacked
from okta_access.scan.context import Context, context_of

_TARGETS = 4  # where the targets stand in what is held
_LINE_BITS = 40  # a place is the file's number and, in the lower bits, the line
_LEAST = 1024  # events of a stream that are kept in any case


class EventTable(Protocol):
    """Takes events in the order in which they are read."""

    def add(self, place: int, time: int | None, held: tuple[Held, ...]) -> int:
        """Keep an event, with what it holds at each path of its context; gives its number.

        Numbers grow as events are read.
        """

    def __getitem__(self, number: int) -> tuple[int, Context]:
        """Its place and its context."""


class Files:
    """The files read so far, and places in them as numbers; the last is the one being read."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""
        self._names.append(name)

    def here(self, line: int) -> Place:
        """A line of the file that is being read."""
        return Place(self._names[-1], line)

    def number(self, line: int) -> int:
        """A line of the file that is being read, as a number."""
        return (len(self._names) - 1) << _LINE_BITS | line

    def place(self, number: int) -> Place:
        """The place of such a number."""
        return Place(self._names[number >> _LINE_BITS], number & ((1 << _LINE_BITS) - 1))


class Columns:
    """All events of a log: 24 bytes each, and their targets' texts."""

    def __init__(self) -> None:
        self._places = array("q")
        self._who = Numbered[tuple[Held, ...]]()
        self._where = Numbered[tuple[Held, ...]]()
        self._whos = array("I")
        self._wheres = array("I")
        self._targets = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._places)

    def add(self, place: int, _: int | None, held: tuple[Held, ...]) -> int:
        """Keep an event; gives its number."""
        who, where, targets = held[:_TARGETS], held[_TARGETS + 1 :], held[_TARGETS]
        number = self._who.known(who)
        self._whos.append(self._who.of(who) if number is None else number)
        number = self._where.known(where)
        self._wheres.append(self._where.of(where) if number is None else number)
        if isinstance(targets, str) and targets.isascii():
            self._targets += targets.encode()
        else:
            self._targets += packed(targets)
        self._ends.append(len(self._targets))
        self._places.append(place)
        return len(self._places) - 1

    def __getitem__(self, number: int) -> tuple[int, Context]:
        """Its place and its context."""
        start = self._ends[number - 1] if number else 0
        targets = unpacked(bytes(self._targets[start : self._ends[number]]))
        who, where = self._who[self._whos[number]], self._where[self._wheres[number]]
        return self._places[number], context_of((*who, targets, *where))

    def extend(self, later: Columns, shift: int) -> None:
        """Take over the events of another table, read after these; ``shift`` is added to places."""
        self._places.extend(place + shift for place in later._places)
        whos = [self._who.of(one) for one in later._who]
        self._whos.extend(map(whos.__getitem__, later._whos))
        wheres = [self._where.of(one) for one in later._where]
        self._wheres.extend(map(wheres.__getitem__, later._wheres))
        before = len(self._targets)
        self._ends.extend(end + before for end in later._ends)
        self._targets += later._targets


@dataclass(frozen=True, slots=True)
class _Kept:
    time: int
    place: int
    held: tuple[Held, ...]


class Window:
    """The latest events of a stream; those older than ``horizon()`` are let go now and then."""

    def __init__(self, horizon: Callable[[], int | None]) -> None:
        self._horizon = horizon
        self._kept: dict[int, _Kept] = {}
        self._next = 0
        self._forget_at = _LEAST

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, place: int, time: int | None, held: tuple[Held, ...]) -> int:
        """Keep an event; gives its number. Without a time it will not be asked for."""
        if len(self._kept) >= self._forget_at:
            self._forget()
        number, self._next = self._next, self._next + 1
        if time is not None:
            self._kept[number] = _Kept(time, place, held)
        return number

    def __getitem__(self, number: int) -> tuple[int, Context]:
        """Its place and its context."""
        one = self._kept[number]
        return one.place, context_of(one.held)

    def _forget(self) -> None:
        horizon = self._horizon()
        if horizon is not None:
            self._kept = {n: one for n, one in self._kept.items() if one.time >= horizon}
        self._forget_at = max(_LEAST, 2 * len(self._kept))
