"""Candidates of one kind, those of one type that matched the same rules, as columns.

An event is some 50 bytes in arrays - its time, uuid, source, and numbers for what its fields hold -
and what of that no event before has held.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Sequence

import msgspec

from okta_access.catalog.paths import Held, texts_held
from okta_access.matching.correlations.columns import Uuids, append_all
from okta_access.matching.correlations.texts import Texts
from okta_access.matching.events.generated import Keeper, NewKeeper, Waiting

_AT_ONCE = 64  # events that wait until they are taken in together, which is faster


class Part(msgspec.Struct, frozen=True):
    """Fields that are kept together: ``first`` is the place of the first among all paths."""

    paths: tuple[str, ...]
    first: int
    texts: Texts

    def number(self, held: tuple[Held, ...]) -> int:
        """The number of what these fields hold, from what is held at all paths."""
        return self.texts.number(held[self.first : self.first + len(self.paths)])


def parts_of(paths: Sequence[str], keys: Container[str]) -> tuple[Part, ...]:
    """The parts of paths of which those of one object (``actor``, ``client``) are neighbours.

    Of ``keys`` the texts are told apart by hashes.
    """
    groups: dict[str, list[int]] = {}
    for place, path in enumerate(paths):
        groups.setdefault(path.partition(".")[0], []).append(place)
    return tuple(
        Part(
            tuple(paths[place] for place in places),
            places[0],
            Texts(len(places), [n for n, place in enumerate(places) if paths[place] in keys]),
        )
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
        self._times: list[int] = []
        self._uuids: list[str | None] = []
        self._sources: list[int] = []
        self._numbers: tuple[list[int], ...] = tuple([] for _ in parts)
        self._start_anew()

    def _start_anew(self) -> None:
        self.rows = Rows(array("q"), Uuids(), array("q"), tuple(array("I") for _ in self.parts))

    def __len__(self) -> int:
        return len(self.rows.times) + len(self._times)

    def keeper(self, new: NewKeeper) -> Keeper:
        """What takes in events by their records, as :meth:`add` does."""
        both = zip(self.parts, self._numbers, strict=True)
        columns = [part.texts.column(into.append) for part, into in both]
        waiting = Waiting(self._times, self._uuids, self._sources, _AT_ONCE, self.settle)
        return new(waiting, columns)

    def add(self, time: int, uuid: str | None, source: int, held: tuple[Held, ...]) -> None:
        """Take in an event by what it holds at each of the paths."""
        for part, numbers in zip(self.parts, self._numbers, strict=True):
            numbers.append(part.number(held))
        self._times.append(time)
        self._uuids.append(uuid)
        self._sources.append(source)
        if len(self._times) == _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Take in the events that wait for it."""
        append_all(self.rows.times, self._times)
        self.rows.uuids.extend(self._uuids)
        append_all(self.rows.sources, self._sources)
        for part, column, numbers in zip(self.parts, self.rows.columns, self._numbers, strict=True):
            part.texts.settle(len(numbers))
            append_all(column, numbers)
            numbers.clear()
        self._times.clear()
        self._uuids.clear()
        self._sources.clear()

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
