"""A rule on single events as a search: search terms, and ``where`` for what only it can say."""

from __future__ import annotations

from okta_access.catalog.model import EVENT_TYPE
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, lines, results, type_terms
from okta_access.compile.splunk.query.terms import split
from okta_access.compile.splunk.query.where import conditions
from okta_access.rules.model import EventRule, Expr
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
    asked = [part for one in rest for part in conditions(one, names)]
    where = (f"where {lines(tuple(dict.fromkeys(asked)), 'AND')}",) if asked else ()
    return " ".join(terms), where
