"""What is said to be impossible never happens, and what is possible can be shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from okta_access.generate.event_makers import BYTES, EventMaker, FormulaMaker
from okta_access.generate.sample import sample
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import Expr
from okta_access.rules.solver.logic import formula_of
from okta_access.rules.solver.satisfy import (
    Undecided,
    Unsatisfiable,
    contained,
    equivalent,
    satisfiable,
    satisfy,
)
from tests.builders.rules import HEAD, document, expression
from tests.builders.strategies import CATALOG, expressions

ORDINARY = sample(EventMaker(CATALOG), 200, seed=1, size=BYTES)


def of(*selection: str) -> Expr:
    """The expression of a rule whose selection has these lines."""
    lines = "".join(f"    {line}\n" for line in selection)
    read = document(f"{HEAD}detection:\n  s:\n{lines}  condition: s\n")
    assert read.problems == (), read.problems
    rule: Any = read.rule
    expr: Expr = rule.expr
    return expr


@given(expressions)
def test_the_impossible_never_happens_and_the_possible_can_be_shown(expr: Expr) -> None:
    for positive in (True, False):
        try:
            maker = FormulaMaker(formula_of(expr, positive=positive), CATALOG)
        except Unsatisfiable:
            assert not any(matches(expr, event, CATALOG) == positive for event in ORDINARY)
        except Undecided:
            pass  # nothing is claimed
        else:
            assert all(matches(expr, e, CATALOG) == positive for e in sample(maker, 3, "x"))


@pytest.mark.parametrize(
    "selection",
    [
        ("eventType|all: [a.b, a.c]",),
        ("eventType: null",),
        ("eventType|exists: false",),
        ("actor.id|all: ['x*', 'y*']",),
        ("actor.id: x", "actor.id|neq: x"),
        ("actor.id: x", "actor.id|neq: X"),
        ("actor.id: x", "actor.id|exists: false"),
        ("actor.id|re: '^a+$'", "actor.id|contains: b"),
        ("actor.id|startswith: ab", "actor.id|re: '^.$'"),
        ("securityContext.isProxy|all: [true, false]",),
        ("securityContext.isProxy: 'yes'",),
        ("client.ipAddress|cidr|all: [10.0.0.0/8, 192.168.0.0/16]",),
        ("client.ipAddress|cidr: 10.0.0.0/24", "client.ipAddress|cidr|neq: 10.0.0.0/8"),
        ("client.ipAddress: 10.0.0.1", "client.ipAddress|neq: '::ffff:10.0.0.1'"),
        ("client.ipAddress|cidr: 10.0.0.0/8", "client.ipAddress|startswith: '192.'"),
        ("target.id: null", "target.id|startswith: x"),
        ("target.id|contains: x", "target.id|contains|neq: x"),
        ("actor.id|fieldref: target.id", "target.id: null"),
        ("actor.id|fieldref: transaction.id", "actor.id: a", "transaction.id: b"),
    ],
    ids=str,
)
def test_contradictions(selection: tuple[str, ...]) -> None:
    assert not satisfiable(of(*selection), CATALOG)


@pytest.mark.parametrize(
    "selection",
    [
        # Members of an array may share the work, and other atoms may be met by other members.
        ("target.id|all: [x, y]",),
        ("target.id: x", "target.type|all: ['a*', 'b*']"),
        ("actor.id|contains|all: [x, y, z]",),
        ("actor.id|re: '^a+$'", "actor.id|neq: a"),
        ("actor.id: x", "actor.id|cased|neq: X"),
        ("client.ipAddress|cidr: 10.0.0.0/8", "client.ipAddress|cidr|neq: 10.0.0.0/24"),
        ("client.ipAddress|cidr: 10.0.0.0/8", "client.ipAddress|endswith: '.77'"),
        ("client.ipAddress|cidr: 2001:db8::/32",),
        ("client.ipAddress: unknown",),
        ("securityContext.isProxy|startswith: tr",),
        ("actor.id|fieldref: target.id", "actor.id|neq: u-1", "target.id|neq: o-1"),
        ("actor.id|fieldref|startswith: transaction.id",),
        ("x.y.z: 1",),
    ],
    ids=str,
)
def test_what_can_be_can_be_made(selection: tuple[str, ...]) -> None:
    expr = of(*selection)
    assert satisfiable(expr, CATALOG)
    made = sample(FormulaMaker(formula_of(expr), CATALOG), 50, seed=3)
    assert all(matches(expr, event, CATALOG) for event in made)


def test_the_atoms_that_contradict_are_named_with_their_lines() -> None:
    expr = of("actor.type: User", "outcome.result: DENY", "actor.type|neq: User")
    with pytest.raises(Unsatisfiable) as caught:
        satisfy(formula_of(expr), CATALOG)
    assert [[str(one.atom.field) for one in c] for c in caught.value.conflicts] == [
        ["actor.type", "actor.type"]
    ]
    assert str(caught.value) == (
        'rules/r.yml:8:17: no event can match: `actor.type is "User" (case counts)` (line 8)'
        ' contradicts `not actor.type is "User" (case counts)` (line 10)'
    )


def test_containment() -> None:
    narrow, wide = of("actor.id|startswith: ab"), of("actor.id|startswith: a")
    assert contained(narrow, wide, CATALOG)
    assert not contained(wide, narrow, CATALOG)
    assert contained(
        of("client.ipAddress: 10.1.2.3"), of("client.ipAddress|cidr: 10.0.0.0/8"), CATALOG
    )


def test_equivalence() -> None:
    assert equivalent(of("actor.id: [a, b]"), of("actor.id|re|i: '^(a|b)$'"), CATALOG)
    assert not equivalent(of("actor.id: [a, b]"), of("actor.id|re: '^(a|b)$'"), CATALOG)
    assert equivalent(of("actor.id|exists: true"), of("actor.id|neq: null"), CATALOG)


def test_a_field_inside_another_is_not_decided() -> None:
    with pytest.raises(Undecided, match=r"`actor\.id` is inside `actor`"):
        satisfiable(of("actor|exists: true", "actor.id: x"), CATALOG)


def test_an_unfilled_list_is_not_decided() -> None:
    with pytest.raises(Undecided, match="the list `corporate` is not filled"):
        satisfiable(expression("actor.id|expand: '%corporate%'"), CATALOG)
