"""Correlations once more, from the definition alone: no state, every window looked at anew.

Slow on purpose. An alert comes out as (time, group, value, what it lists).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product

from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.rules.model import Correlation, CorrelationType
from tests.builders.judging import Candidate

Listed = tuple[int, str | None, str, int]
Found = tuple[int, tuple[str, ...], int, tuple[Listed, ...]]
Counted = tuple[Listed, int, frozenset[str]]
"""An event that counts in a group: how it is listed, its rules as bits, its values."""


def expected_alerts(correlation: Correlation, candidates: list[Candidate]) -> list[Found]:
    """All alerts, by time and group."""
    groups = {key for one in candidates for key in product(*one.keys)}
    return sorted(found for key in groups for found in _of_group(correlation, candidates, key))


def first_times(
    correlation: Correlation, candidates: list[Candidate]
) -> dict[tuple[str, ...], int]:
    """For each group that ever fires, when it first does: by looking at every set of its events."""
    span = correlation.timespan.microseconds
    times: dict[tuple[str, ...], int] = {}
    for key in {key for one in candidates for key in product(*one.keys)}:
        events = _counted(correlation, candidates, key)
        ends = [
            max(event[0][0] for event in some)
            for size in range(1, len(events) + 1)
            for some in combinations(events, size)
            if max(event[0][0] for event in some) - min(event[0][0] for event in some) <= span
            and _value(correlation, list(some)) >= correlation.threshold
        ]
        if ends:
            times[key] = min(ends)
    return times


def shown(alert: CorrelationAlert) -> Found:
    """An alert in the oracle's form."""
    group = tuple(text for _, text in alert.group)
    listed = tuple((e.time, e.uuid, e.event_type, e.source) for e in alert.events)
    return alert.time, group, alert.value, listed


def _of_group(
    correlation: Correlation, candidates: list[Candidate], key: tuple[str, ...]
) -> list[Found]:
    span = correlation.timespan.microseconds
    events = _counted(correlation, candidates, key)
    found: list[Found] = []
    for now in sorted({event[0][0] for event in events}):
        if found and now <= found[-1][0] + span:
            continue
        window = [event for event in events if now - span <= event[0][0] <= now]
        value = _value(correlation, window)
        if value >= correlation.threshold:
            found.append((now, key, value, _listed(correlation, window)))
    return found


def _listed(correlation: Correlation, window: list[Counted]) -> tuple[Listed, ...]:
    """The whole window; of chains that end it the latest, then the first in order."""
    if correlation.type is not CorrelationType.TEMPORAL_ORDERED:
        return tuple(sorted((event[0] for event in window), key=_order))
    chains = [tuple(event[0] for event in chain) for chain in _chains(correlation, window)]
    return min(
        chains,
        key=lambda chain: ([-one[0] for one in reversed(chain)], [_order(one) for one in chain]),
    )


def _chains(correlation: Correlation, window: list[Counted]) -> Iterator[tuple[Counted, ...]]:
    """An event for each rule, in their order, the last at the end of the window."""
    end = max(event[0][0] for event in window)
    for chain in permutations(window, len(correlation.references)):
        times = [event[0][0] for event in chain]
        matched = all(event[1] >> step & 1 for step, event in enumerate(chain))
        if matched and times == sorted(times) and times[-1] == end:
            yield chain


def _counted(
    correlation: Correlation, candidates: list[Candidate], key: tuple[str, ...]
) -> list[Counted]:
    """The events of a group; copies made one, which is listed by its first source."""
    events: dict[object, Counted] = {}
    for number, one in enumerate(sorted(candidates, key=lambda one: one.event.source)):
        inside = key in product(*one.keys)
        if not inside or (correlation.type is CorrelationType.VALUE_COUNT and not one.values):
            continue
        event = one.event
        name: object = number if event.uuid is None else (event.uuid, event.event_type, event.time)
        listed = (event.time, event.uuid, event.event_type, event.source)
        known, rules, values = events.get(name, (listed, 0, frozenset()))
        events[name] = (known, rules | one.rules, values | {*one.values})
    return list(events.values())


def _value(correlation: Correlation, window: list[Counted]) -> int:
    steps = range(len(correlation.references))
    match correlation.type:
        case CorrelationType.EVENT_COUNT:
            return len(window)
        case CorrelationType.VALUE_COUNT:
            return len({value for _, _, values in window for value in values})
        case CorrelationType.TEMPORAL:
            return sum(any(rules >> step & 1 for _, rules, _ in window) for step in steps)
        case CorrelationType.TEMPORAL_ORDERED:
            return len(steps) if any(True for _ in _chains(correlation, window)) else 0


def _order(listed: Listed) -> tuple[int, bool, str, str, int]:
    time, uuid, event_type, source = listed
    return time, uuid is None, uuid or "", event_type, source
