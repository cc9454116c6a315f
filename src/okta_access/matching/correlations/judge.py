"""Correlations over time (docs/semantics.md, Correlations): the judge, fed in the order of time.

A judge knows nothing of events but their times, group keys, values and the rules they matched; a
row number stands for each, and what it stands for is its feeder's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

import msgspec

from okta_access.catalog.paths import Held
from okta_access.matching.correlations.chains import Chain, latest_chain
from okta_access.matching.correlations.windows import Events, Measure, Rules, Values, Window
from okta_access.rules.model import Correlation, CorrelationType

_FIRST_SWEEP = 1024


class Occurrence(msgspec.Struct, frozen=True, gc=False):
    """An event as an alert lists it: microseconds since 1970, and the source's number.

    ``further`` is what it holds at the fields of which alerts shall tell.
    """

    time: int
    uuid: str | None
    event_type: str
    source: int
    further: tuple[Held, ...] = ()

    @property
    def order(self) -> tuple[int, bool, str, str, int]:
        """By time, then uuid; events without one come last of their time."""
        return self.time, self.uuid is None, self.uuid or "", self.event_type, self.source


class CorrelationAlert(msgspec.Struct, frozen=True):
    """A correlation that fired: when, for which group (fields and texts), and on which events.

    ``time`` is the last event's. ``events`` are all of the group in the window, by time and uuid;
    of a temporal_ordered the steps of the latest chain, one for each of its rules, in their order.
    ``value`` is what was compared with the threshold; for temporal types the number of rules.
    """

    correlation: Correlation
    time: int
    group: tuple[tuple[str, str], ...]
    value: int
    events: tuple[Occurrence, ...]


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """An event on its way to a judge. ``identity`` is shared by copies; None for no copies."""

    row: int
    identity: object | None
    rules: int
    keys: tuple[tuple[str, ...], ...]
    values: tuple[str, ...]


class Firing(msgspec.Struct, frozen=True, gc=False):
    """A group over its threshold, and the rows in its window by time.

    ``rules`` are of a temporal_ordered the rules that each of the rows matched, else empty.
    """

    time: int
    group: tuple[str, ...]
    value: int
    rows: tuple[int, ...]
    rules: tuple[int, ...]


class _Group(msgspec.Struct):
    window: Window
    measure: Measure
    muted_until: int | None = None


class Judge:
    """One correlation over time. All events of one time are judged together, once.

    After firing a group is muted for one timespan; its window goes on seeing everything. A group
    is forgotten once its last event is older than a timespan, for then nothing of it can count.
    """

    def __init__(self, correlation: Correlation) -> None:
        self.correlation = correlation
        self._span = correlation.timespan.microseconds
        self._groups: dict[tuple[str, ...], _Group] = {}
        self._sweep_at = _FIRST_SWEEP
        self._swept: int | None = None
        self._now: int | None = None

    def advance(self, time: int, arrivals: Sequence[Arrival]) -> list[Firing]:
        """Go on to a time (microseconds) and judge; ``arrivals`` are all events of that time.

        Gives what fired, by group. Raises :class:`ValueError` for a time that is not later than
        the one before.
        """
        if self._now is not None and time <= self._now:
            raise ValueError(f"time {time} is not after {self._now}")
        self._now = time
        firings = []
        for key, members in sorted(self._by_group(arrivals).items()):
            group = self._groups.get(key) or self._new_group(key)
            for row, rules, values in members:
                group.window.enter(time, row, rules)
                group.measure.see(time, rules, values)
            group.measure.end_of_time(time)
            firing = self._judge(time, key, group)
            if firing is not None:
                firings.append(firing)
        if len(self._groups) > self._sweep_at:
            self._sweep(time - self._span)
        return firings

    def forget(self, time: int) -> None:
        """Let go of groups of which nothing can count at this time or later.

        To be called now and then; it looks through the groups twice in a timespan.
        """
        if self._swept is None or time - self._swept >= self._span // 2:
            self._swept = time
            self._sweep(time - self._span)

    def _judge(self, time: int, key: tuple[str, ...], group: _Group) -> Firing | None:
        oldest = time - self._span
        group.window.drop_before(oldest)
        value = group.measure.value(oldest)
        muted = group.muted_until is not None and time <= group.muted_until
        if muted or value < self.correlation.threshold:
            return None
        group.muted_until = time + self._span
        return Firing(time, key, value, group.window.rows(), group.window.rules())

    def _by_group(
        self, arrivals: Sequence[Arrival]
    ) -> dict[tuple[str, ...], list[tuple[int, int, tuple[str, ...]]]]:
        """Rows, rules and values by group key; copies of an event joined in each group."""
        counting = self.correlation.type is CorrelationType.VALUE_COUNT
        if len(arrivals) == 1:  # as mostly
            (one,) = arrivals
            keys = product(*one.keys) if one.values or not counting else ()
            return {key: [(one.row, one.rules, one.values)] for key in keys}
        groups: dict[tuple[str, ...], dict[object, tuple[int, int, tuple[str, ...]]]] = {}
        for arrival in arrivals:
            if counting and not arrival.values:
                continue
            name = (arrival.row,) if arrival.identity is None else arrival.identity
            for key in product(*arrival.keys):
                # A key that lists a member twice leads here twice, which changes nothing.
                members = groups.setdefault(key, {})
                row, rules, values = members.get(name, (arrival.row, 0, ()))
                members[name] = (
                    min(row, arrival.row),
                    rules | arrival.rules,
                    (*values, *arrival.values),
                )
        return {key: [*members.values()] for key, members in groups.items()}

    def _new_group(self, key: tuple[str, ...]) -> _Group:
        window = Window(with_rules=self.correlation.type is CorrelationType.TEMPORAL_ORDERED)
        measure: Measure
        match self.correlation.type:
            case CorrelationType.EVENT_COUNT:
                measure = Events(window)
            case CorrelationType.VALUE_COUNT:
                measure = Values()
            case CorrelationType.TEMPORAL:
                measure = Rules()
            case CorrelationType.TEMPORAL_ORDERED:
                measure = Chain(len(self.correlation.references))
        group = self._groups[key] = _Group(window, measure)
        return group

    def _sweep(self, oldest: int) -> None:
        gone = [key for key, group in self._groups.items() if group.window.last < oldest]
        for key in gone:
            del self._groups[key]
        self._sweep_at = max(_FIRST_SWEEP, 2 * len(self._groups))


def alert_of(
    correlation: Correlation, firing: Firing, events: Iterable[Occurrence]
) -> CorrelationAlert:
    """The alert of a firing whose rows are these events."""
    group = tuple(zip(correlation.group_by, firing.group, strict=True))
    listed = [*events]
    order = sorted(range(len(listed)), key=lambda row: listed[row].order)
    if firing.rules:
        times, rules = [listed[row].time for row in order], [firing.rules[row] for row in order]
        order = [order[one] for one in latest_chain(times, rules, len(correlation.references))]
    found = tuple(listed[row] for row in order)
    return CorrelationAlert(correlation, firing.time, group, firing.value, found)
