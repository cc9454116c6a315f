"""Correlations over a stream: events wait until the watermark has passed them, and then count.

What waits is judged in order of time, all events of one time together. So the alerts are those
that :class:`~okta_access.matching.correlations.event_store.EventStore` finds in the same events, in
the same order, as long as none is late: older than the watermark on its arrival. Late ones take
no part.

Held are the events that wait (at most ``MOST_WAITING``), and of those judged the ones that can
still be in a window: not older than the watermark by more than the longest timespan, but for a
block of them and half the shortest timespan, because they are let go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Held, texts_held
from okta_access.matching.correlations.bases import Bases, shares_by_keys
from okta_access.matching.correlations.candidates import Candidates
from okta_access.matching.correlations.judge import (
    Arrival,
    CorrelationAlert,
    Firing,
    Judge,
    Occurrence,
    alert_of,
)
from okta_access.matching.correlations.recent_events import RecentEvents
from okta_access.matching.correlations.watermark import Clock, Watermark, wall_clock
from okta_access.rules.model import Correlation

_BEFORE_ALL = -(1 << 63)  # earlier than any time
MOST_WAITING = 100_000
"""Events that may wait, and again as many that this machine's clock puts into the future."""


class _Waiting(msgspec.Struct, frozen=True, gc=False):
    """An event that is still to be judged: its rules as bits, and what it holds at each path."""

    event: Occurrence
    rules: int
    held: tuple[Held, ...]


_Queue = list[tuple[int, int, _Waiting]]
"""A heap by time; events of one time in the order in which they came."""


class Untimely(StrEnum):
    """What may befall an event that would count.

    ``LATE``: it came after the watermark and took no part; a copy of one that did, and that can
    still be in a window, is not meant.
    ``FUTURE``: it lies ahead of this machine's clock, and waits until the clock has come there.
    ``LOST``: it lies there too, and took no part, because too many waited there. ``EARLY``: it was
    judged before the watermark had passed it, because too many waited for that.
    """

    LATE = "late"
    FUTURE = "future"
    LOST = "lost"
    EARLY = "early"


