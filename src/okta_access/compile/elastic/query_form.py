"""An expression brought into the form that queries are written from; its meaning stays."""

from __future__ import annotations

from okta_access.errors import Refused, Span
from okta_access.rules.model import (
    Absent,
    And,
    Atom,
    Expr,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    Wildcard,
    atoms,
    depth,
)

MAX_ATOMS = 1000
"""Elasticsearch derives its limit of clauses from its memory; 1,024 is the least it can be."""

MAX_DEPTH = 50
"""Some hundred parentheses within each other bring the parser of Elasticsearch 8.19.21 down."""


def in_query_form(expr: Expr) -> Expr:
    """The expression without Not of Not, And in And, Or in Or, and groups of one.

    "Absent" becomes Not of "present", and a lone ``*`` becomes "present"; Not of an Or becomes a
    Not for each field that it asks. Raises
    :class:`Refused` for a list that was not filled, and for what is too large for one query.

    >>> from okta_access.errors import Span
    >>> here = Span("rule.yml")
    >>> atom = Atom("actor.id", Absent(), here, here)
    >>> in_query_form(Not(And((atom,), here), here)).test
    Present()
    """
    done = _formed(expr)
    if len(atoms(done)) > MAX_ATOMS:
        raise Refused(f"more than {MAX_ATOMS} values in one query")
    if depth(done) > MAX_DEPTH:
        raise Refused(f"and, or and not are nested deeper than {MAX_DEPTH}")
    return done


def _formed(expr: Expr) -> Expr:
    match expr:
        case Atom(field, test):
            if isinstance(test, Placeholder):
                raise Refused(f"the list `%{test.name}%` for `{field}` has not been filled in")
            if isinstance(test, Pattern) and test.parts == (Wildcard.MANY,):
                return Atom(field, Present(), expr.span, expr.key_span)
            if isinstance(test, Absent):
                return Not(Atom(field, Present(), expr.span, expr.key_span), expr.span)
            return expr
        case Not(operand, span=span):
            return _negated(_formed(operand), span)
        case And(operands, span=span):
            parts = _merged(operands, And)
            return parts[0] if len(parts) == 1 else And(parts, span)
        case Or(operands, span=span):
            parts = _merged(operands, Or)
            return parts[0] if len(parts) == 1 else Or(parts, span)


def _negated(expr: Expr, span: Span) -> Expr:
    match expr:
        case Not(operand):
            return operand
        case Or(operands):
            groups: dict[str, list[Expr]] = {}
            for number, operand in enumerate(operands):
                key = operand.field if isinstance(operand, Atom) else f"({number}"
                groups.setdefault(key, []).append(operand)
            if len(groups) == 1:
                return Not(expr, span)
            parts = [Or(tuple(g), span) if len(g) > 1 else g[0] for g in groups.values()]
            return And(tuple(_negated(part, span) for part in parts), span)
        case _:
            return Not(expr, span)


def _merged(operands: tuple[Expr, ...], kind: type[And] | type[Or]) -> tuple[Expr, ...]:
    found: dict[Expr, None] = {}
    for operand in operands:
        part = _formed(operand)
        inner = part.operands if isinstance(part, And | Or) and isinstance(part, kind) else (part,)
        found.update(dict.fromkeys(inner))
    return tuple(found)
