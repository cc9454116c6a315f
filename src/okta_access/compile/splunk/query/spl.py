"""A rule on single events as a search: search terms, and ``where`` for what only it can say."""

from __future__ import annotations

from okta_access.catalog.model import EVENT_TYPE
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import (
    Search,
    by_line,
    lines,
    results,
    type_terms,
)
from okta_access.compile.splunk.query.terms import split, there
from okta_access.compile.splunk.query.where import conditions
from okta_access.rules.model import Atom, EventRule, Expr, RefMode, SameAs
from okta_access.rules.solver.event_types import event_types


def event_search(rule: EventRule, names: Names) -> Search:
    """The search that finds the rule's events, one result an event.

    Raises :class:`Refused` for what Splunk cannot be asked truly.
    """
    terms, where = found(rule.expr, names)
    return Search(terms, (*where, results(names)))


def found(expr: Expr, names: Names) -> tuple[str, tuple[str, ...]]:
    """Search terms and commands that leave the events of an expression, and no other.

    Raises as :func:`event_search`.
    """
    terms, rest = split(expr, names)
    name = names.event(EVENT_TYPE)
    if not any(term.startswith((f"{name}=", f"{name} IN ")) for term in terms):
        terms.insert(0, type_terms(event_types(expr), names))
    asked: list[str] = []
    for one in rest:
        shared = _shares_a_value(one, names)
        if shared is None:
            asked += conditions(one, names)
        else:
            terms.append(shared[0])
            asked.append(shared[1])
    where = (f"where {lines(tuple(dict.fromkeys(asked)), 'AND')}",) if asked else ()
    return by_line(terms), where


def _shares_a_value(expr: Expr, names: Names) -> tuple[str, str] | None:
    """Terms and a condition by which a field's one value is among the several of another."""
    if not isinstance(expr, Atom) or not isinstance(expr.test, SameAs):
        return None
    pair = sorted((expr.field, expr.test.other), key=names.is_member)
    if expr.test.mode is not RefMode.EQUALS or [*map(names.is_member, pair)] != [False, True]:
        return None
    one, several = map(names.quoted, pair)
    both = f"mvcount(mvdedup(mvappend({several}, {one})))"
    return there(names.event(pair[0])), f"mvcount(mvdedup({several}))={both}"
