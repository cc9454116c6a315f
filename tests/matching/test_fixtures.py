"""Every fixture's intent, by the reference, by the generated matcher and by the judge over time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from okta_access.content import fixtures_dir, rules_dir
from okta_access.matching.correlations.event_store import EventStore, find_alerts
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.matcher import Matcher
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.fixtures import Case, read_fixture
from okta_access.rules.model import Correlation, EventRule, Rule
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import as_written
from tests.builders.strategies import CATALOG

FILES = sorted(fixtures_dir().glob("*.yml"))


@cache
def loaded() -> RuleSet:
    return load_rules((rules_dir(),), CATALOG)


@cache
def shipped() -> RuleSet:
    """The rules as they are written, those that are off by default among them."""
    return as_written(loaded(), Settings(), CATALOG)


@cache
def matcher() -> Matcher:
    return Matcher((*shipped().rules, *shipped().context), CATALOG)


def find(rules: RuleSet, name: str) -> Rule | None:
    return next((rule for rule in rules.all_rules if rule.name == name), None)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_intent(path: Path) -> None:
    fixture = read_fixture(path, CATALOG)
    assert fixture.problems == ()
    assert fixture.cases
    assert find(loaded(), fixture.rule) is not None, "a fixture of no rule, or of a broken one"
    rule = find(shipped(), fixture.rule)
    assert rule is not None, "the rule has a placeholder that the fixture's `lists` do not fill"
    for case in fixture.cases:
        if isinstance(rule, EventRule):
            _check_event_rule(rule, case)
        else:
            _check_correlation(rule, case)


def _check_event_rule(rule: EventRule, case: Case) -> None:
    for event in case.events:
        assert matches(rule.expr, event, CATALOG) is case.matches, f"{case.span}: {case.why}"
        found = any(one is rule for one in matcher().evaluate(event).matched)
        assert found is case.matches, f"{case.span}: {case.why}"


def _check_correlation(rule: Correlation, case: Case) -> None:
    bases = shipped().referenced(rule)
    found = find_alerts(rule, bases, case.events, CATALOG)
    assert len(found) == case.alerts, f"{case.span}: {case.why}"
    history = EventStore([(rule, bases)], CATALOG)
    for source, event in enumerate(reversed(case.events)):
        history.add(event, matcher().evaluate(event).matched, source)
    assert len([*history.alerts()]) == case.alerts, f"{case.span}: read backwards: {case.why}"
