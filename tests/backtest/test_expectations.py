"""Expectations: read strictly, of rules that are run, compared exactly."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.backtest.days import AlertDays, Covered, tabulated
from okta_access.backtest.expectations import (
    ExpectationResult,
    Measure,
    bounds,
    expectation,
    judged,
)
from okta_access.backtest.selection import Version
from okta_access.errors import InputError
from okta_access.rules.settings.files import RuleSettings, Settings
from tests.builders.backtests import CANCEL, CREATE, DELETE, event_rule, planned, rules_of

FIRST = date(2026, 1, 1)
SETTINGS = Settings(rules={"loud": RuleSettings(enabled=False, reason="it is loud")})


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    texts = (
        event_rule(1, "alpha", CREATE, "high"),
        event_rule(2, "beta", CANCEL, "high"),
        event_rule(3, "gamma", DELETE),
        event_rule(4, "loud", CREATE),
        event_rule(5, "audit", CREATE, "informational"),
    )
    rules = rules_of(tmp_path_factory.mktemp("rules"), texts, SETTINGS)
    return planned(rules, include_off=True).now


def verdicts(
    version: Version, texts: list[str], alerts: AlertDays, days: int
) -> list[ExpectationResult]:
    covered: Covered = (FIRST, FIRST + timedelta(days=days - 1)) if days else None
    selection = version.selection
    counts = tabulated(alerts, selection.rules, covered, off=selection.off)
    return [judged(one, counts) for one in bounds([*map(expectation, texts)], version)]


@pytest.mark.parametrize(
    "text", ["", "high", "high=", "=1", "high=-1", "high=1/month", "high=1/", "high<1", "high=1e3"]
)
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        expectation(text)


@given(
    st.sampled_from(["high", "all", "okta_access_x"]),
    st.decimals(0, 1000, places=3).map(lambda number: f"{number:f}"),
    st.sampled_from(Measure),
    st.sampled_from(["", " "]),
)
def test_what_can_be_read(name: str, limit: str, measure: Measure, blank: str) -> None:
    read = expectation(f"{blank}{name}{blank}={blank}{limit}{blank}/{measure}{blank}")
    assert (read.name, read.limit, read.measure) == (name, Fraction(limit), measure)
    assert expectation(f"{name}={limit}").measure is Measure.DAY


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hihg", "no level or rule is named `hihg` (did you mean `high`?)"),
        ("alpa", "no level or rule is named `alpa` (did you mean `alpha`?)"),
        ("zzzzzzzz", "no level or rule is named `zzzzzzzz`"),
        ("medium", "`medium` stands for no rule that is run and in force"),
        ("audit", "audit is not run: below the level low"),
    ],
)
def test_a_bound_on_nothing_is_refused(version: Version, name: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        bounds([expectation(f"{name}=1")], version)
    assert str(error.value) == told


def test_a_rule_that_is_off_is_told_so(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path, [event_rule(1, "loud", CREATE), event_rule(2, "b", CANCEL)], SETTINGS
    )
    with pytest.raises(InputError) as error:
        bounds([expectation("loud=1")], planned(rules).now)
    assert str(error.value) == (
        "loud is not run: off, it is loud (--include-off runs it all the same)"
    )


def test_who_is_meant(version: Version) -> None:
    asked = [expectation(one) for one in ("high=1", "all=1", "each=2", "loud=3", "gamma=4")]
    found = bounds(asked, version)
    assert [(one.name, {*one.rules}, one.each) for one in found] == [
        ("high", {"alpha", "beta"}, False),
        ("all", {"alpha", "beta", "gamma"}, False),
        ("alpha", {"alpha"}, True),
        ("beta", {"beta"}, True),
        ("loud", {"loud"}, False),
        ("gamma", {"gamma"}, False),
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(["alpha", "beta", "gamma", "loud"]), st.integers(0, 6)),
        max_size=40,
    ),
    st.integers(7, 30),
    st.fractions(0, 3, max_denominator=8),
    st.sampled_from(["high", "all", "gamma", "loud"]),
)
def test_judged_exactly(
    version: Version, found: list[tuple[str, int]], days: int, limit: Fraction, name: str
) -> None:
    alerts: AlertDays = Counter((rule, FIRST + timedelta(days=day)) for rule, day in found)
    members = {"high": {"alpha", "beta"}, "all": {"alpha", "beta", "gamma"}}.get(name, {name})
    mine = [day for rule, day in found if rule in members]
    number = f"{float(limit):.3f}"
    expected = {
        Measure.DAY: Fraction(len(mine), days),
        Measure.WEEK: Fraction(7 * len(mine), days),
        Measure.BUSIEST: Fraction(max(Counter(mine).values(), default=0)),
    }
    for measure, value in expected.items():
        (verdict,) = verdicts(version, [f"{name}={number}/{measure}"], alerts, days)
        assert verdict.met == (value <= Fraction(number))


def test_in_words(version: Version) -> None:
    alerts: AlertDays = Counter(
        {("alpha", FIRST): 3, ("beta", FIRST): 1, ("gamma", None): 2, ("gamma", FIRST): 1}
    )
    texts = ["high=0.5", "high=4/busiest", "gamma=1/busiest", "each=1/week"]
    told = [(str(one), one.met) for one in verdicts(version, texts, alerts, 7)]
    assert told == [
        ("high: at most 0.5 a day; found 0.5714 (4 in 7 days)", False),
        ("high: at most 4 on the busiest day; found 4 (2026-01-01)", True),
        ("gamma: at most 1 on the busiest day; found 3 (2026-01-01)", False),
        ("alpha: at most 1 a week; found 3 (3 in 7 days)", False),
        ("beta: at most 1 a week; found 1 (1 in 7 days)", True),
    ]


def test_a_log_without_days_upholds_nothing(version: Version) -> None:
    (verdict,) = verdicts(version, ["high=5"], Counter(), 0)
    assert (str(verdict), verdict.met) == ("high: at most 5 a day; found no day to judge by", False)
