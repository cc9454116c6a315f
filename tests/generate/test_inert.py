"""Inert changes leave verdicts alone, whatever the rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import EventMaker
from okta_access.generate.inert import InertMaker
from okta_access.generate.sample import sample
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import Expr, SameAs, atoms
from tests.builders.samples import CATALOG, rule, rule_of
from tests.builders.strategies import expressions

EVENTS = sample(EventMaker(CATALOG), 40, 8)


def reads_whole_objects(expr: Expr) -> bool:
    """Whether it reads an object or an undocumented path as text: no path of any catalogue."""
    paths = [atom.field for atom in atoms(expr)]
    paths += [atom.test.other for atom in atoms(expr) if isinstance(atom.test, SameAs)]
    return any(path not in CATALOG.fields for path in paths)


@given(expressions, st.sampled_from(EVENTS), st.binary(max_size=200), st.booleans())
def test_the_verdict_stays(expr: Expr, event: dict[str, Any], data: bytes, known: bool) -> None:
    if reads_whole_objects(expr):
        return
    changed = InertMaker(event, CATALOG, rule_of(expr) if known else None).make(Choices(data))
    assert matches(expr, changed, CATALOG) == matches(expr, event, CATALOG)


@given(st.sampled_from(EVENTS), st.binary(max_size=200))
def test_the_event_itself_is_left_alone(event: dict[str, Any], data: bytes) -> None:
    before = repr(event)
    InertMaker(event, CATALOG, rule("actor.id: x")).make(Choices(data))
    assert repr(event) == before


def test_nothing_changes_by_the_first_choices() -> None:
    maker = InertMaker(EVENTS[3], CATALOG, rule("actor.id: x"))
    assert maker.make(Choices(b"")) == EVENTS[3]


@pytest.mark.parametrize(
    ("item", "path", "changes"),
    [
        ("actor.type: User", "type", False),
        ("actor.type: Us*", "type", True),
        ("actor.type|cased: User", "type", False),
        ("actor.type|re: User", "type", False),
        ("actor.type|fieldref: target.type", "type", False),
        ("actor.id: x", "type", True),
    ],
)
def test_letters_change_case_only_where_the_rule_ignores_it(
    item: str, path: str, changes: bool
) -> None:
    maker = InertMaker(EVENTS[0], CATALOG, rule(item))
    seen = {event["actor"][path] for event in sample(maker, 80, 1)}
    assert ("uSER" in seen) == changes


def test_all_kinds_of_changes_are_made() -> None:
    made = sample(InertMaker(EVENTS[0], CATALOG, rule("actor.type: User")), 400, 1)
    assert any([*event] != [*EVENTS[0]] for event in made)
    assert {event["version"] for event in made} == {"0", 0}
    assert {len(event["target"]) for event in made} > {1, 2, 3}
    assert any("zz_new" in event for event in made)
    assert any(event["securityContext"]["isProxy"] == "false" for event in made)
    assert any(event["client"]["ipAddress"] == "::ffff:203.0.113.10" for event in made)
