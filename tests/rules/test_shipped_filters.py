"""The shipped filters: without lists they change nothing, filled they take away what they name."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from okta_access.catalog.model import FieldType
from okta_access.content import fixtures_dir, rules_dir
from okta_access.matching.events.evaluate import matches
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.filters import Filter
from okta_access.rules.fixtures import read_fixture
from okta_access.rules.model import Atom, EventRule, Not, Placeholder, atoms
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from tests.builders.rules import CATALOG

NAMES = sorted(path.stem for path in (rules_dir() / "filter").glob("*.yml"))
LISTED = {FieldType.IP: "203.0.113.200", FieldType.STRING: "0oaListed"}
OTHER = {FieldType.IP: "203.0.114.200", FieldType.STRING: "0oaOther"}


@cache
def loaded() -> RuleSet:
    return load_rules([rules_dir()], CATALOG)


def shipped(name: str) -> Filter:
    return next(one for one in loaded().filters if one.name == name)


def question(one: Filter) -> tuple[str, str, FieldType]:
    """The field and the list that a filter asks for: each here asks one thing."""
    assert isinstance(one.expr, Not)
    (atom,) = atoms(one.expr)
    assert isinstance(atom, Atom)
    assert isinstance(atom.test, Placeholder)
    field = CATALOG.field(atom.field)
    assert field is not None
    return atom.field, atom.test.name, field.type


def test_there_are_filters_and_no_list_is_filled() -> None:
    assert NAMES
    tuned = tune(loaded(), Settings(), CATALOG)
    assert list(tuned.filters_off) == NAMES
    kept = {rule.name: rule for rule in tuned.in_force.rules}
    assert all(kept[rule.name] == rule for rule in loaded().rules if rule.name in kept)


@pytest.mark.parametrize("name", NAMES)
def test_filled_it_takes_away_what_is_listed_and_nothing_else(name: str) -> None:
    one = shipped(name)
    path, list_name, type_ = question(one)
    lists: dict[str, tuple[str, ...]] = {
        list_name: ("203.0.113.0/24",) if type_ is FieldType.IP else (LISTED[type_],)
    }
    tuned = tune(replace(loaded(), filters=(one,)), Settings(lists=lists), CATALOG)
    rules = {rule.name: rule for rule in (*tuned.shipped.rules, *tuned.shipped.context)}
    assert one.rules
    for reference in one.rules:
        _check(rules[reference.rule], path, LISTED[type_], OTHER[type_])
    named = {reference.rule for reference in one.rules}
    before = {rule.name: rule for rule in loaded().rules}
    assert [n for n, rule in rules.items() if rule != before[n]] == sorted(
        named, key=[*rules].index
    )


def _check(rule: EventRule, path: str, listed: str, other: str) -> None:
    fixture = read_fixture(Path(fixtures_dir() / f"{rule.name}.yml"), CATALOG)
    events = [event for case in fixture.cases if case.matches for event in case.events]
    assert events
    for event in events:
        *above, last = path.split(".")
        for value, expected in ((listed, False), (other, True), (None, True)):
            changed = copy.deepcopy(event)
            here = changed
            for step in above:
                if not isinstance(here.get(step), dict):
                    here[step] = {}
                here = here[step]
            here[last] = value
            assert matches(rule.expr, changed, CATALOG) is expected, (rule.name, value)
