"""The table of counts: every alert is in it once, every day and every rule has its place."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.backtest.days import (
    MOST_DAYS,
    AlertDays,
    alerting,
    day_of,
    days_between,
    tabulated,
)
from okta_access.catalog.times import microseconds
from okta_access.errors import InputError
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from tests.builders.backtests import CANCEL, CREATE, DELETE, count_rule, event_rule, rules_of

FIRST = date(2026, 1, 1)
DAYS = st.dates(FIRST, FIRST + timedelta(days=40))


NAMES = ("alpha", "beta", "gamma")
TEXTS = (
    event_rule(1, "alpha", CREATE, "high"),
    event_rule(2, "beta", CANCEL, "informational"),
    event_rule(3, "gamma", DELETE),
    event_rule(4, "base_created", CREATE),
    count_rule(5, "burst", "base_created", 3),
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    _, tuned = rules_of(tmp_path_factory.mktemp("rules"), TEXTS)
    return tuned.in_force


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), DAYS | st.none())),
    st.none() | st.tuples(DAYS, DAYS).map(lambda two: (min(two), max(two))),
)
def test_every_alert_is_counted_once(
    rules: RuleSet, found: list[tuple[str, date | None]], covered: tuple[date, date] | None
) -> None:
    alerts: AlertDays = Counter(found)
    counts = tabulated(alerts, rules, covered, level=Level.INFORMATIONAL, off={"gamma"})
    again: AlertDays = Counter()
    for row in counts.rows:
        again[row.rule, None] += row.undated
        for day, count in zip(counts.days, row.per_day, strict=True):
            again[row.rule, day] += count
        assert row.total == sum(rule == row.rule for rule, _ in found)
    assert +again == +alerts
    known = [day for _, day in found if day is not None] + [*(covered or ())]
    expected = max(known) - min(known) if known else timedelta(days=-1)
    assert len(counts.days) == expected.days + 1
    assert [(row.rule, row.level, row.kind, row.off) for row in counts.rows] == [
        ("alpha", Level.HIGH, "event", False),
        ("burst", Level.MEDIUM, "correlation", False),
        ("gamma", Level.LOW, "event", True),
        ("beta", Level.INFORMATIONAL, "event", False),
    ]


def test_levels_and_bases_that_do_not_alert(rules: RuleSet) -> None:
    names = [rule.name for rule in alerting(rules, Level.MEDIUM)]
    assert names == ["alpha", "burst"]
    counts = tabulated(Counter(), rules, (FIRST, FIRST), level=Level.MEDIUM, off=["alpha"])
    assert counts.of_level(Level.HIGH) == ()
    assert [row.rule for row in counts.of_level(Level.MEDIUM)] == ["burst"]


def test_of_two_namesakes_one_is_told(rules: RuleSet) -> None:
    (alpha,) = [rule for rule in rules.rules if rule.name == "alpha"]
    other = replace(alpha, meta=replace(alpha.meta, level=Level.LOW))
    twice = replace(rules, rules=(alpha, other))
    counts = tabulated(Counter({("alpha", FIRST): 2}), twice, None)
    assert [(row.rule, row.level, row.total) for row in counts.rows if row.kind == "event"] == [
        ("alpha", Level.HIGH, 2)
    ]


def test_mean_and_busiest_day(rules: RuleSet) -> None:
    second = FIRST + timedelta(days=1)
    alerts: AlertDays = Counter({("alpha", second): 3, ("alpha", None): 1})
    counts = tabulated(alerts, rules, (FIRST, second + timedelta(days=2)))
    row = counts.rows[0]
    assert counts.mean(row.total) == 1
    assert counts.busiest(row.per_day) == (second, 3)
    assert counts.busiest(counts.rows[1].per_day) is None
    empty = tabulated(Counter(), rules, None)
    assert (empty.days, empty.mean(0)) == ((), None)


def test_too_many_days_are_refused_with_advice() -> None:
    last = FIRST + timedelta(days=MOST_DAYS - 1)
    assert len(days_between((FIRST, last))) == MOST_DAYS
    with pytest.raises(InputError, match=r"3,661 days.*--since and --until"):
        days_between((FIRST, last), [last + timedelta(days=1)])


@given(st.datetimes())
def test_days_are_utc_days_at_any_time(time: datetime) -> None:
    assert day_of(microseconds(f"{time.isoformat()}Z")) == time.date()
