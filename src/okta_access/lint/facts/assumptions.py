"""Which assumptions of the ledger a rule rests on, as far as its fields and grouping tell."""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.assumptions.model import by_field
from okta_access.assumptions.registry import assumptions
from okta_access.rules.model import Correlation, EventRule, SameAs, atoms
from okta_access.rules.solver.event_types import event_types


def needed_by_rule(rule: EventRule) -> dict[str, str]:
    """The assumptions that a rule rests on as far as its fields tell, each with the reason."""
    ledger = assumptions().values()
    ids = by_field(ledger)
    found: dict[str, str] = {}
    for atom in atoms(rule.expr):
        for id_ in ids.get(atom.field, ()):
            found.setdefault(id_, f"it reads `{atom.field}`")
        if isinstance(atom.test, SameAs):
            pair = {atom.field, atom.test.other}
            for one in ledger:
                if pair == one.compared:
                    fields = " with ".join(f"`{path}`" for path in sorted(pair))
                    found.setdefault(one.id, f"it compares {fields}")
    return found


def needed_by_correlation(correlation: Correlation, rules: tuple[EventRule, ...]) -> dict[str, str]:
    """The assumptions that a correlation rests on: its own, and those its rules name."""
    found: dict[str, str] = {}
    for field in correlation.fields:
        for one in assumptions().values():
            if field in one.fields or (field in one.groups and _any_begins(rules, one.types)):
                found.setdefault(one.id, f"it groups or counts by `{field}`")
    for rule in rules:
        for id_ in rule.meta.assumptions:
            found.setdefault(id_, f"its rule `{rule.name}` does")
    return found


def _any_begins(rules: Iterable[EventRule], types: str) -> bool:
    """Whether one of the rules can hold for a type that begins so; one of any type can."""
    for rule in rules:
        names = event_types(rule.expr)
        if names is None or any(name.startswith(types) for name in names):
            return True
    return False
