"""Candidates of one kind, those of one type that matched the same rules, as columns.

An event is some 50 bytes in arrays - its time, uuid, source, and numbers for what its fields hold -
and what of that no event before has held.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from okta_access.catalog.paths import Held, texts_held
from okta_access.matching.correlations.columns import Texts, Uuids, Value, append_all
from okta_access.matching.events.generated import Columns

_AT_ONCE = 64  # events that wait until they are taken apart together, which is faster

_Of = TypeVar("_Of")
_Waiting = list[tuple[int, "str | None", int, _Of]]  # time, uuid, source, and what tells the rest


class Part(msgspec.Struct, frozen=True):
    """Fields that are kept together: ``first`` is the place of the first among all paths."""

    paths: tuple[str, ...]
    first: int
    texts: Texts

    def values(self, events: Iterable[tuple[Held, ...]]) -> list[Value]:
        """What these fields hold, event by event, from what is held at all paths."""
        first = self.first
        if len(self.paths) == 1:
            return [held[first] for held in events]
        end = first + len(self.paths)
        return [held[first:end] for held in events]


def parts_of(paths: Sequence[str]) -> tuple[Part, ...]:
    """The parts of paths of which those of one object (``actor``, ``client``) are neighbours."""
    groups: dict[str, list[int]] = {}
    for place, path in enumerate(paths):
        groups.setdefault(path.partition(".")[0], []).append(place)
    return tuple(
        Part(tuple(paths[place] for place in places), places[0], Texts(len(places)))
        for places in groups.values()
    )


class Rows(msgspec.Struct, frozen=True):
    """The events of a kind; ``columns`` are of those parts of which it keeps anything."""

    times: array[int]
    uuids: Uuids
    sources: array[int]
    columns: tuple[array[int], ...]


class Kind:
    """The events of one type that matched these rules (bits), numbered in the order of reading."""

    def __init__(self, event_type: str, rules: int, parts: Sequence[Part]) -> None:
        self.event_type = event_type
        self.rules = rules
        self.parts = parts
        self._place = {
            path: (column, field)
            for column, part in enumerate(parts)
            for field, path in enumerate(part.paths)
        }
        self.read: Columns | None = None
        self._records: _Waiting[msgspec.Struct] = []  # which ``read`` reads
        self._read: _Waiting[tuple[Held, ...]] = []  # what is held at each of the paths
        self._start_anew()

    def _start_anew(self) -> None:
        self.rows = Rows(array("q"), Uuids(), array("q"), tuple(array("I") for _ in self.parts))

    def __len__(self) -> int:
        return len(self.rows.times) + len(self._records) + len(self._read)

    def keep(self, time: int, uuid: str | None, source: int, record: msgspec.Struct) -> None:
        """Take in an event by its record."""
        if self._read:
            self.settle()
        self._records.append((time, uuid, source, record))
        if len(self._records) == _AT_ONCE:
            self.settle()

    def add(self, time: int, uuid: str | None, source: int, held: tuple[Held, ...]) -> None:
        """Take in an event by what it holds at each of the paths."""
        if self._records:
            self.settle()
        self._read.append((time, uuid, source, held))
        if len(self._read) == _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Take apart the events that wait for it."""
        if self._records:
            assert self.read is not None
            times, uuids, sources, records = zip(*self._records, strict=True)
            self._append(times, uuids, sources, self.read(records))
            self._records.clear()
        if self._read:
            times, uuids, sources, held = zip(*self._read, strict=True)
            self._append(times, uuids, sources, [part.values(held) for part in self.parts])
            self._read.clear()

    def _append(
        self,
        times: Sequence[int],
        uuids: Sequence[str | None],
        sources: Sequence[int],
        values: Sequence[Sequence[Value]],
    ) -> None:
        append_all(self.rows.times, times)
        self.rows.uuids.extend(uuids)
        append_all(self.rows.sources, sources)
        for part, column, of_part in zip(self.parts, self.rows.columns, values, strict=True):
            append_all(column, part.texts.numbers(of_part))

    def take_rows(self) -> Rows:
        """The events so far, which are then let go."""
        self.settle()
        rows = self.rows
        self._start_anew()
        return rows

    def extend(self, later: Rows, shift: int) -> None:
        """Take over events read after these; ``shift`` is added to their sources."""
        self.settle()
        self.rows.times.extend(later.times)
        self.rows.uuids.join(later.uuids)
        self.rows.sources.extend(map(shift.__add__, later.sources))
        for column, more in zip(self.rows.columns, later.columns, strict=True):
            column.extend(more)

    def numbers(self, path: str) -> tuple[array[int], Texts, int]:
        """A path's column of numbers, what they stand for, and which of the fields there it is."""
        column, field = self._place[path]
        return self.rows.columns[column], self.parts[column].texts, field

    def texts(self, row: int, path: str) -> tuple[str, ...]:
        """What an event holds at a path; nothing where that is not kept."""
        column, texts, field = self.numbers(path)
        return texts_held(texts.held(column[row], field))

    def held(self, row: int, paths: Sequence[str]) -> tuple[Held, ...]:
        """What an event holds at these paths."""
        places = [self._place[path] for path in paths]
        parts = {
            column: self.parts[column].texts[self.rows.columns[column][row]]
            for column in dict.fromkeys(column for column, _ in places)
        }
        return tuple(parts[column][field] for column, field in places)
