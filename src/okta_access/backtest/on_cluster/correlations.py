"""Alerts of correlations by day: the cluster says when, the judge says how often.

A compiled correlation gives one row for each group that fired within the time it is run over, and
no more than that: how often a group fires is a matter of windows and of muting, which need the
events in order. So the compiled query is run over ever shorter times, each with a timespan before
it, to find the days on which something fires; of these days the events of the rules it refers to
are fetched, and judged here as a scan judges them. A month in which nothing fires costs one
question.

The log begins where the period begins, as in a scan with the same ``--since``. A window or a muting
that reaches over midnight is the judge's matter, who goes through the days in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import Any

from okta_access.backtest.days import day_of
from okta_access.backtest.on_cluster.days import Period, halves
from okta_access.backtest.on_cluster.events import AlertsByDay
from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.catalog.times import microseconds, time_text
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import IncompleteAnswer, Overloaded
from okta_access.compile.elastic.esql.query import event_query
from okta_access.compile.elastic.fields import Fields
from okta_access.matching.correlations.judge import Arrival, Judge
from okta_access.rules.model import Correlation, EventRule

PAGE = 10_000
"""Rows asked for at once: as many as a cluster gives, if its settings are the usual ones."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An event that a base found; ``time`` is in milliseconds."""

    time: int
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class CorrelationCount:
    """How to count a correlation; ``text`` is its compiled query, ``page`` rows a request."""

    cluster: Cluster
    rule: Correlation
    bases: Sequence[EventRule]
    text: str
    fields: Fields
    page: int = PAGE

    def over(self, period: Period) -> AlertsByDay:
        """The alerts by day. Raises :class:`~okta_access.cluster.errors.RequestFailed`."""
        found: AlertsByDay = Counter()
        judge = Judge(self.rule)
        judged_until = period.low
        for day in self._days_that_fire(period):
            low = max(judged_until, day.low - self._lead)
            events = self._events(Period(low, day.high))
            for time, same in groupby(events, attrgetter("time")):
                firings = judge.advance(time * 1000, [one.arrival for one in same])
                when = day_of(time * 1000)
                assert when is not None
                found[when] += len(firings)
            judged_until = day.high
        return +found

    @property
    def _lead(self) -> int:
        return self.rule.timespan.seconds * 1000

    def _days_that_fire(self, period: Period) -> Iterator[Period]:
        """The days of the period on which a window ends that fires, in their order.

        A day that follows one may be among them without need, for its windows begin on that one.
        """
        parts = halves(period)
        try:
            fires = self._fires(Period(period.low - self._lead, period.high))
        except Overloaded:
            if len(parts) == 1:
                raise
            fires = True
        if fires and len(parts) == 1:
            yield period
        elif fires:
            for part in parts:
                yield from self._days_that_fire(part)

    def _fires(self, period: Period) -> bool:
        return bool(self.cluster.esql(f"{self.text}\n| LIMIT 1", period.query()).rows)

    def _events(self, period: Period) -> Iterator[_Found]:
        """The events that the bases find, by time; one that several find comes as often."""
        each = (self._events_of(place, period) for place in range(len(self.bases)))
        return merge(*each, key=attrgetter("time"))

    def _events_of(self, place: int, period: Period) -> Iterator[_Found]:
        """The events of one base by time, page by page.

        A page ends in the middle of a time, so the next one begins with that time again. Whether
        all have been given is told by their number, for a cluster may give less than is asked.
        """
        text = event_query(self.bases[place].expr, self.fields)
        counting = f"{text}\n| STATS events = COUNT(*)\n| LIMIT 1"
        (expected,) = self.cluster.esql(counting, period.query()).column("events")
        names = [self.fields.of(path).name for path in self._paths()]
        columns = ", ".join(dict.fromkeys([*names, "_index", "_id"]))
        query = (
            f"{text}\n| KEEP {columns}\n| SORT {self.fields.of(PUBLISHED).name}"
            f"\n| LIMIT {self.page}"
        )
        given = most = 0
        while True:
            table = self.cluster.esql(query, period.query())
            rows = [self._found(place, table.columns, row) for row in table.rows]
            if given + len(rows) >= expected and len(rows) < self.page:
                yield from rows
                return
            last = rows[-1].time if rows else period.low
            whole = [row for row in rows if row.time < last]
            if not whole:
                raise _incomplete(last, len(rows), whole_page=len(rows) >= max(most, 1))
            yield from whole
            given += len(whole)
            most = max(most, len(rows))
            period = Period(last, period.high)

    def _paths(self) -> tuple[str, ...]:
        return (PUBLISHED, UUID, EVENT_TYPE, *self.rule.fields)

    def _found(self, place: int, columns: Sequence[str], cells: Sequence[Any]) -> _Found:
        row = dict(zip(columns, cells, strict=True))

        def texts(path: str) -> tuple[str, ...]:
            return _texts(row[self.fields.of(path).name])

        time = microseconds(row[self.fields.of(PUBLISHED).name])
        if time is None:
            raise IncompleteAnswer("the cluster gave an event without a time")
        (event_type, *_) = texts(EVENT_TYPE) or ("",)
        uuid = texts(UUID)
        # Without a uuid an event counts for itself; two bases find the same document.
        document = (row["_index"], row["_id"], "")
        identity: object = (uuid[0], event_type) if uuid else document
        values = () if self.rule.value_field is None else texts(self.rule.value_field)
        keys = tuple(map(texts, self.rule.keys[place]))
        return _Found(time // 1000, Arrival(0, identity, 1 << place, keys, values))


def _incomplete(time: int, rows: int, *, whole_page: bool) -> IncompleteAnswer:
    if whole_page:
        return IncompleteAnswer(
            f"{rows:,} events or more have one time, {time_text(time * 1000)}, "
            "and the cluster gives no more of them"
        )
    return IncompleteAnswer(
        "the cluster gave fewer events than it had counted", hint="run it again"
    )


def _texts(value: Any) -> tuple[str, ...]:
    """A cell as the texts that an event's path holds.

    >>> _texts(None), _texts(["a", "b"]), _texts(True)
    ((), ('a', 'b'), ('true',))
    """
    if value is None:
        return ()
    members = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in members)