class Stream(Candidates):
    """Events for these correlations, each given with the event rules it refers to, in order.

    ``lateness`` is in microseconds. :meth:`add` or :meth:`keep` takes in what can count;
    :meth:`reach` must then be told of every event, also of one that no rule matched.
    """

    def __init__(
        self,
        correlations: Iterable[tuple[Correlation, Bases]],
        catalog: Catalog,
        lateness: int,
        further: Sequence[str] = (),
        *,
        clock: Clock = wall_clock,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        super().__init__(correlations, catalog, further)
        self.untimely = Counter[Untimely]()
        self.watermark = Watermark(lateness, clock)
        rules = [rule for rule, _ in self._referred.correlations]
        spans = [rule.timespan.microseconds for rule in rules]
        self._longest = max(spans, default=0)
        self._forget_each = max(1, min(spans, default=0) // 2)
        self._forget_at = _BEFORE_ALL
        self._judges = [Judge(rule) for rule in rules]
        self._columns = {path: column for column, path in enumerate(self._referred.paths)}
        self._further = [self._columns[path] for path in self._referred.further]
        self._rules_by_keys = [rule.rules_by_keys for rule in rules]
        self._order = count()
        self._most = most_waiting
        self._waiting: _Queue = []
        self._future: _Queue = []
        self._judged = RecentEvents()
        self._open = _BEFORE_ALL  # what is older than this is late

    def __len__(self) -> int:
        """The number of events that are held, those that wait and those that were judged."""
        return self.waiting + len(self._judged)

    @property
    def waiting(self) -> int:
        """The number of events that are still to be judged."""
        return len(self._waiting) + len(self._future)

    def keep(
        self,
        time: int,
        uuid: str | None,
        event_type: str,
        rules: int,
        held: tuple[Held, ...],
        source: int,
    ) -> None:
        """Let the event wait for its time to be judged; see :meth:`Candidates.keep`."""
        further = tuple([held[column] for column in self._further])
        event = Occurrence(time, uuid, event_type, source, further)
        entry = time, next(self._order), _Waiting(event, rules, held)
        if time < self._open:
            self.untimely[Untimely.LATE] += not self._has_counted(event)
        elif time <= self.watermark.horizon:
            heappush(self._waiting, entry)
        elif len(self._future) < self._most:
            self.untimely[Untimely.FUTURE] += 1
            heappush(self._future, entry)
        else:
            self.untimely[Untimely.LOST] += 1

    def reach(self, time: int, uuid: str | None) -> list[CorrelationAlert]:
        """The stream has come to an event of that time: judge what need not wait any longer.

        Gives alerts by time, rule and group.
        """
        self.watermark.reach(time, uuid)
        self._admit_due()
        end = self.watermark.time
        found: list[CorrelationAlert] = []
        if end is not None and end > self._open:
            self._open = end
            if (self._waiting and self._waiting[0][0] < end) or end >= self._forget_at:
                found += self._judge_before(end)
        while len(self._waiting) > self._most:
            waiting = len(self._waiting)
            found += self._judge_before(self._waiting[0][0] + 1)
            self.untimely[Untimely.EARLY] += waiting - len(self._waiting)
        return found

    def catch_up(self) -> list[CorrelationAlert]:
        """Nothing has come for as long as the lateness: judge all up to the greatest time seen."""
        self._admit_due()
        greatest = self.watermark.greatest
        return [] if greatest is None else [*self._judge_before(greatest + 1)]

    def alerts(self) -> Iterator[CorrelationAlert]:
        """The stream has ended: judge all that waits."""
        self._waiting.extend(self._future)
        self._waiting.sort()
        self._future = []
        if self._waiting:
            yield from self._judge_before(self._waiting[-1][0] + 1)

    def _has_counted(self, event: Occurrence) -> bool:
        """Whether this is a copy of an event that was judged and can still be in a window."""
        if event.uuid is None or event.time < self._open - self._longest:
            return False
        return self._judged.holds(event.time, event.uuid, event.event_type)

    def _admit_due(self) -> None:
        """What lay in the future and does so no longer waits with the others."""
        while self._future and self._future[0][0] <= self.watermark.horizon:
            entry = heappop(self._future)
            heappush(self._waiting, entry)
            self.watermark.reach(entry[0], entry[2].event.uuid)

    def _judge_before(self, end: int) -> Iterator[CorrelationAlert]:
        """Judge what waits and is older than ``end``; from then on what is older is late."""
        self._open = max(self._open, end)
        while self._waiting and self._waiting[0][0] < end:
            time = self._waiting[0][0]
            self._forget_before(time)
            same = []
            while self._waiting and self._waiting[0][0] == time:
                same.append(heappop(self._waiting)[2])
            yield from self._judge(time, same)
        self._forget_before(self._open)

    def _judge(self, time: int, same: list[_Waiting]) -> list[CorrelationAlert]:
        """Judge all events of a time."""
        arrivals: dict[int, list[Arrival]] = {}
        for one in same:
            row = self._judged.append(one.event)
            for index, rules in self._referred.shares(one.rules):
                arrivals.setdefault(index, []).extend(self._arrivals(row, index, one, rules))
        found: list[tuple[Correlation, Firing]] = []
        for index in sorted(arrivals):
            judge = self._judges[index]
            found += ((judge.correlation, one) for one in judge.advance(time, arrivals[index]))
        found.sort(key=lambda one: (one[0].name, one[1].group))
        return [
            alert_of(rule, firing, map(self._judged.__getitem__, firing.rows))
            for rule, firing in found
        ]

    def _arrivals(self, row: int, index: int, one: _Waiting, rules: int) -> list[Arrival]:
        event, columns = one.event, self._columns
        identity = None if event.uuid is None else (event.uuid, event.event_type)
        counted = self._judges[index].correlation.value_field
        values = () if counted is None else texts_held(one.held[columns[counted]])
        return [
            Arrival(
                row,
                identity,
                those,
                tuple(texts_held(one.held[columns[path]]) for path in paths),
                values,
            )
            for paths, those in shares_by_keys(self._rules_by_keys[index], rules)
        ]

    def _forget_before(self, time: int) -> None:
        """Now and then let go of what cannot be in a window that ends at this time or later."""
        if time >= self._forget_at:
            self._forget_at = time + self._forget_each
            self._judged.drop_before(time - self._longest)
            for judge in self._judges:
                judge.forget(time)
