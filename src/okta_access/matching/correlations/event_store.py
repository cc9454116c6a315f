"""Events that matched a base of a correlation, kept until all are read and judged in time order."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import count, groupby, islice
from operator import itemgetter, le

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, Held
from okta_access.matching.correlations.bases import Bases, Shares, shares_by_keys
from okta_access.matching.correlations.candidates import Candidates, Readers
from okta_access.matching.correlations.judge import (
    Arrival,
    CorrelationAlert,
    Firing,
    Judge,
    Occurrence,
    alert_of,
)
from okta_access.matching.correlations.kinds import Kind, Part, Rows, parts_of
from okta_access.matching.correlations.prefilter import prefiltered
from okta_access.matching.correlations.texts import LaterTexts
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.generated import Keeper
from okta_access.rules.model import Correlation

_ROW_BITS = 40  # an event is its kind's number and, in the lower bits, its own there
_ROW = (1 << _ROW_BITS) - 1
_stores = count()

_Name = tuple[int, int]  # tells stores apart, also those of other processes

Fired = tuple[int, Firing, list[Occurrence]]
"""The number of a correlation, that it fired, and the events in the window."""


class Later(msgspec.Struct, frozen=True):
    """Events of another store, and what has come anew there to the texts that they share."""

    store: _Name
    correlations: tuple[str, ...]
    kinds: tuple[tuple[str, int, Rows], ...]
    texts: tuple[LaterTexts, ...]


class EventStore(Candidates):
    """Candidates for these correlations, each given with the event rules it refers to, in order.

    The rules are told apart as objects: those given to :meth:`add` must be these very ones.
    """

    def __init__(
        self,
        correlations: Sequence[tuple[Correlation, Bases]],
        catalog: Catalog,
        further: Sequence[str] = (),
    ) -> None:
        super().__init__(correlations, catalog, further)
        self._correlations = self._referred.correlations
        self._parts = parts_of(self.paths, self._referred.keys)
        self._kinds: dict[tuple[str, int], Kind] = {}
        self._name = os.getpid(), next(_stores)
        # Of the other stores whose events are here: what their numbers stand for, and the events.
        self._others: dict[_Name, tuple[Part, ...]] = {}
        self._taken: dict[tuple[_Name, str, int], Kind] = {}

    def __len__(self) -> int:
        """The number of events kept, copies included."""
        return sum(map(len, self._all()))

    def _all(self) -> list[Kind]:
        return [*self._kinds.values(), *self._taken.values()]

    def keep(
        self,
        time: int,
        uuid: str | None,
        event_type: str,
        rules: int,
        held: tuple[Held, ...],
        source: int,
    ) -> None:
        """Keep the event; see :meth:`Candidates.keep`."""
        self._own_kind(event_type, rules).add(time, uuid, source, held)

    def keeper(self, event_type: str, rules: int, readers: Readers) -> Keeper | None:
        """What keeps events by their records: of each object of which a field counts all fields.

        So an object has one number for whichever rules it counts.
        """
        kind = self._own_kind(event_type, rules)
        new = readers.keeper(tuple(part.paths for part in kind.parts))
        return None if new is None else kind.keeper(new)

    def _own_kind(self, event_type: str, rules: int) -> Kind:
        kind = self._kinds.get((event_type, rules))
        if kind is None:
            kind = self._kinds[event_type, rules] = self._kind(event_type, rules, self._parts)
        return kind

    def _kind(self, event_type: str, rules: int, parts: Sequence[Part]) -> Kind:
        needed = self.needed(rules)
        kept = [part for part in parts if not needed.isdisjoint(part.paths)]
        return Kind(event_type, rules, kept)

    def take_later(self) -> Later:
        """What has come since this was last asked, for another store to take over; it leaves here.

        What has come lately is still known when it comes again, so that it travels once.
        """
        kinds = tuple((*name, kind.take_rows()) for name, kind in self._kinds.items() if len(kind))
        return Later(
            self._name,
            tuple(rule.name for rule, _ in self._correlations),
            kinds,
            tuple(part.texts.take_later() for part in self._parts),
        )

    def extend(self, later: Later, shift: int = 0) -> None:
        """Take over the events of another store of the same correlations, read after these ones.

        ``shift`` is added to their sources. What a store gives is to be taken over in order.
        Raises :class:`ValueError` for other correlations.
        """
        if tuple(rule.name for rule, _ in self._correlations) != later.correlations:
            raise ValueError("the stores are of different correlations")
        parts = self._others.get(later.store)
        if parts is None:
            parts = self._others[later.store] = parts_of(self.paths, self._referred.keys)
        for part, texts in zip(parts, later.texts, strict=True):
            part.texts.extend(texts)
        for event_type, rules, rows in later.kinds:
            name = later.store, event_type, rules
            kind = self._taken.get(name)
            if kind is None:
                kind = self._taken[name] = self._kind(event_type, rules, parts)
            kind.extend(rows, shift)

    def alerts(
        self, found: Mapping[int, Iterable[Fired]] | None = None
    ) -> Iterator[CorrelationAlert]:
        """What the correlations find, by time, rule and group; independent of reading order.

        ``found`` is what some of them are known to find, by the number of the correlation.
        """
        known = found or {}
        numbers = range(len(self._correlations))
        every = (known[one] if one in known else self.fired(one) for one in numbers)
        for index, firing, events in merge(*every, key=self._order):
            yield alert_of(self._correlations[index][0], firing, events)

    def by_effort(self) -> list[int]:
        """The numbers of the correlations, that for which most events count first."""
        rows = [
            sum(len(kind) for kind, _ in self._counting(index))
            for index in range(len(self._correlations))
        ]
        return sorted(range(len(rows)), key=rows.__getitem__, reverse=True)

    def _counting(self, index: int) -> list[tuple[Kind, int]]:
        """The kinds of events that count for a correlation, with those of its rules they match."""
        matched = ((kind, self._referred.rules_for(index, kind.rules)) for kind in self._all())
        return [(kind, rules) for kind, rules in matched if rules]

    def _order(self, fired: Fired) -> tuple[int, str, tuple[str, ...]]:
        index, firing, _ = fired
        return firing.time, self._correlations[index][0].name, firing.group

    def fired(self, index: int) -> Iterator[Fired]:
        """What one correlation finds, by time and group."""
        rule, _ = self._correlations[index]
        counting = self._counting(index)
        for kind, _ in counting:
            kind.settle()
        left = prefiltered(rule, counting)
        shares = [shares_by_keys(rule.rules_by_keys, rules) for _, rules, _ in left]
        judge, seen = Judge(rule), array("q")
        merged = merge(*(_in_order(kind, rows, n) for n, (kind, _, rows) in enumerate(left)))
        for time, same in groupby(merged, key=itemgetter(0)):
            arrivals: list[Arrival] = []
            those = [*same]
            for _, _, number, row in those:
                kind, of_one = left[number][0], shares[number]
                identity = _identity(kind, row) if len(those) > 1 else None
                arrivals += _arrivals(len(seen), identity, kind, row, rule, of_one)
                seen.append(number << _ROW_BITS | row)
            for firing in judge.advance(time, arrivals):
                rows = (seen[one] for one in firing.rows)
                events = [self._occurrence(left[at >> _ROW_BITS][0], at & _ROW) for at in rows]
                yield index, firing, events

    def _occurrence(self, kind: Kind, row: int) -> Occurrence:
        rows = kind.rows
        further = kind.held(row, self._referred.further)
        return Occurrence(
            rows.times[row], rows.uuids[row], kind.event_type, rows.sources[row], further
        )


def _in_order(kind: Kind, rows: Sequence[int], number: int) -> Iterator[tuple[int, int, int, int]]:
    """Time, source, the kind's number and row, by time; logs in order cost no list of them."""
    times, sources = kind.rows.times, kind.rows.sources
    time_of = times.__getitem__
    if not all(map(le, map(time_of, rows), map(time_of, islice(rows, 1, None)))):
        rows = sorted(rows, key=time_of)
    for row in rows:
        yield times[row], sources[row], number, row


def _identity(kind: Kind, row: int) -> object | None:
    """What copies of an event share; None where they cannot be told."""
    uuid = kind.rows.uuids[row]
    return None if uuid is None else (uuid, kind.event_type)


def _arrivals(
    number: int, identity: object | None, kind: Kind, row: int, rule: Correlation, shares: Shares
) -> list[Arrival]:
    counted = rule.value_field
    values = () if counted is None else kind.texts(row, counted)
    return [
        Arrival(number, identity, rules, tuple(kind.texts(row, path) for path in paths), values)
        for paths, rules in shares
    ]


def find_alerts(
    correlation: Correlation, bases: Bases, events: Iterable[Event], catalog: Catalog
) -> list[CorrelationAlert]:
    """The alerts of one correlation over events in any order, judged by the reference throughout.

    Sources are the events' numbers from 0. Events without a readable time take no part.
    """
    store = EventStore([(correlation, bases)], catalog)
    for source, event in enumerate(events):
        store.add(event, [b for b in bases if matches(b.expr, event, catalog)], source)
    return [*store.alerts()]
