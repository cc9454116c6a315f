"""Formulas say what their expressions say, on every assignment of truth to the atoms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.errors import Span
from okta_access.rules.model import And, Atom, Expr, Not, Or, Pattern, atoms
from okta_access.rules.solver import logic
from okta_access.rules.solver.logic import (
    Every,
    Formula,
    Literal,
    Some,
    TooManyWays,
    assuming,
    deciding,
    formula_of,
    negated,
    ways,
)

HERE = Span("r.yml")
ATOMS = tuple(Atom(name, Pattern(("x",)), HERE, HERE) for name in "abcd")
Truth = dict[Atom, bool]


def _joined(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several, st.just(HERE)),
        st.builds(Or, several, st.just(HERE)),
        st.builds(Not, inner, st.just(HERE)),
    )


EXPRS: st.SearchStrategy[Expr] = st.recursive(st.sampled_from(ATOMS), _joined, max_leaves=10)


def truths() -> Iterator[Truth]:
    for values in product((False, True), repeat=len(ATOMS)):
        yield dict(zip(ATOMS, values, strict=True))


def holds(expr: Expr, truth: Truth) -> bool:
    match expr:
        case Atom():
            return truth[expr]
        case Not(operand):
            return not holds(operand, truth)
        case And(operands):
            return all(holds(operand, truth) for operand in operands)
        case Or(operands):
            return any(holds(operand, truth) for operand in operands)


def satisfied(formula: Formula, truth: Truth) -> bool:
    match formula:
        case Literal(atom, positive):
            return truth[atom] == positive
        case Every(parts):
            return all(satisfied(part, truth) for part in parts)
        case Some(parts):
            return any(satisfied(part, truth) for part in parts)


@given(EXPRS)
def test_a_formula_is_its_expression_and_its_negation_is_not(expr: Expr) -> None:
    formula, opposite = formula_of(expr), formula_of(expr, positive=False)
    for truth in truths():
        assert satisfied(formula, truth) == holds(expr, truth)
        assert satisfied(opposite, truth) != holds(expr, truth)
        assert satisfied(negated(formula), truth) == satisfied(opposite, truth)


@given(EXPRS, st.sampled_from(ATOMS), st.booleans())
def test_an_assumption_is_a_fixed_truth(expr: Expr, atom: Atom, value: bool) -> None:
    assumed = assuming(formula_of(expr), atom, holds=value)
    for truth in truths():
        assert satisfied(assumed, truth) == holds(expr, {**truth, atom: value})


@given(EXPRS, st.booleans())
def test_an_atom_decides_where_flipping_it_flips_the_verdict(expr: Expr, verdict: bool) -> None:
    for atom in atoms(expr):
        formula = deciding(expr, atom, verdict=verdict)
        for truth in truths():
            flipped = {**truth, atom: not truth[atom]}
            decides = holds(expr, truth) == verdict and holds(expr, flipped) != verdict
            assert satisfied(formula, truth) == decides


def agree(cube: tuple[Literal, ...], literal: Literal) -> bool:
    return literal.opposite not in cube


@given(EXPRS, st.randoms(use_true_random=False))
def test_ways_are_all_there_are(expr: Expr, random: object) -> None:
    formula = formula_of(expr)
    found = list(ways(formula, agree, lambda n: hash((n, repr(random))) % n))
    for cube in found:
        fixed = {literal.atom: literal.positive for literal in cube}
        assert all(
            holds(expr, truth)
            for truth in truths()
            if all(truth[atom] == value for atom, value in fixed.items())
        )
    for truth in truths():
        if holds(expr, truth):
            assert any(all(truth[one.atom] == one.positive for one in cube) for cube in found)


def test_a_search_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logic, "MAX_STEPS", 20)
    pairs = tuple(Some((Literal(a, True), Literal(a, False))) for a in ATOMS)
    with pytest.raises(TooManyWays):
        list(ways(Every((*pairs, Some(()))), lambda *_: True))
