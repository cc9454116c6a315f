"""Proving finds what is wrong, tells it by the plainest event, and reports it in every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID
from okta_access.catalog.template import template_event
from okta_access.errors import EngineError
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.events.evaluate import matches
from okta_access.prove import correlations, events
from okta_access.prove.evidence import (
    ByIntent,
    Check,
    Event,
    Outcome,
    Report,
    RuleEvidence,
    check_of,
    skipped,
)
from okta_access.prove.oracles.base import NotApplicable, Oracle, Verdicts
from okta_access.prove.reports import json as json_report
from okta_access.prove.reports import junit, text
from okta_access.prove.run import Options, prove
from okta_access.reporting.printable import printable
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import EventRule, Expr
from tests.builders.files import write
from tests.builders.rules import HEAD, expression

CATALOG = load_catalog()
RULE = """\
detection:
    selection:
        eventType: access.request.sequence.delete
        actor.type: [User, Client]
    filter:
        outcome.result: FAILURE
    condition: selection and not filter
"""
FIXTURE = """\
match:
    - {why: A person deletes a sequence., event: {eventType: access.request.sequence.delete}}
miss:
    - {why: A new sequence is no deletion., event: {eventType: access.request.sequence.create}}
"""
CORRELATION = """\
title: Two
id: c
name: two
level: low
correlation:
    type: event_count
    rules: r
    group-by: actor.id
    timespan: 1h
    condition: {gte: 2}
"""
OPTIONS = Options(seed=1, examples=60)


def loaded(folder: Path, rule: str = RULE, fixture: str | None = FIXTURE) -> RuleSet:
    """The rule in a folder of its own."""
    files = {"rules/r.yml": HEAD + rule}
    if fixture is not None:
        files["fixtures/r.yml"] = fixture
    rules = load_rules((write(folder, files) / "rules",), CATALOG)
    assert rules.problems == ()
    return rules


def proven(rules: RuleSet, options: Options = OPTIONS, *oracles: Oracle) -> RuleEvidence:
    return next(prove(rules, CATALOG, options, oracles))


def check(evidence: RuleEvidence, name: str) -> Check:
    return next(check for check in evidence.checks if check.name == name)


def test_a_sound_rule_passes_every_check(tmp_path: Path) -> None:
    evidence = proven(loaded(tmp_path))
    assert {(one.name, one.outcome) for one in evidence.checks} == {
        (name, Outcome.PASSED)
        for name in (
            "fixtures", "match", "near-miss", "edge", "other", "other-types", "inert", "mutants",
            "matcher",
        )
    }  # fmt: skip
    assert (check(evidence, "match").ran, check(evidence, "near-miss").ran) == (60, 60)
    assert check(evidence, "other-types").ran >= 21


def test_the_same_seed_gives_the_same_evidence(tmp_path: Path) -> None:
    rules = loaded(tmp_path)
    assert [*prove(rules, CATALOG, OPTIONS)] == [*prove(rules, CATALOG, OPTIONS)]


def test_several_processes_give_the_same_evidence(tmp_path: Path) -> None:
    files = {f"rules/{name}.yml": HEAD.replace("name: r", f"name: {name}") + RULE for name in "ba"}
    rules = load_rules((write(tmp_path, files) / "rules",), CATALOG)
    alone = [*prove(rules, CATALOG, OPTIONS)]
    assert len(alone) == len(rules.all_rules)
    assert [*prove(rules, CATALOG, OPTIONS, jobs=2)] == alone


@dataclass(frozen=True)
class _Oracle:
    """An oracle that answers as it is told."""

    answer: Callable[[Sequence[Event]], Verdicts | NotApplicable]
    name: str = "faulty"
    version: str = "0"

    def verdicts(self, _rule: EventRule, events: Sequence[Event]) -> Verdicts | NotApplicable:
        return self.answer(events)


def by(expr: Expr) -> _Oracle:
    """An oracle that judges by another expression."""

    def answer(asked: Sequence[Event]) -> Verdicts:
        found = (event for event in asked if matches(expr, event, CATALOG))
        return Verdicts(frozenset(str(event[UUID]) for event in found))

    return _Oracle(answer)


@pytest.mark.parametrize(
    "line",
    [
        "eventType: access.request.sequence.delete",  # all but one condition dropped
        "actor.type: [User, Client]",
        "actor.type|cased: [User, Client]",  # a case fold forgotten
        "eventType|startswith: access.request.sequence",
    ],
)
def test_an_oracle_that_judges_otherwise_is_found_out(tmp_path: Path, line: str) -> None:
    found = check(proven(loaded(tmp_path), OPTIONS, by(expression(line))), "faulty")
    assert found.outcome is Outcome.FAILED
    assert 0 < len(found.failures) <= 3 <= found.failed
    assert all(len(failure.events) == 1 for failure in found.failures)
    first = found.failures[0].events[0]
    plain = template_event(CATALOG, str(first["eventType"]))
    odd = {key for key, value in plain.items() if first.get(key) != value} - {"uuid", "target"}
    assert len(odd) <= 2


def test_what_an_oracle_cannot_say_is_told(tmp_path: Path) -> None:
    def broken(asked: Sequence[Event]) -> Verdicts:
        raise EngineError(f"the engine is gone with {len(asked)} events")

    def blind(asked: Sequence[Event]) -> Verdicts:
        return Verdicts(frozenset(), frozenset(str(event[UUID]) for event in asked))

    rules = loaded(tmp_path)
    told = check(proven(rules, OPTIONS, _Oracle(lambda _: NotApplicable("no way"))), "faulty")
    assert (told.outcome, told.note) == (Outcome.SKIPPED, "refused: no way")
    told = check(proven(rules, OPTIONS, _Oracle(broken)), "faulty")
    assert told.failures[0].message.startswith("faulty: the engine is gone with ")
    told = check(proven(rules, OPTIONS, _Oracle(blind)), "faulty")
    assert (told.outcome, told.ran) == (Outcome.PASSED, 0)
    assert str(told.note).endswith(" left out")


def test_a_wrong_reference_is_told_on_the_plainest_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the evaluator knew one kind of actor only."""
    users = expression("actor.type: User")

    def wrong(expr: Expr, event: Event, catalog: Any) -> bool:
        return matches(expr, event, catalog) and matches(users, event, catalog)

    monkeypatch.setattr(events, "matches", wrong)
    found = check(proven(loaded(tmp_path)), "match")
    assert found.outcome is Outcome.FAILED
    (event,) = found.failures[0].events
    plain = template_event(CATALOG, "access.request.sequence.delete")
    assert event["actor"]["type"] == "Client"
    assert event == {**plain, "actor": {**plain["actor"], "type": event["actor"]["type"]}}


