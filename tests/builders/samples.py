"""Rules and correlations for the tests of this folder."""

from __future__ import annotations

from msgspec.structs import replace

from okta_access.catalog.load import load_catalog
from okta_access.rules.model import (
    Alias,
    Correlation,
    CorrelationType,
    EventRule,
    Expr,
    Reference,
    Timespan,
)
from tests.builders.rules import HEAD, document, expression

CATALOG = load_catalog()


def rule_of(expr: Expr, name: str = "r") -> EventRule:
    """An event rule of this expression."""
    read = document(HEAD + "detection:\n  s:\n    actor.id: x\n  condition: s\n")
    assert isinstance(read.rule, EventRule)
    return replace(read.rule, expr=expr, meta=replace(read.rule.meta, name=name))


def rule(item: str, name: str = "r") -> EventRule:
    """An event rule whose only selection has this line."""
    return rule_of(expression(item), name)


def correlation(
    type_: CorrelationType,
    rules: tuple[EventRule, ...],
    *,
    group_by: tuple[str, ...] = ("actor.id",),
    seconds: int = 3600,
    threshold: int = 3,
    value_field: str | None = None,
    aliases: tuple[Alias, ...] = (),
) -> Correlation:
    """A correlation of these rules; for temporal types the threshold is their number."""
    if type_.startswith("temporal"):
        threshold = len(rules)
    references = tuple(Reference(one.name, one.logsource.span) for one in rules)
    return Correlation(
        replace(rules[0].meta, name="c"),
        type_,
        references,
        group_by,
        Timespan(f"{seconds}s", seconds),
        threshold,
        value_field,
        aliases,
    )
