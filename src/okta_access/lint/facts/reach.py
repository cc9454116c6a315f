"""Which events a rule reaches: questions to the solver, answered in favour of the rule.

Where the solver cannot decide (a list that is not filled, an expression too large), everything
counts as possible, so that what a check says stays certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.lint.run import Run
from okta_access.rules.model import (
    And,
    Atom,
    EventRule,
    Expr,
    Not,
    Pattern,
    Present,
    Test,
    Wildcard,
    atoms,
)
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.solver.event_types import possible_types
from okta_access.rules.solver.logic import Literal, formula_of, literals
from okta_access.rules.solver.satisfy import Meanings, Undecided, contained, satisfiable

MAX_ATOMS = 250


@dataclass(frozen=True, slots=True)
class PlacedLiteral:
    """An atom that a match needs (``positive``) or excludes, with its rule."""

    document: RuleDocument
    rule: EventRule
    literal: Literal

    @property
    def atom(self) -> Atom:
        """The atom, whichever way it counts."""
        return self.literal.atom


def placed_literals(run: Run) -> tuple[PlacedLiteral, ...]:
    """The literals of all whole event rules."""
    return tuple(
        PlacedLiteral(document, rule, literal)
        for document, rule in run.event_rules()
        for literal in literals(formula_of(rule.expr))
    )


def is_too_long(expr: Expr) -> bool:
    """Whether the solver would take its time over an expression: a list of hundreds of values."""
    return len(atoms(expr)) > MAX_ATOMS


def can_hold(expr: Expr, catalog: Catalog) -> bool:
    """Whether an event may match."""
    if is_too_long(expr):
        return True
    try:
        return satisfiable(expr, catalog)
    except Undecided:
        return True


def surely_contained(narrow: Expr, wide: Expr, catalog: Catalog) -> bool:
    """Whether every event that matches ``narrow`` surely matches ``wide``."""
    if is_too_long(narrow) or is_too_long(wide):
        return False
    try:
        return contained(narrow, wide, catalog)
    except Undecided:
        return False


def pairs_of_one_meaning(exprs: Sequence[Expr], catalog: Catalog) -> Iterator[tuple[int, int]]:
    """The numbers of expressions that surely match the same events, the later one first.

    Of several of one meaning each is paired with the first alone.
    """
    numbers = [number for number, expr in enumerate(exprs) if not is_too_long(expr)]
    meanings = Meanings((exprs[number] for number in numbers), catalog)
    firsts: list[int] = []
    for later, number in enumerate(numbers):
        for earlier in firsts:
            try:
                found = meanings.same(later, earlier)
            except Undecided:
                continue
            if found:
                yield number, numbers[earlier]
                break
        else:
            firsts.append(later)


def types_with(expr: Expr, catalog: Catalog) -> frozenset[str]:
    """The catalogued event types of which an event may match."""
    listed = possible_types(expr)
    return frozenset(
        name
        for name in catalog.events
        if name in listed and can_hold(both(expr, type_is(expr, name)), catalog)
    )


def holds_beyond(expr: Expr, catalog: Catalog, prefixes: Iterable[str]) -> bool:
    """Whether events may match whose type is not catalogued and begins with none of these."""
    if not possible_types(expr).rest:
        return False
    here = [type_is(expr, name) for name in catalog.events]
    here += [type_is(expr, prefix, begins=True) for prefix in prefixes]
    return can_hold(And((expr, *(Not(one, expr.span) for one in here)), expr.span), catalog)


def both(first: Expr, second: Expr) -> Expr:
    """The two together."""
    return And((first, second), first.span)


def type_is(expr: Expr, name: str, *, begins: bool = False) -> Atom:
    """An atom that asks for one event type (or for types that begin so), placed at ``expr``."""
    parts = (name, Wildcard.MANY) if begins else (name,)
    return _atom(expr, EVENT_TYPE, Pattern(parts, cased=True))


def is_there(expr: Expr, field: str) -> Atom:
    """An atom that asks for a field to be there, placed at ``expr``."""
    return _atom(expr, field, Present())


def _atom(expr: Expr, field: str, test: Test) -> Atom:
    return Atom(field, test, expr.span, expr.span)


def conjuncts(expr: Expr) -> Iterator[Expr]:
    """The parts of a conjunction, nested ones too."""
    if isinstance(expr, And):
        for operand in expr.operands:
            yield from conjuncts(operand)
    else:
        yield expr
