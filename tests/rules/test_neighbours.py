"""The opt-in rules on neighbouring events: whole with their catalogue, proven, and no more."""

from __future__ import annotations

from okta_access.catalog.load import load_catalog
from okta_access.content import fixtures_dir, rules_dir
from okta_access.lint.engine import run_checks
from okta_access.prove.evidence import Report
from okta_access.prove.reports.text import lines
from okta_access.prove.run import Options, prove
from okta_access.rules.collection import load_rules
from okta_access.rules.solver.event_types import event_types
from tests.builders.rules import CATALOG as PACKAGED

PACK = rules_dir() / "neighbours"
CATALOG = load_catalog((PACK / "events.catalog",))
RULES = load_rules([PACK], CATALOG)
OWN = CATALOG.events.keys() - PACKAGED.events.keys()


def test_the_pack_is_whole_and_nothing_is_found_against_it() -> None:
    assert RULES.correlations
    assert (RULES.problems, RULES.missing) == ((), ())
    assert run_checks(RULES, CATALOG).findings == ()


def test_each_correlation_joins_guardrails_with_types_of_the_catalogue_file() -> None:
    joined = set()
    for rule in RULES.correlations:
        types = [set(event_types(base.expr) or ()) for base in RULES.referenced(rule)]
        assert [one <= OWN for one in types].count(True) == 1, rule.name
        assert [one <= {*PACKAGED.events} for one in types].count(True) == 1, rule.name
        joined |= set().union(*types)
    assert joined & OWN == OWN
    assert CATALOG.fields == PACKAGED.fields


def test_only_its_correlations_alert() -> None:
    assert all(rule.silent for rule in RULES.rules)


def test_every_rule_is_proven() -> None:
    report = Report(0, 60, tuple(prove(RULES, CATALOG, Options(seed=0, examples=60))))
    assert len(report.rules) == len(RULES.all_rules)
    assert not report.failed, "\n".join(lines(report))
    alone = {rule.rule: rule.by_intent.percent for rule in report.rules if rule.by_intent}
    assert len(alone) == len(report.rules)
    assert all(percent >= 75 for percent in alone.values()), alone


def test_every_fixture_belongs_to_a_rule() -> None:
    found = {path.stem for path in (fixtures_dir() / PACK.name).iterdir()}
    assert found == {rule.name for rule in RULES.all_rules}
