"""A group key that stands in another field of each rule's events, where one event matches both."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from okta_access.catalog.template import template_event
from okta_access.catalog.times import event_time
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.correlations.explain import explain_correlation
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.matching.correlations.stream import Stream
from okta_access.matching.events.matcher import Matcher
from okta_access.rules.model import Alias, Correlation
from tests.builders.models import COUNT, ORDERED, TOGETHER, correlation, event_rule, of_types
from tests.builders.strategies import CATALOG, TYPES

BOTH = (event_rule(of_types(*TYPES[:2]), "either"), event_rule(of_types(TYPES[0]), "one"))
WHO = Alias("who", (("either", "actor.id"), ("one", "target.id")))


def by_who(rule: Correlation) -> Correlation:
    return replace(rule, group_by=("who",), aliases=(WHO,))


def event(second: int, actor: str | None, target: str | None, type_: int = 0) -> dict[str, Any]:
    made = template_event(CATALOG, TYPES[type_])
    made["published"] = f"2026-01-01T00:00:{second:02}.000Z"
    made["uuid"] = f"00000000-0000-4000-8000-{second:012x}"
    made["actor"]["id"] = actor
    made["target"] = [{"id": target}]
    return made


def found(alerts: list[CorrelationAlert]) -> list[tuple[tuple[tuple[str, str], ...], int, int]]:
    return [(one.group, one.value, len(one.events)) for one in alerts]


def streamed(rule: Correlation, events: list[dict[str, Any]]) -> list[CorrelationAlert]:
    stream = Stream([(rule, BOTH)], CATALOG, 0)
    matcher = Matcher(BOTH, CATALOG)
    for source, one in enumerate(events):
        assert event_time(one) is not None
        stream.add(one, matcher.evaluate(one).matched, source)
    return [*stream.alerts()]


@pytest.mark.parametrize(
    ("rule", "events", "expected"),
    [
        # The first event is `either` of a and `one` of b; the second is `either` of b.
        (correlation(TOGETHER, rules=BOTH), [event(1, "a", "b"), event(2, "b", None)],
         [((("who", "b"),), 2, 2)]),
        (correlation(ORDERED, rules=BOTH), [event(1, "a", "b"), event(2, "b", None)], []),
        (correlation(ORDERED, rules=BOTH), [event(1, "b", None), event(2, "a", "b")],
         [((("who", "b"),), 2, 2)]),
        (correlation(TOGETHER, rules=BOTH), [event(1, "a", "a")], [((("who", "a"),), 2, 1)]),
        (correlation(ORDERED, rules=BOTH), [event(1, "a", "a")], []),
        (correlation(COUNT, 2, rules=BOTH), [event(1, "a", "a")], []),
        (correlation(COUNT, 2, rules=BOTH), [event(1, "a", "b"), event(2, "b", "c")],
         [((("who", "b"),), 2, 2)]),
        (correlation(COUNT, 2, rules=BOTH), [event(1, "a", "b", 1), event(2, "b", "c", 1)], []),
    ],
)  # fmt: skip
def test_an_event_counts_by_the_field_of_each_rule_it_matched(
    rule: Correlation, events: list[dict[str, Any]], expected: list[object]
) -> None:
    whole = by_who(rule)
    assert found(find_alerts(whole, BOTH, events, CATALOG)) == expected
    assert found(streamed(whole, events)) == expected


@pytest.mark.parametrize(
    ("one", "keys", "missing"),
    [
        (event(1, "a", "b"), ["who (actor.id)", "who (target.id)"], None),
        (event(1, None, "b"), ["who (actor.id)", "who (target.id)"], None),
        (event(1, "a", "b", 1), ["who (actor.id)"], None),
        (event(1, None, "b", 1), ["who (actor.id)"],
         "the group key who (actor.id) is not there"),
        (event(1, "a", "b", 2), ["who (actor.id)", "who (target.id)"],
         "none of the rules it refers to matches"),
    ],
)  # fmt: skip
def test_why_an_event_counts(one: dict[str, Any], keys: list[str], missing: str | None) -> None:
    part = explain_correlation(by_who(correlation(TOGETHER, rules=BOTH)), BOTH, one, CATALOG)
    assert ([*map(str, part.keys)], part.missing) == (keys, missing)
