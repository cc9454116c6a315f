"""Every rule of the repository is proven; a rule that is added is proven by being there."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import Event
from okta_access.content import rules_dir
from okta_access.generate import matching, near_misses
from okta_access.generate.event_makers import NearMiss
from okta_access.matching.events.evaluate import matches
from okta_access.prove.evidence import Outcome, Report
from okta_access.prove.reports.text import lines
from okta_access.prove.run import Options, prove
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import EventRule, Rule
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import as_written

CATALOG = load_catalog()
ALONE = 75  # per cent of a rule's mutants


@cache
def rules() -> RuleSet:
    return as_written(load_rules((rules_dir(),), CATALOG), Settings(), CATALOG)


def alone(rule: Rule) -> RuleSet:
    """A rule set of this rule, with the others at hand for what it refers to."""
    whole = rules()
    if isinstance(rule, EventRule):
        return replace(whole, rules=(rule,), correlations=(), context=())
    return replace(whole, rules=(), correlations=(rule,), context=(*whole.rules, *whole.context))


ALL = [pytest.param(rule, id=rule.name) for rule in rules().all_rules]
EVENT_RULES = [pytest.param(rule, id=rule.name) for rule in rules().rules]


@pytest.mark.parametrize("rule", ALL)
def test_a_rule_is_proven(rule: Rule) -> None:
    options = Options(seed=0, examples=200)
    (evidence,) = prove(alone(rule), CATALOG, options)
    report = Report(options.seed, options.examples, (evidence,))
    assert evidence.passed, "\n".join(lines(report))
    skipped = {check.name for check in evidence.checks if check.outcome is Outcome.SKIPPED}
    # A rule of every event type leaves no other type; nothing else may be left out in silence.
    assert skipped <= {"other-types"}
    # Generated events cannot see that a rule says something else than was meant: fixtures must.
    assert evidence.by_intent is not None
    assert evidence.by_intent.percent >= ALONE, "its fixtures alone notice too few of its mutants"


@cache
def strategies(name: str) -> st.SearchStrategy[tuple[Event, NearMiss]]:
    rule = next(rule for rule in rules().rules if rule.name == name)
    return st.tuples(matching(rule), near_misses(rule))


@settings(max_examples=5)
@pytest.mark.parametrize("rule", EVENT_RULES)
@given(data=st.data())
def test_hypothesis_finds_nothing_against_a_rule(rule: EventRule, data: st.DataObject) -> None:
    """What a user's own tests build on, and other events in every run."""
    match, near_miss = data.draw(strategies(rule.name))
    assert matches(rule.expr, match, CATALOG)
    assert not matches(rule.expr, near_miss.event, CATALOG)
