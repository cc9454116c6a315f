"""Events that matched a base of a correlation, kept until all are read and judged in time order.

An event is a row of numbers in arrays, some 50 bytes: its time, uuid, source, and numbers for the
texts it shares with others (event type, rules matched, group keys, counted values).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import le

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, Held, texts_held
from okta_access.matching.correlations.bases import Bases, Shares, shares_by_keys
from okta_access.matching.correlations.candidates import Candidates
from okta_access.matching.correlations.columns import Numbered, Uuids
from okta_access.matching.correlations.judge import (
    Arrival,
    CorrelationAlert,
    Firing,
    Judge,
    Occurrence,
    alert_of,
)
from okta_access.matching.correlations.prefilter import Table, prefiltered, table
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import Correlation


@dataclass(frozen=True, slots=True)
class Rows:
    """The events of a store as columns; kinds and texts by their numbers."""

    correlations: tuple[str, ...]
    times: array[int]
    uuids: Uuids
    sources: array[int]
    kinds: array[int]
    kind_values: tuple[tuple[str, int], ...]
    columns: tuple[array[int], ...]
    texts: tuple[Held, ...]


class EventStore(Candidates):
    """Candidates for these correlations, each given with the event rules it refers to, in order.

    The rules are told apart as objects: those given to :meth:`add` must be these very ones.
    """

    def __init__(self, correlations: Sequence[tuple[Correlation, Bases]], catalog: Catalog) -> None:
        super().__init__(correlations, catalog)
        self._correlations = self._referred.correlations
        self._columns = {path: array("I") for path in self._referred.paths}
        self._appends = [column.append for column in self._columns.values()]
        self._texts = Numbered[Held]()  # nearly always there is one
        self._times = array("q")
        self._uuids = Uuids()
        self._sources = array("q")
        self._kinds = array("I")
        self._kind_numbers = Numbered[tuple[str, int]]()

    def __len__(self) -> int:
        """The number of events kept, copies included."""
        return len(self._times)

    def keep(
        self,
        time: int,
        uuid: str | None,
        event_type: str,
        rules: int,
        held: Iterable[Held],
        source: int,
    ) -> None:
        """Keep the event; see :meth:`Candidates.keep`."""
        self._times.append(time)
        self._uuids.append(uuid)
        self._sources.append(source)
        self._kinds.append(self._kind_numbers.of((event_type, rules)))
        known, of = self._texts.known, self._texts.of
        for append, one in zip(self._appends, held, strict=True):
            number = known(one)
            append(of(one) if number is None else number)

    @property
    def rows(self) -> Rows:
        """What is kept, for another process to take over; shared with this store, not copied."""
        return Rows(
            tuple(rule.name for rule, _ in self._correlations),
            self._times,
            self._uuids,
            self._sources,
            self._kinds,
            tuple(self._kind_numbers),
            tuple(self._columns.values()),
            tuple(self._texts),
        )

    def extend(self, later: Rows, shift: int = 0) -> None:
        """Take over the events of another store of the same correlations, read after this one.

        ``shift`` is added to their sources. Raises :class:`ValueError` for other correlations.
        """
        if tuple(rule.name for rule, _ in self._correlations) != later.correlations:
            raise ValueError("the stores are of different correlations")
        self._times.extend(later.times)
        self._uuids.extend(later.uuids)
        self._sources.extend(source + shift for source in later.sources)
        kinds = [self._kind_numbers.of(kind) for kind in later.kind_values]
        self._kinds.extend(map(kinds.__getitem__, later.kinds))
        numbers = [self._texts.of(text) for text in later.texts]
        for column, more in zip(self._columns.values(), later.columns, strict=True):
            column.extend(map(numbers.__getitem__, more))

    def alerts(self) -> Iterator[CorrelationAlert]:
        """What the correlations find, by time, rule and group; independent of reading order."""
        rows = self._rows_by_kind()
        all_rows = table(self._times, self._columns, self._texts)
        correlations = range(len(self._correlations))
        streams = [self._firings(index, rows, all_rows) for index in correlations]
        for rule, firing in merge(*streams, key=_order):
            yield alert_of(rule, firing, [self._occurrence(row) for row in firing.rows])

    def _firings(
        self, index: int, rows: list[array[int]], all_rows: Table
    ) -> Iterator[tuple[Correlation, Firing]]:
        """What one correlation finds, by time and group."""
        rule, _ = self._correlations[index]
        rules_for = self._referred.rules_for
        matched = [rules_for(index, rules) for _, rules in self._kind_numbers]
        kinds = [(rows[kind], rules) for kind, rules in enumerate(matched) if rules]
        rows_left = prefiltered(rule, kinds, all_rows)
        shares = {rules: shares_by_keys(rule.rules_by_keys, rules) for _, rules in kinds}
        judge = Judge(rule)
        for time, same in groupby(self._by_time(rows_left), key=self._times.__getitem__):
            arrivals = [
                arrival
                for row in same
                for arrival in self._arrivals(row, rule, shares[matched[self._kinds[row]]])
            ]
            for firing in judge.advance(time, arrivals):
                yield rule, firing

    def _rows_by_kind(self) -> list[array[int]]:
        found = [array("I") for _ in self._kind_numbers]
        for row, kind in enumerate(self._kinds):
            found[kind].append(row)
        return found

    def _by_time(self, rows: array[int]) -> Sequence[int]:
        """Rows in the order of their times; logs that are in order cost no list of them."""
        times = [self._times[row] for row in rows]
        if all(map(le, times, islice(times, 1, None))):
            return rows
        return sorted(rows, key=self._times.__getitem__)

    def _arrivals(self, row: int, rule: Correlation, shares: Shares) -> list[Arrival]:
        uuid, counted = self._uuids[row], rule.value_field
        columns, texts = self._columns, self._texts
        identity = None if uuid is None else (uuid, self._kind_numbers[self._kinds[row]][0])
        values = () if counted is None else texts_held(texts[columns[counted][row]])
        return [
            Arrival(
                row,
                identity,
                rules,
                tuple(texts_held(texts[columns[path][row]]) for path in paths),
                values,
            )
            for paths, rules in shares
        ]

    def _occurrence(self, row: int) -> Occurrence:
        event_type, _ = self._kind_numbers[self._kinds[row]]
        return Occurrence(self._times[row], self._uuids[row], event_type, self._sources[row])


def _order(found: tuple[Correlation, Firing]) -> tuple[int, str, tuple[str, ...]]:
    rule, firing = found
    return firing.time, rule.name, firing.group


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
