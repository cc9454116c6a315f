"""Which assumptions of the ledger a rule rests on, as far as its fields and grouping tell."""

from __future__ import annotations

from types import MappingProxyType

from okta_access.assumptions.known import load_assumptions
from okta_access.rules.model import Correlation, EventRule, SameAs, atoms

LEDGER = MappingProxyType({id_: one.statement for id_, one in load_assumptions().items()})

_BY_FIELD = MappingProxyType(
    {
        "client.ipAddress": ("A2",),
        "client.geographicalContext.country": ("A2",),
        "securityContext.isProxy": ("A3",),
        "authenticationContext.externalSessionId": ("A4",),
    }
)
_BY_GROUP = MappingProxyType({"actor.id": ("A10",), "target.id": ("A5",), **_BY_FIELD})


def needed_by_rule(rule: EventRule) -> dict[str, str]:
    """The assumptions that a rule rests on as far as its fields tell, each with the reason."""
    found: dict[str, str] = {}
    for atom in atoms(rule.expr):
        for one in _BY_FIELD.get(atom.field, ()):
            found.setdefault(one, f"it reads `{atom.field}`")
        if isinstance(atom.test, SameAs):
            pair = {atom.field, atom.test.other}
            if pair == {"actor.id", "target.id"}:
                found.setdefault("A6", "it looks for the actor among the targets")
    return found


def needed_by_correlation(correlation: Correlation, rules: tuple[EventRule, ...]) -> dict[str, str]:
    """The assumptions that a correlation rests on: its own, and those its rules name."""
    found: dict[str, str] = {}
    for field in correlation.fields:
        for one in _BY_GROUP.get(field, ()):
            found.setdefault(one, f"it groups or counts by `{field}`")
    for rule in rules:
        for one in rule.meta.assumptions:
            found.setdefault(one, f"its rule `{rule.name}` does")
    return found
