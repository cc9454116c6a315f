"""The opt-in rules on debugData: whole with their catalogue, and absent where nobody asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from okta_access.catalog.load import load_catalog
from okta_access.content import fixtures_dir, rules_dir
from okta_access.lint.engine import run_checks
from okta_access.matching.events.evaluate import matches
from okta_access.prove.evidence import Report
from okta_access.prove.reports.text import lines
from okta_access.prove.run import Options, prove
from okta_access.rules.collection import find_rule_files, load_rules
from okta_access.rules.fixtures import fixture_path, read_fixture
from okta_access.rules.model import EventRule, Rule, fields_read
from okta_access.rules.solver.event_types import event_types
from tests.builders.data import DATA
from tests.builders.files import write
from tests.builders.rules import CATALOG as PACKAGED
from tests.builders.rules import HEAD

PACK = rules_dir() / "debugdata"
CATALOG = load_catalog((PACK / "fields.catalog",))
RULES = load_rules([PACK], CATALOG)
OWN = CATALOG.fields.keys() - PACKAGED.fields.keys()
REFERENCE = DATA / "okta-event-types.json"


def reads(rule: Rule) -> list[tuple[EventRule, set[str]]]:
    """Event rules with the pack's own fields that are read of their events."""
    if isinstance(rule, EventRule):
        return [(rule, {*fields_read(rule.expr)} & OWN)]
    bases = RULES.referenced(rule)
    return [
        (base, {*fields_read(base.expr), *keys} & OWN)
        for base, keys in zip(bases, rule.keys, strict=True)
    ]


def own_fields(rule: Rule) -> set[str]:
    return set().union(*(fields for _, fields in reads(rule)))


ON_DEBUGDATA = tuple(rule for rule in RULES.all_rules if own_fields(rule))


def test_the_pack_is_whole_and_nothing_is_found_against_it() -> None:
    assert RULES.rules
    assert (RULES.problems, RULES.missing) == ((), ())
    assert run_checks(RULES, CATALOG).findings == ()


def test_its_catalogue_holds_what_its_rules_read_and_no_more() -> None:
    others = {rule.name for rule in RULES.all_rules} - {rule.name for rule in ON_DEBUGDATA}
    assert others <= {rule.name for rule in RULES.rules if rule.silent}
    assert set().union(*map(own_fields, ON_DEBUGDATA)) == OWN
    assert all(path.startswith("debugContext.debugData.") for path in OWN)
    assert all(CATALOG.fields[path].nullable for path in OWN)


def test_its_keys_stand_in_the_reference_of_every_event_type_of_the_rule() -> None:
    known = {one["eventType"]: one["debugData"] for one in json.loads(REFERENCE.read_text("utf-8"))}
    for rule, fields in (read for one in ON_DEBUGDATA for read in reads(one)):
        keys = {path.rpartition(".")[2] for path in fields}
        types = event_types(rule.expr)
        assert types
        for event_type in types:
            assert keys <= known[event_type].keys(), rule.name
    for path in OWN:
        values = CATALOG.fields[path].values
        examples = [one.get(path.rpartition(".")[2], ()) for one in known.values()]
        assert all(set(some) <= set(values) for some in examples if values)


@pytest.mark.parametrize("rule", ON_DEBUGDATA, ids=lambda rule: rule.name)
def test_a_description_says_that_the_keys_are_not_promised(rule: Rule) -> None:
    text = yaml.safe_load(Path(rule.meta.file).read_text("utf-8"))["description"]
    assert "debugData, which Okta does not promise" in " ".join(text.split())


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.name)
def test_fixtures_give_what_they_intend(rule: EventRule) -> None:
    fixture = read_fixture(fixture_path(Path(rule.meta.file), rule.name), CATALOG)
    assert fixture.problems == ()
    assert sum(case.matches for case in fixture.cases) >= 3
    assert sum(not case.matches for case in fixture.cases) >= 5
    for case in fixture.cases:
        for event in case.events:
            assert matches(rule.expr, event, CATALOG) is case.matches, case.why


def test_every_rule_is_proven() -> None:
    options = Options(seed=0, examples=100)
    report = Report(0, 100, tuple(prove(RULES, CATALOG, options)))
    assert len(report.rules) == len(RULES.all_rules)
    assert not report.failed, "\n".join(lines(report))
    alone = {rule.rule: rule.by_intent.percent for rule in report.rules if rule.by_intent}
    assert len(alone) == len(report.rules)
    assert all(percent >= 75 for percent in alone.values()), alone


def test_every_fixture_belongs_to_a_rule() -> None:
    found = {path.stem for path in (fixtures_dir() / PACK.name).iterdir()}
    assert found == {rule.name for rule in RULES.all_rules}


def test_whoever_does_not_name_the_folder_does_not_get_it(tmp_path: Path) -> None:
    body = HEAD + "detection:\n  s: {actor.id: a}\n  condition: s\n"
    write(tmp_path, {"rules/a.yml": body, "rules/debugdata/b.yml": body})

    def read(*path: str) -> list[str]:
        return [file.name for file in find_rule_files([tmp_path.joinpath(*path)])[0]]

    assert read() == ["a.yml"]
    assert read("rules") == ["a.yml"]
    assert read("rules", "debugdata") == ["b.yml"]
    assert read("rules", "debugdata", "b.yml") == ["b.yml"]


def test_its_fixtures_lie_apart(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    apart = tmp_path / "fixtures" / "debugdata" / "b.yml"
    assert fixture_path(rules / "debugdata" / "b.yml", "b") == apart
    assert fixture_path(rules / "detection" / "b.yml", "b") == tmp_path / "fixtures" / "b.yml"
    # A rule that merely has the folder's name, or lies in no rules folder, is like any other.
    assert fixture_path(rules / "debugdata.yml", "b") == tmp_path / "fixtures" / "b.yml"
    alone = tmp_path / "debugdata" / "b.yml"
    assert fixture_path(alone, "b") == tmp_path / "debugdata" / "fixtures" / "b.yml"
