"""Rules for events whose type is known: most questions of a rule are to the event type."""

from __future__ import annotations

from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import And, Atom, Expr, Not, Or, Placeholder, SameAs


def specialized(expr: Expr, event_type: str, catalog: Catalog) -> Expr | bool:
    """The expression for events of one type: questions to ``eventType`` answered beforehand.

    >>> from okta_access.catalog.load import load_catalog
    >>> from okta_access.errors import Span
    >>> from okta_access.rules.model import Pattern
    >>> here = Span("rule.yml")
    >>> atom = Atom("eventType", Pattern(("a",), cased=True), here, here)
    >>> specialized(Not(atom, here), "a", load_catalog())
    False
    """
    match expr:
        case Atom(field, test):
            if field != EVENT_TYPE or isinstance(test, SameAs | Placeholder):
                return expr
            return matches(expr, {EVENT_TYPE: event_type}, catalog)
        case Not(operand):
            inner = specialized(operand, event_type, catalog)
            return not inner if isinstance(inner, bool) else Not(inner, expr.span)
        case And(operands) | Or(operands):
            deciding = isinstance(expr, Or)  # the answer of one operand that settles the whole
            left: list[Expr] = []
            for operand in operands:
                inner = specialized(operand, event_type, catalog)
                if inner is deciding:
                    return deciding
                if not isinstance(inner, bool):
                    left.append(inner)
            if not left:
                return not deciding
            if len(left) == 1:
                return left[0]
            return And(tuple(left), expr.span) if not deciding else Or(tuple(left), expr.span)
