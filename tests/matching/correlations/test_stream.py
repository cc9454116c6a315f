"""Correlations over a stream: what a history finds, as soon as it may be told, in bound memory."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.paths import texts
from okta_access.matching.correlations.event_store import EventStore
from okta_access.matching.correlations.judge import CorrelationAlert, Judge
from okta_access.matching.correlations.recent_events import BLOCK
from okta_access.matching.correlations.stream import Stream, Untimely
from okta_access.matching.events.matcher import Matcher
from tests.builders.histories import (
    ALERTING,
    CREATE,
    Sort,
    correlations,
    event,
    put,
)
from tests.builders.models import (
    COUNT,
    S,
)
from tests.builders.strategies import CATALOG, TYPES

NOW = 10**9 * S
PATHS = EventStore(correlations(), CATALOG).paths


@cache
def sorts() -> tuple[Sort, ...]:
    """A few hundred events of all kinds; two in five match no rule that is referred to."""
    matcher, dice = Matcher(ALERTING, CATALOG), random.Random(0)
    found = []
    for one in (event(dice) for _ in range(300)):
        held = (texts(one, path, CATALOG) for path in PATHS)
        matched = matcher.evaluate(one).matched
        found.append(Sort(uuid_of(one), event_type_of(one), matched, (*held,)))
    return tuple(found)


def stream_of(lateness: int, clock: int = NOW, most: int = 10**6) -> Stream:
    return Stream(correlations(), CATALOG, lateness, clock=lambda: clock, most_waiting=most)


def found_in(events: Iterable[tuple[int, Sort]]) -> list[CorrelationAlert]:
    history = EventStore(correlations(), CATALOG)
    for source, (time, sort) in enumerate(events):
        put(history, time, sort, source)
    return [*history.alerts()]


def disordered(dice: random.Random, lateness: int, number: int) -> list[tuple[int, Sort]]:
    """Events as they come: none after another that is younger by more than the lateness."""
    events = [(dice.randrange(60) * S, sort) for sort in dice.choices(sorts(), k=number)]
    under_way = [(time + dice.randint(0, lateness), n) for n, (time, _) in enumerate(events)]
    return [events[n] for _, n in sorted(under_way)]


@pytest.mark.parametrize("part", range(4))
def test_within_the_lateness_a_stream_finds_what_a_history_finds_and_at_once(part: int) -> None:
    total = 0
    for seed in range(500):
        dice = random.Random(500 * part + seed)
        lateness = dice.choice([0, 1, 5 * S, 20 * S])
        events = disordered(dice, lateness, dice.randint(1, 15))
        expected = found_in(events)
        stream = stream_of(lateness)
        found = []
        for source, (time, sort) in enumerate(events):
            put(stream, time, sort, source)
            found += stream.reach(time, sort.uuid)
            mark = stream.watermark.time
            assert found == [one for one in expected if mark is not None and one.time < mark]
        found += stream.alerts()
        assert found == expected
        assert stream.untimely == Counter()
        total += len(found)
    assert total > 200


class Anything(RuleBasedStateMachine):
    """Events in any order, silence, and a clock that goes on: told by a plain model."""

    @initialize(lateness=st.sampled_from([0, 3, 15]))
    def begin(self, lateness: int) -> None:
        self.lateness = lateness * S
        self.now = 30 * S
        self.stream = Stream(correlations(), CATALOG, self.lateness, clock=lambda: self.now)
        self.taken: list[tuple[int, Sort]] = []
        self.waits: list[tuple[int, Sort]] = []
        self.believed: set[tuple[int, str | None]] = set()
        self.open = -1
        self.late = 0
        self.found: list[CorrelationAlert] = []

    @rule(second=st.integers(0, 90), number=st.integers(0, 299))
    def arrive(self, second: int, number: int) -> None:
        time, sort = second * S, sorts()[number]
        put(self.stream, time, sort, len(self.taken))
        self.found += self.stream.reach(time, sort.uuid)
        matters = self.stream.rules_of(sort.matched) > 0
        if time > self.now + self.lateness:
            if matters:
                self.waits.append((time, sort))
                self.taken.append((time, sort))
        else:
            name = time, sort.uuid, sort.event_type
            copy = any((t, s.uuid, s.event_type) == name for t, s in self.taken)
            if matters and time >= self.open:
                self.taken.append((time, sort))
            elif matters and (sort.uuid is None or not copy or time < self.open - 10 * S):
                self.late += 1
            self.believed.add((time, sort.uuid))
        self.come_true()
        if len(self.believed) > 1:
            second = sorted(time for time, _ in self.believed)[-2]
            self.open = max(self.open, second - self.lateness)

    @rule()
    def silence(self) -> None:
        self.found += self.stream.catch_up()
        self.come_true()
        if self.believed:
            self.open = max(self.open, max(time for time, _ in self.believed) + 1)

    @rule(seconds=st.integers(1, 20))
    def clock_goes_on(self, seconds: int) -> None:
        self.now += seconds * S

    def teardown(self) -> None:
        self.found += self.stream.alerts()
        assert self.found == found_in(self.taken)

    def come_true(self) -> None:
        reached = {(t, s.uuid) for t, s in self.waits if t <= self.now + self.lateness}
        self.believed |= reached

    @invariant()
    def tells_all_that_it_can(self) -> None:
        assert self.found == [one for one in found_in(self.taken) if one.time < self.open]
        assert self.stream.untimely == Counter(
            {Untimely.LATE: self.late, Untimely.FUTURE: len(self.waits)}
        )
        assert self.stream.waiting == sum(time >= self.open for time, _ in self.taken)


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


# --- what comes out of time -------------------------------------------------------------------

CREATED = Sort("u", TYPES[0], (CREATE,), tuple(("u",) for _ in PATHS))


def created(uuid: str | None = None) -> Sort:
    return CREATED._replace(uuid=uuid)


def fed(stream: Stream, events: Sequence[tuple[float, Sort]]) -> list[CorrelationAlert]:
    found = []
    for source, (second, sort) in enumerate(events):
        put(stream, round(second * S), sort, source)
        found += stream.reach(round(second * S), sort.uuid)
    return found


def counts(alerts: Iterable[CorrelationAlert]) -> list[tuple[float, int]]:
    """Time and value of the alerts that count events, by actor, two in ten seconds."""
    return [(a.time / S, a.value) for a in alerts if a.correlation.type is COUNT]


def test_late_events_take_no_part_and_are_counted() -> None:
    stream = stream_of(5 * S)
    assert fed(stream, [(0, created("a")), (100, created("b")), (100, created("c"))]) == []
    # The watermark is at 95; what has that time is in time.
    assert fed(stream, [(95, created("d")), (94.999, created("e")), (0, created())]) == []
    assert stream.untimely == {Untimely.LATE: 2}
    assert counts(stream.alerts()) == [(100, 3)]


def test_events_that_no_rule_matched_make_others_late() -> None:
    stream = stream_of(5 * S)
    other = CREATED._replace(matched=())
    fed(
        stream, [(second, other._replace(uuid=f"{second}")) for second in (0, 100, 100.5, 102, 103)]
    )
    fed(stream, [(96.9, created("a")), (97, created("b"))])
    assert stream.untimely == {Untimely.LATE: 1}


def test_a_copy_of_what_has_counted_is_not_late() -> None:
    stream = stream_of(5 * S)
    fed(stream, [(94, created("a")), (94, created()), (100, created("b")), (100, created("c"))])
    fed(stream, [(94, created("a")), (94, created("a")._replace(event_type="other"))])
    assert stream.untimely == {Untimely.LATE: 1}
    fed(stream, [(94, created())])
    assert stream.untimely == {Untimely.LATE: 2}
    # Out of every window, whether or not it is still kept by chance.
    stream = stream_of(5 * S)
    fed(stream, [(0, created("a")), (50, created("b")), (60, created("c")), (60, created("d"))])
    fed(stream, [(0, created("a")), (50, created("b"))])
    assert stream.untimely == {Untimely.LATE: 1}


def test_copies_that_wait_together_are_one_event() -> None:
    stream = stream_of(5 * S)
    fed(stream, [(0, created("a")), (1, created("b")), (0, created("a"))])
    assert counts(stream.alerts()) == [(1, 2)]


def test_a_hostile_time_blinds_nothing() -> None:
    plain = [(second, created(f"{second}")) for second in range(0, 1000, 7)]
    expected = counts([*fed(stream := stream_of(5 * S), plain), *stream.alerts()])
    assert len(expected) > 50
    end, past = 253_402_300_799, -62_135_596_800
    hostile = [(end, created("x")), (past, created("w"))]
    many = [(end - number, created(f"x{number}")) for number in range(50)]
    for strange in (hostile, many, [(999_999_000, created("y"))]):
        events = [*plain[:2], *strange[:1], *plain[2:50], *strange[1:], *plain[50:]]
        found = counts(fed(stream := stream_of(5 * S), events))
        assert found == expected[: len(found)]
        assert len(found) > len(expected) - 3
        assert stream.untimely[Untimely.LATE] == (past in dict(strange))


def test_what_is_ahead_of_the_clock_waits_for_it() -> None:
    now = 0
    stream = Stream(correlations(), CATALOG, 5 * S, clock=lambda: now)
    fed(stream, [(1, created("a")), (20, created("b")), (21, created("c")), (900, created("d"))])
    assert stream.untimely == {Untimely.FUTURE: 3}
    assert stream.waiting == 4
    now = 17 * S  # a clock may lag: as much as the lateness is believed
    assert counts(fed(stream, [(3, created("e"))])) == [(3, 2)]
    assert stream.waiting == 3
    assert counts(stream.catch_up()) == [(21, 2)]
    assert stream.waiting == 1
    assert counts(stream.alerts()) == []
    assert (stream.waiting, stream.untimely) == (0, {Untimely.FUTURE: 3})


def test_silence_judges_what_waits_but_not_the_future() -> None:
    stream = stream_of(5 * S, clock=100 * S)
    events = [(0, created("a")), (1, created("b")), (9999, created("x"))]
    assert fed(stream, events) == []
    assert counts(stream.catch_up()) == [(1, 2)]
    assert stream.catch_up() == []
    assert fed(stream, [(1, created("c")), (1, created("b"))]) == []
    assert stream.untimely == {Untimely.LATE: 1, Untimely.FUTURE: 1}
    assert stream.waiting == 1
    assert stream_of(5).catch_up() == []


# --- memory -----------------------------------------------------------------------------------


def test_too_many_that_wait_are_judged_early() -> None:
    events = [(second, created(f"{second}")) for second in range(100)]
    stream = stream_of(1000 * S, most=20)
    found = fed(stream, events)
    assert stream.waiting == 20
    assert stream.untimely == {Untimely.EARLY: 80}
    whole = stream_of(1000 * S)
    assert [*found, *stream.alerts()] == [*fed(whole, events), *whole.alerts()]


def test_a_flood_from_the_future_pushes_nothing_out() -> None:
    flood = [(10**9 + number, created(f"f{number}")) for number in range(100)]
    stream = stream_of(5 * S, clock=0, most=20)
    fed(stream, flood)
    assert stream.waiting == 20
    assert stream.untimely == {Untimely.FUTURE: 20, Untimely.LOST: 80}
    found = fed(stream, [(second, created(f"{second}")) for second in range(-40, 0, 2)])
    assert counts(found) == [(-38, 2), (-26, 6), (-14, 6)]


def test_what_is_held_is_bound_by_rate_and_time() -> None:
    """By the rate of 10 events a second, a lateness of 5 and timespans of 10 seconds."""
    stream, dice, most, inside = stream_of(5 * S), random.Random(1), 0, 0
    groups = [f"g{number}" for number in range(300)]
    for number in range(8_000):
        base = dice.choice(ALERTING[:2])
        held = tuple(dice.choice(groups) if dice.random() < 0.7 else "same" for _ in PATHS)
        sort = Sort(f"{number}", base.name, (base,), held)
        at = number * S // 10
        put(stream, at + dice.randrange(-2 * S, 2 * S), sort, number)
        stream.reach(at, sort.uuid)
        most = max(most, len(stream))
        if number % 100 == 0:
            inside = max(inside, sum(_held_by(judge) for judge in stream._judges))
    assert stream.untimely == {}
    assert 100 < most < 10 * (5 + 2 + 10 + 5) + BLOCK
    # Four correlations, and groups of up to one timespan and a half with windows of up to two.
    assert 100 < inside < 4 * (2 * 10 * (10 + 15) + 32)


def _held_by(judge: Judge) -> int:
    """The events in all windows of a judge, also those that have left but are still there."""
    return sum(len(group.window._rows) for group in judge._groups.values())
