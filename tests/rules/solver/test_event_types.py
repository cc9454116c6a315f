"""For which event types a rule can hold: sound on any event, and exact where it can be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import Absent, And, Atom, Expr, Not, Or, Pattern, Present, Regex
from okta_access.rules.solver.event_types import EVERY, NONE, TypeSet, event_types, possible_types
from tests.builders.strategies import CATALOG, HERE, TYPES, events, expressions

_SETS = st.builds(TypeSet, st.frozensets(st.sampled_from("abc")), st.booleans())


@given(_SETS, _SETS, st.sampled_from("abcd"))
def test_sets_of_types_are_sets(one: TypeSet, other: TypeSet, name: str) -> None:
    assert (name in ~one) is (name not in one)
    assert (name in one & other) is (name in one and name in other)
    assert (name in one | other) is (name in one or name in other)


@given(expressions, events(textual_type=True), st.sampled_from([*TYPES, "", "other"]))
def test_a_rule_holds_for_no_other_type(expr: Expr, event: dict[str, Any], name: str) -> None:
    typed = {**event, "eventType": name}
    if matches(expr, typed, CATALOG):
        assert name in possible_types(expr)
        assert name in (event_types(expr) or {name})


def is_(*names: str) -> Expr:
    return Or(tuple(Atom("eventType", Pattern((n,), cased=True), HERE, HERE) for n in names), HERE)


ACTOR = Atom("actor.id", Present(), HERE, HERE)


@pytest.mark.parametrize(
    ("expr", "types"),
    [
        (is_("a", "b"), TypeSet(frozenset("ab"))),
        (And((is_("a", "b"), Not(is_("b"), HERE), ACTOR), HERE), TypeSet(frozenset("a"))),
        (And((is_("a"), is_("b")), HERE), NONE),
        (Not(is_("a"), HERE), TypeSet(frozenset("a"), rest=True)),
        (Not(And((is_("a"), ACTOR), HERE), HERE), EVERY),
        (Or((is_("a"), ACTOR), HERE), EVERY),
        (Atom("eventType", Regex("a"), HERE, HERE), EVERY),
        (Atom("eventType", Pattern(("a",)), HERE, HERE), EVERY),
        (Atom("eventType", Absent(), HERE, HERE), TypeSet(frozenset([""]))),
        (Atom("eventType", Present(), HERE, HERE), TypeSet(frozenset([""]), rest=True)),
    ],
)
def test_types(expr: Expr, types: TypeSet) -> None:
    assert possible_types(expr) == types
    assert event_types(expr) == (None if types.rest else types.names)
