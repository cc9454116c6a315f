"""Reports: the same figures in every form, hostile names tamed, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.backtest.compare import Comparison, Differences
from okta_access.backtest.days import AlertDays, Counts, Row
from okta_access.backtest.expectations import ExpectationResult
from okta_access.backtest.files import Replay
from okta_access.backtest.plan import comparison, tables
from okta_access.backtest.report import Report, daily, table
from okta_access.backtest.reports import csv as as_csv
from okta_access.backtest.reports import html, junit, text
from okta_access.backtest.reports import json as as_json
from okta_access.backtest.sparkline import BLOCKS, sparkline
from okta_access.reporting.printable import printable
from okta_access.reporting.spreadsheets import cell
from okta_access.rules.model import Level
from okta_access.scan.tally import TimeRange
from tests.builders.backtests import (
    CANCEL,
    CATALOG,
    CREATE,
    event,
    event_rule,
    log,
    planned,
    rules_of,
)

FIRST = date(2026, 1, 1)
HOSTILE = "x\"'<script>alert(1)</script>&amp;\x1b[31m\n,=1+1\ud800é"
RENDERERS: list[Callable[[Report], str]] = [
    as_csv.render,
    as_json.render,
    html.render,
    junit.render,
]


def row(name: str, per_day: list[int], level: Level = Level.HIGH, **more: object) -> Row:
    undated = more.get("undated", 0)
    assert isinstance(undated, int)
    return Row(name, f"id {name}", f"T {name}", level, "event", "off" in more, (*per_day,), undated)


def days(number: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=n) for n in range(number))


REPORT = Report(
    Counts(
        days(3),
        (
            row("alpha", [0, 4, 1]),
            row("beta", [1, 0, 0]),
            row("loud", [9, 9, 9], off=True),
            row("gamma", [0, 0, 0], Level.LOW, undated=2),
        ),
    ),
    (
        ExpectationResult("high: at most 1 a day", "2 (6 in 3 days)", met=False),
        ExpectationResult("x", "0", met=True),
    ),
)


def shown(report: Report, columns: int = 100, *, ascii_only: bool = False) -> list[str]:
    return [*text.lines(report, columns=columns, ascii_only=ascii_only)]


def test_the_text() -> None:
    assert shown(REPORT) == [
        "3 days, 2026-01-01 to 2026-01-03 (UTC)",
        "level  rule        alerts  a day  busiest day",
        "high   alpha            5   1.67  2026-01-02   4  ·█▂",
        "high   beta             1   0.33  2026-01-01   1  █··",
        "high   loud (off)      27   9.00  2026-01-01   9  ███",
        "high   together         6   2.00  2026-01-02   4  ▂█▂",
        "low    gamma            2   0.67",
        "2 of the alerts have no readable time: they belong to no day.",
        "",
        "FAILED  high: at most 1 a day; found 2 (6 in 3 days)",
        "ok      x; found 0",
    ]


def test_text_in_ascii_and_bins() -> None:
    many = Report(Counts(days(25), (row("alpha", [*range(25)]),)))
    lines = shown(many, columns=10, ascii_only=True)
    assert lines[-2].split()[-1] == sparkline([*range(2, 25, 3), 24], ascii_only=True)
    assert lines[-1] == "A mark stands for the busiest of 3 days."
    assert all(line.isascii() for line in lines)
    assert not {*"".join(shown(many))}.isdisjoint(BLOCKS)


def test_a_rule_asked_by_each_is_told_where_it_fails() -> None:
    verdicts = tuple(ExpectationResult(f"r{n}: 1", "0", met=n > 0, each=True) for n in range(3))
    lines = shown(Report(Counts((), ()), verdicts))
    assert lines == [
        "no days: no event with a readable time, and no range of days was given",
        "level  rule  alerts  a day  busiest day",
        "",
        "FAILED  r0: 1; found 0",
        "ok      each: 2 rules keep to it",
    ]


ROWS = st.lists(
    st.tuples(
        st.text(max_size=12),
        st.lists(st.integers(0, 10**6) | st.just(0), min_size=4, max_size=4),
        st.sampled_from(Level),
        st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda one: cell(printable(one[0])),
)


@given(ROWS)
@example([("=1+1", [1, 0, 0, 2], Level.LOW, 1)])
def test_every_form_tells_the_same_figures(
    rows: list[tuple[str, list[int], Level, int]],
) -> None:
    made = [row(name, per_day, level, undated=late) for name, per_day, level, late in rows]
    made.sort(key=lambda one: (-one.level.rank, one.rule))
    report = Report(Counts(days(4), tuple(made)))
    cells: AlertDays = Counter()
    for line in csv.DictReader(io.StringIO(as_csv.render(report), newline="")):
        day = date.fromisoformat(line["day"]) if line["day"] else None
        cells[line["rule"], day] += int(line["alerts"])
    expected: AlertDays = Counter()
    for one in made:
        name = cell(printable(one.rule))
        expected.update({(name, day): n for day, n in zip(days(4), one.per_day, strict=True)})
        expected[name, None] += one.undated
    assert +cells == +expected
    told = json.loads(as_json.render(report))
    assert [(one["rule"], one["alerts"], sum(one["days"].values())) for one in told["rules"]] == [
        (one.rule, one.total, one.total - one.undated) for one in made
    ]
    suites = ET.fromstring(junit.render(report))
    assert len(suites.findall(".//testcase")) == len(made)
    page = ET.fromstring(html.render(report))
    assert len(page.findall(".//tbody/tr")) == len(table(report))
    assert len(page.findall(".//rect")) == sum(
        sum(count > 0 for count in line.per_day) for line in table(report)
    )


@pytest.mark.parametrize("render", RENDERERS)
def test_the_same_bytes_every_time(render: Callable[[Report], str]) -> None:
    assert render(REPORT) == render(REPORT)
    assert render is as_csv.render or render(REPORT).isascii()


def test_hostile_names_are_values_and_nothing_else() -> None:
    verdict = ExpectationResult(HOSTILE, HOSTILE, met=False)
    report = Report(Counts(days(1), (row(HOSTILE, [1]),)), (verdict,))
    page = ET.fromstring(html.render(report))
    assert page.findall(".//script") == []
    assert "<script>alert(1)</script>" in "".join(page.itertext())
    suites = ET.fromstring(junit.render(report))
    (expected, rule) = suites.findall(".//testcase")
    assert "<script>" in expected.attrib["name"]
    assert "<script>" in rule.attrib["name"]
    assert json.loads(as_json.render(report))["rules"][0]["rule"] == HOSTILE
    (told,) = csv.DictReader(io.StringIO(as_csv.render(report), newline=""))
    assert told["rule"] == cell(printable(HOSTILE))
    assert not any("\x1b" in line or "\n" in line for line in shown(report))


def test_the_page_needs_nothing_else() -> None:
    page = html.render(REPORT)
    root = ET.fromstring(page)
    policy = root.find(".//meta[@http-equiv]")
    assert policy is not None
    assert policy.attrib["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    attributes = {name for one in root.iter() for name in one.attrib}
    assert attributes.isdisjoint({"src", "href", "style", "onload"})
    assert "url(" not in page
    assert "@import" not in page
    assert "color-scheme: light dark" in page
    many = Report(Counts(days(400), (row("alpha", [1] * 399 + [10_000]),)))
    bars = ET.fromstring(html.render(many)).findall(".//rect")
    assert [bar.attrib["height"] for bar in bars] == ["1"] * 99 + ["28"]


def test_junit_counts_its_failures() -> None:
    suites = ET.fromstring(junit.render(REPORT))
    assert (suites.attrib["tests"], suites.attrib["failures"]) == ("6", "1")
    assert len(suites.findall(".//failure")) == 1
    for suite in suites:
        assert int(suite.attrib["tests"]) == len(suite)


@pytest.mark.parametrize(
    ("mean", "told"),
    [(None, "-"), (0.0, "0"), (1e-9, "<0.01"), (0.01, "0.01"), (1234.5, "1,234.50")],
)
def test_means(mean: float | None, told: str) -> None:
    assert daily(mean) == told


@pytest.fixture
def change(tmp_path: Path) -> Comparison:
    before = rules_of(
        tmp_path / "a", [event_rule(1, "alpha", CREATE), event_rule(2, "beta", CANCEL)]
    )
    now = rules_of(tmp_path / "b", [event_rule(1, "alpha", CANCEL), event_rule(3, "gamma", CREATE)])
    events = [event(1, CREATE, 0), event(2, CANCEL, 1), event(3, CREATE, 25)]
    del events[2]["uuid"]
    name = log(tmp_path / "log.jsonl", events)
    plan = planned(now, before)
    differences = Differences(plan.rules, 1)
    selection = [version.selection for version in plan.versions]
    past = Replay(selection, CATALOG, TimeRange(), differences)
    past.read((name,), print, print)
    return comparison(plan, tables(plan, past.alerts, past.span.covered), differences)


def test_a_comparison_in_every_form(change: Comparison, tmp_path: Path) -> None:
    report = Report(change.after, (change.verdict,), change, "old/rules")
    name = tmp_path / "log.jsonl"
    lines = shown(report)
    assert lines[lines.index("") + 1 :] == [
        "compared with old/rules: alerts of 3 rules differ, those of 0 do not",
        "low       alpha  2 -> 1: 1 new, 2 lost",
        f"  + 2026-01-01T01:00:00.000Z  {name}:2 uuid-2",
        f"  - 2026-01-01T00:00:00.000Z  {name}:1 uuid-1",
        "  - and 1 more lost",
        "low       beta  1 -> -: 0 new, 1 lost (not run now: not there)",
        f"  - 2026-01-01T01:00:00.000Z  {name}:2 uuid-2",
        "low       gamma  - -> 2: 2 new, 0 lost (not run before: not there)",
        f"  + 2026-01-01T00:00:00.000Z  {name}:1 uuid-1",
        "  + and 1 more new",
        "",
        "FAILED  no alert is new, lost or moved; found 3 new, 3 lost, 0 moved",
    ]
    assert as_csv.render(report).splitlines() == [
        "rule,level,day,alerts,state,before",
        "alpha,low,2026-01-01,1,on,1",
        "alpha,low,2026-01-02,0,on,1",
        "beta,low,2026-01-01,,on,1",
        "beta,low,2026-01-02,,on,0",
        "gamma,low,2026-01-01,1,on,",
        "gamma,low,2026-01-02,1,on,",
    ]
    told = json.loads(as_json.render(report))["comparison"]
    assert told["against"] == "old/rules"
    assert [(one["rule"], one["new"]["count"], one["lost"]["count"]) for one in told["rules"]] == [
        ("alpha", 1, 2),
        ("beta", 0, 1),
        ("gamma", 2, 0),
    ]
    assert told["rules"][0]["lost"]["shown"][0]["source"] == [{"file": str(name), "line": 1}]
    page = "".join(ET.fromstring(html.render(report)).itertext())
    assert "Compared with old/rules" in page
    assert f"lost: 2026-01-01T00:00:00.000Z {name}:1 uuid-1" in page
    assert "and 1 more" in page
    cases = ET.fromstring(junit.render(report)).findall(".//system-out")
    assert [case.text and case.text.rpartition("; ")[2] for case in cases] == [
        "1 new, 2 lost, 0 moved",
        "2 new, 0 lost, 0 moved",
    ]
