"""Atoms in words, for messages to people."""

from __future__ import annotations

from okta_access.rules.model import (
    Absent,
    Address,
    Atom,
    Cidr,
    IsTrue,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    SameAs,
    Wildcard,
)

_RELATIONS = {
    RefMode.EQUALS: "equals the field",
    RefMode.CONTAINS: "contains the field",
    RefMode.STARTS_WITH: "starts with the field",
    RefMode.ENDS_WITH: "ends with the field",
}


def describe(atom: Atom) -> str:
    """What an atom asks, in a few words.

    >>> from okta_access.errors import Span
    >>> describe(Atom("actor.id", Pattern(("u-", Wildcard.MANY)), Span("r"), Span("r")))
    "actor.id is like 'u-*'"
    """
    field = atom.field
    match atom.test:
        case Pattern(parts, cased):
            texts = (part.value if isinstance(part, Wildcard) else part for part in parts)
            relation = "is" if atom.test.literal is not None else "is like"
            case = " (in this case)" if cased and field != "eventType" else ""
            return f"{field} {relation} {''.join(texts)!r}{case}"
        case Regex(pattern):
            return f"{field} matches /{pattern}/"
        case Address(address):
            return f"{field} is the address {address}"
        case Cidr(network):
            return f"{field} is in {network}"
        case IsTrue(value):
            return f"{field} is {'true' if value else 'false'}"
        case Absent():
            return f"{field} is not there"
        case Present():
            return f"{field} is there"
        case SameAs(other, mode):
            return f"{field} {_RELATIONS[mode]} {other}"
        case Placeholder(name):
            return f"{field} is on the list %{name}%"
