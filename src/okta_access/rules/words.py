"""What an atom asks of its field, and what a correlation counts, in words for people."""

from __future__ import annotations

from okta_access.catalog.model import EVENT_TYPE
from okta_access.reporting.printable import printable
from okta_access.rules.model import (
    Absent,
    Address,
    Atom,
    Cidr,
    Correlation,
    CorrelationType,
    IsTrue,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    SameAs,
    Test,
    Wildcard,
)

EVENTS, RULES, STEPS = "events", "rules", "steps"
CASED = " (case counts)"
_LONGEST_SHOWN = 300
_RELATIONS = {
    RefMode.EQUALS: "equals",
    RefMode.CONTAINS: "contains",
    RefMode.STARTS_WITH: "starts with",
    RefMode.ENDS_WITH: "ends with",
}


def describe(atom: Atom) -> str:
    """What an atom asks of which field, in words.

    >>> from okta_access.errors import Span
    >>> describe(Atom("actor.id", Pattern(("u-", Wildcard.MANY)), Span("r"), Span("r")))
    'actor.id is like "u-*"'
    """
    words = asked(atom.test)
    return f"{atom.field} {words.removesuffix(CASED) if atom.field == EVENT_TYPE else words}"


def asked(test: Test) -> str:
    """What an atom asks of its field, in words."""
    match test:
        case Pattern(parts, cased):
            text = "".join(p.value if isinstance(p, Wildcard) else _escaped(p) for p in parts)
            relation = "is" if test.literal is not None else "is like"
            return f"{relation} {quoted(text)}{CASED if cased else ''}"
        case Regex(pattern):
            flags = [(test.ignore_case, "i"), (test.multiline, "m"), (test.dot_all, "s")]
            return f"matches /{printable(pattern)}/{''.join(flag for on, flag in flags if on)}"
        case Address(address):
            return f"is the address {address}"
        case Cidr(network):
            return f"is in {network}"
        case IsTrue(value):
            return "is true" if value else "is false"
        case Absent():
            return "is not there"
        case Present():
            return "is there"
        case SameAs(other, mode):
            return f"{_RELATIONS[mode]} {other}"
        case Placeholder(name):
            return f"is in the list %{name}%"


def counted(rule: Correlation) -> str:
    """What the value of a correlation is a number of: the word or words after the number."""
    match rule.type:
        case CorrelationType.EVENT_COUNT:
            return EVENTS
        case CorrelationType.VALUE_COUNT:
            return f"different {rule.value_field}"
        case CorrelationType.TEMPORAL:
            return RULES
        case CorrelationType.TEMPORAL_ORDERED:
            return STEPS


def quoted(text: str) -> str:
    """A text in quotes, as it can be printed, cut where it is very long."""
    shown = printable(text[:_LONGEST_SHOWN])
    more = f"… ({len(text)} characters)" if len(text) > _LONGEST_SHOWN else ""
    return f'"{shown}"{more}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
