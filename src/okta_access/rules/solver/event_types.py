"""What can be said of a rule from its expression alone: for which event types it can hold."""

from __future__ import annotations

import msgspec

from okta_access.catalog.model import EVENT_TYPE
from okta_access.rules.model import Absent, And, Atom, Expr, Not, Or, Pattern, Present


class TypeSet(msgspec.Struct, frozen=True):
    """A set of event types: the named ones, or (``rest``) all but the named ones."""

    names: frozenset[str]
    rest: bool = False

    def __invert__(self) -> TypeSet:
        return TypeSet(self.names, not self.rest)

    def __and__(self, other: TypeSet) -> TypeSet:
        if self.rest and other.rest:
            return TypeSet(self.names | other.names, True)
        if self.rest:
            return TypeSet(other.names - self.names)
        if other.rest:
            return TypeSet(self.names - other.names)
        return TypeSet(self.names & other.names)

    def __or__(self, other: TypeSet) -> TypeSet:
        if self.rest and other.rest:
            return TypeSet(self.names & other.names, True)
        if self.rest:
            return TypeSet(self.names - other.names, True)
        if other.rest:
            return TypeSet(other.names - self.names, True)
        return TypeSet(self.names | other.names)

    def __contains__(self, event_type: str) -> bool:
        return (event_type in self.names) != self.rest


EVERY = TypeSet(frozenset(), True)
NONE = TypeSet(frozenset())
_EMPTY_TEXT = TypeSet(frozenset({""}))  # textual, and yet "not there"


def event_types(expr: Expr) -> frozenset[str] | None:
    """The event types for which the expression can hold; None where they cannot be listed.

    Sound for every event whose ``eventType`` is one text: of another type the expression is
    false. Not complete: it may name types for which the expression never holds.

    >>> from okta_access.errors import Span
    >>> here = Span("rule.yml")
    >>> create = Atom("eventType", Pattern(("access.request.create",), cased=True), here, here)
    >>> sorted(event_types(create))
    ['access.request.create']
    >>> event_types(Not(create, here)) is None
    True
    """
    possible = possible_types(expr)
    return None if possible.rest else possible.names


def possible_types(expr: Expr) -> TypeSet:
    """Like :func:`event_types`, with "all but these" said as such."""
    return _bounds(expr)[0]


def _bounds(expr: Expr) -> tuple[TypeSet, TypeSet]:
    """The types for which the expression can hold, and those for which it holds whatever else."""
    match expr:
        case And(operands) | Or(operands):
            possible, certain = _bounds(operands[0])
            for operand in operands[1:]:
                more_possible, more_certain = _bounds(operand)
                if isinstance(expr, And):
                    possible, certain = possible & more_possible, certain & more_certain
                else:
                    possible, certain = possible | more_possible, certain | more_certain
            return possible, certain
        case Not(operand):
            possible, certain = _bounds(operand)
            return ~certain, ~possible
        case Atom():
            exactly = _exact_types(expr)
            return (EVERY, NONE) if exactly is None else (exactly, exactly)


def _exact_types(atom: Atom) -> TypeSet | None:
    """The types for which an atom holds, where its eventType alone decides and they can be told."""
    if atom.field != EVENT_TYPE:
        return None
    match atom.test:
        case Pattern(cased=True) if atom.test.literal:
            return TypeSet(frozenset({atom.test.literal}))
        case Absent():
            return _EMPTY_TEXT
        case Present():
            return ~_EMPTY_TEXT
        case _:
            return None