def test_a_wrong_judge_of_histories_is_told_by_a_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if windows tumbled: nothing counts across a full hour."""
    rules = _with_correlation(tmp_path)

    def tumbling(rule: Any, bases: Any, history: Sequence[Event], catalog: Any) -> list[Any]:
        hours = sorted({str(event["published"])[:13] for event in history})
        parts = [[e for e in history if str(e["published"]).startswith(hour)] for hour in hours]
        return [alert for part in parts for alert in find_alerts(rule, bases, part, catalog)]

    monkeypatch.setattr(correlations, "find_alerts", tumbling)
    (evidence,) = [one for one in prove(rules, CATALOG, OPTIONS) if one.kind == "event_count"]
    found = check(evidence, "histories: across an hour")
    assert (found.outcome, len(found.failures[0].events)) == (Outcome.FAILED, 2)
    assert found.failures[0].message == "expected 1 alerts, found 0"


def _with_correlation(folder: Path) -> RuleSet:
    files = {
        "rules/r.yml": HEAD + RULE,
        "rules/two.yml": CORRELATION,
        "fixtures/r.yml": FIXTURE,
        "fixtures/two.yml": FIXTURE.replace("match:", "match: []\nother:"),
    }
    return load_rules((write(folder, files) / "rules",), CATALOG)


def test_a_rule_without_a_fixture_fails_unless_that_is_allowed(tmp_path: Path) -> None:
    rules = loaded(tmp_path, fixture=None)
    assert check(proven(rules), "fixtures").outcome is Outcome.FAILED
    allowed = proven(rules, replace(OPTIONS, allow_missing_fixtures=True))
    assert check(allowed, "fixtures").outcome is Outcome.SKIPPED
    assert allowed.passed


@pytest.mark.parametrize(
    ("fixture", "message"),
    [
        (
            FIXTURE.replace("sequence.create", "sequence.delete"),
            "expected no alert, found one alert: A new",
        ),
        (FIXTURE.partition("miss:")[0], "the fixture has no miss"),
        ("match: []\nmiss: []\n", "the fixture has no match and no miss"),
        (FIXTURE.replace("why", "wy"), "unknown key `wy`"),
    ],
)
def test_a_fixture_that_says_otherwise_fails(tmp_path: Path, fixture: str, message: str) -> None:
    found = check(proven(loaded(tmp_path, fixture=fixture)), "fixtures")
    assert found.outcome is Outcome.FAILED
    assert any(message in failure.message for failure in found.failures)
    assert all(failure.span is not None for failure in found.failures)


def test_a_rule_that_can_never_match_fails_with_the_atoms(tmp_path: Path) -> None:
    contradiction = RULE.replace("selection and not", "selection and filter and not")
    found = check(proven(loaded(tmp_path, contradiction)), "match")
    assert found.outcome is Outcome.FAILED
    assert (
        '`outcome.result is "FAILURE" (case counts)` (line 11) contradicts'
        in found.failures[0].message
    )


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(tmp_path)
    fixture = FIXTURE.replace("sequence.create", "sequence.delete")
    loaded(tmp_path, fixture=fixture)
    rules = load_rules((Path("rules"),), CATALOG)
    oracle = by(expression("actor.type: [User, Client]"))
    found = tuple(prove(rules, CATALOG, OPTIONS, [oracle]))
    return Report(1, 60, found, (("faulty", "1.0"),), ("splunk=interpreter",))


def test_the_text_report_tells_place_event_and_command(failing: Report) -> None:
    told = list(text.lines(failing))
    assert told[0].startswith("FAILED  r  fixtures 2, match 60, near-miss 60")
    assert any("fixtures/r.yml:4:7: expected no alert, found one alert: A new" in t for t in told)
    again = "okta-access test rules/r.yml --seed 1 --examples 60 --engine splunk=interpreter"
    assert f"          again: {again}" in told
    (first, *_) = [line for line in told if line.strip().startswith("event: ")]
    assert json.loads(first.split("event: ")[1])["eventType"] == "access.request.sequence.delete"
    assert "            why: give the event to okta-access explain rules/r.yml -" in told
    assert told[-1].endswith("seed 1, 60 examples; faulty on 1.0")


def test_the_json_report_holds_everything(failing: Report) -> None:
    report = json.loads(json_report.render(failing))
    assert report["summary"] == {
        "rules": 1,
        "failed": 1,
        "cases": failing.cases,
        "mutants": report["rules"][0]["mutants"],
    }
    outcomes = {one["name"]: one["outcome"] for one in report["rules"][0]["checks"]}
    assert (outcomes["fixtures"], outcomes["match"], outcomes["faulty"]) == (
        "failed", "passed", "failed",
    )  # fmt: skip


def test_what_fixtures_alone_notice_is_told_by_rule_and_for_all() -> None:
    def rule(found: ByIntent | None) -> RuleEvidence:
        return RuleEvidence("r", "r.yml", "event", (Check("mutants", 12, by_intent=found),))

    each = (rule(ByIntent(3, ("a",))), rule(ByIntent(2, tuple("bcdefg"))), rule(None))
    report = Report(1, 60, each)
    assert report.by_intent == ByIntent(5, tuple("abcdefg"))
    assert "; 41 % of 12 mutants by fixtures alone; seed 1" in text.summary(report)
    told = json.loads(json_report.render(report))
    assert [one["mutants"] for one in (*told["rules"], told["summary"])] == [
        {"by_fixtures": 3, "of": 4, "percent": 75},
        {"by_fixtures": 2, "of": 8, "percent": 25},
        None,
        {"by_fixtures": 5, "of": 12, "percent": 41},
    ]
    assert [one["unnoticed_by_fixtures"] for one in told["rules"]] == [["a"], [*"bcdefg"], []]
    assert ByIntent(0).percent == 100
    unjudged = Report(1, 60, (rule(None),))
    assert unjudged.by_intent is None
    assert "mutants" not in text.summary(unjudged)


def test_an_engine_that_no_rule_was_asked_of_is_not_claimed() -> None:
    checks = (check_of("elastic-lucene", 3, []), skipped("elastic-esql", "not asked: none here"))
    one = RuleEvidence("r", "r.yml", "event", checks)
    report = Report(1, 60, (one,), (("elastic-lucene", "9"), ("elastic-esql", "9")))
    assert text.summary(report).endswith("; elastic-lucene on 9; elastic-esql not asked")
    told = json.loads(json_report.render(report))
    assert told["engines"] == [{"name": "elastic-lucene", "version": "9"}]


def test_the_junit_report_has_a_case_for_each_check(failing: Report) -> None:
    root = ET.fromstring(junit.render(failing))
    (suite,) = root
    assert suite.attrib["tests"] == str(len(failing.rules[0].checks))
    failed = [case.attrib["name"] for case in suite if case.find("failure") is not None]
    assert failed == ["fixtures", "faulty"]
    assert root.attrib["failures"] == suite.attrib["failures"] == "2"


def test_hostile_text_stays_xml() -> None:
    message = 'a "<b>" & \x00 \x1b[31m ]]> \ud800'
    failed = Check(message, 1, (), 1)
    skipped = Check("s", 0, note=message, skipped=True)
    evidence = RuleEvidence(message, message, "event", (failed, skipped))
    root = ET.fromstring(junit.render(Report(0, 1, (evidence,))))
    assert [case.attrib["name"] for case in root[0]] == [printable(message), "s"]
