"""A history that grows event by event, against the slow oracle after every step; and a long one."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from okta_access.catalog.template import template_event
from okta_access.catalog.times import event_time, time_text
from okta_access.matching.correlations.event_store import EventStore
from okta_access.matching.events.matcher import Matcher
from okta_access.rules.model import CorrelationType
from tests.builders.histories import (
    ALERTING,
    CLOSE,
    CREATE,
    candidates,
    correlations,
)
from tests.builders.models import (
    COUNT,
    VALUES,
    correlation,
)
from tests.builders.strategies import CATALOG, TYPES
from tests.matching.oracle import expected_alerts, shown

Event = dict[str, Any]
START = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z, in microseconds
SECOND = 1_000_000


class GrowingHistory(RuleBasedStateMachine):
    """Events in any order of time, copies of earlier ones, keys that are null or lists."""

    def __init__(self) -> None:
        super().__init__()
        self.matcher = Matcher(ALERTING, CATALOG)
        self.history = EventStore(correlations(), CATALOG)
        self.events: list[Event] = []

    def add(self, event: Event) -> None:
        source = len(self.events)
        assert self.history.add(event, self.matcher.evaluate(event).matched, source)
        self.events.append(event)

    @rule(
        event_type=st.sampled_from(TYPES),
        second=st.integers(0, 25),
        rest=st.sampled_from([0, 1, 999_999]),
        uuid=st.sampled_from([None, "u1", "u2", "00000000-0000-4000-8000-000000000001"]),
        actor=st.sampled_from(["a", "A", None, ["a", "b"], ["a", "a"], "", 7]),
        members=st.sampled_from([["p"], ["q"], ["p", "q"], [], None]),
    )
    def something_happens(
        self,
        event_type: str,
        second: int,
        rest: int,
        uuid: str | None,
        actor: Any,
        members: list[str] | None,
    ) -> None:
        event = template_event(CATALOG, event_type)
        event["published"] = time_text(START + second * SECOND + rest)
        event["uuid"] = uuid
        event["actor"]["id"] = actor
        event["target"] = None if members is None else [{"id": one} for one in members]
        self.add(event)

    @precondition(lambda self: self.events)
    @rule(place=st.integers(0))
    def an_event_comes_again(self, place: int) -> None:
        self.add(self.events[place % len(self.events)])

    @precondition(lambda self: self.events)
    @rule(place=st.integers(0), seconds=st.sampled_from([0, 10, 11]))
    def the_same_later(self, place: int, seconds: int) -> None:
        """At once, exactly one timespan later, and beyond it."""
        event = dict(self.events[place % len(self.events)])
        event["published"] = time_text((event_time(event) or 0) + seconds * SECOND)
        self.add(event)

    @invariant()
    def alerts_are_those_of_the_definition(self) -> None:
        found = [*self.history.alerts()]
        for one, bases in correlations():
            mine = sorted(shown(alert) for alert in found if alert.correlation == one)
            assert mine == expected_alerts(one, candidates(one, bases, self.events)), one.name


# A step costs as much as many tests of values, so a profile's number is shared out among steps.
GrowingHistory.TestCase.settings = settings(
    max_examples=max(1, settings().max_examples // 8), stateful_step_count=16
)
TestGrowingHistory = GrowingHistory.TestCase


def simply(
    found: dict[str, list[tuple[int, str]]], span: int, least: int, *, values: bool
) -> list[tuple[int, str, int]]:
    """Alerts (time, group, value) of events by group, all windows looked at from their end."""
    alerts = []
    for group, events in found.items():
        events.sort()
        first, muted_until = 0, -1
        for place, (time, _) in enumerate(events):
            while events[first][0] < time - span:
                first += 1
            if place + 1 < len(events) and events[place + 1][0] == time:
                continue  # all of one time count together
            window = events[first : place + 1]
            value = len({value for _, value in window}) if values else len(window)
            if value >= least and time > muted_until:
                alerts.append((time, group, value))
                muted_until = time + span
    return sorted(alerts)


def test_a_hundred_thousand_events() -> None:
    dice = random.Random(1)
    counting = correlation(COUNT, 6, 3600, ("actor.id",), name="counting")
    valued = correlation(VALUES, 3, 36_000, ("actor.id",), name="valued")
    history = EventStore([(counting, (CREATE,)), (valued, (CLOSE,))], CATALOG)
    assert valued.value_field == "target.id"
    of_counting: dict[str, list[tuple[int, str]]] = defaultdict(list)
    of_valued: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for source in range(100_000):
        time = START + dice.randrange(6 * 86_400) * SECOND
        actor, target = f"a{dice.randrange(400)}", f"t{dice.randrange(9)}"
        uuid = f"{source:08x}-0000-4000-8000-000000000000"
        event = {
            "eventType": TYPES[0],
            "published": time_text(time),
            "uuid": uuid,
            "actor": {"id": actor},
            "target": [{"id": target}],
        }
        history.add(event, (CLOSE,) if source % 10 == 0 else (CREATE,), source)
        if source % 10 == 0:
            of_valued[actor].append((time, target))
        else:
            of_counting[actor].append((time, uuid))
    alerts = [*history.alerts()]
    for one, groups, values in ((counting, of_counting, False), (valued, of_valued, True)):
        found = [(a.time, a.group[0][1], a.value) for a in alerts if a.correlation == one]
        expected = simply(groups, one.timespan.microseconds, one.threshold, values=values)
        assert len(expected) > 100
        assert sorted(found) == expected


def test_the_types_of_the_machine_are_all_types() -> None:
    assert {one.type for one, _ in correlations()} == {*CorrelationType}
