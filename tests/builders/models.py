"""Rules and correlations made without a file, by keyword with defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from okta_access.errors import Span
from okta_access.rules.model import (
    Atom,
    Correlation,
    CorrelationType,
    EventRule,
    Expr,
    Level,
    LogSource,
    Metadata,
    Or,
    Pattern,
    Reference,
    Timespan,
)

HERE = Span("rule.yml")
S = 1_000_000  # microseconds
COUNT, VALUES = CorrelationType.EVENT_COUNT, CorrelationType.VALUE_COUNT
TOGETHER, ORDERED = CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED


def metadata(name: str = "rule", **parts: Any) -> Metadata:
    """What a rule says of itself: low, and nothing, but for these parts."""
    texts = dict.fromkeys(
        ("id", "title", "status", "description", "author", "date", "modified"), ""
    )
    lists = dict.fromkeys(("references", "tags", "falsepositives", "assumptions"), ())
    return Metadata(
        **{"name": name, "level": Level.LOW, "file": HERE.file, **texts, **lists, **parts}
    )


def event_rule(expr: Expr, name: str = "rule", *, silent: bool = False) -> EventRule:
    """A rule of that meaning."""
    source = LogSource("okta", "okta", None, HERE)
    return EventRule(metadata(name), source, (), "", expr, silent)


def of_types(*names: str) -> Expr:
    """Events of these types."""
    return Or(tuple(Atom("eventType", Pattern((n,), cased=True), HERE, HERE) for n in names), HERE)


def correlation(
    type_: CorrelationType,
    threshold: int = 2,
    seconds: int = 10,
    group_by: tuple[str, ...] = ("actor.id",),
    rules: int | Sequence[EventRule] = 2,
    name: str = "rule",
    value_field: str = "target.id",
) -> Correlation:
    """A correlation of these rules, or of so many; a temporal one's threshold is their number."""
    names = [f"base_{n}" for n in range(rules)] if isinstance(rules, int) else [*map(_name, rules)]
    if type_ in (TOGETHER, ORDERED):
        threshold = len(names)
    return Correlation(
        metadata(name),
        type_,
        tuple(Reference(one, HERE) for one in names),
        group_by,
        Timespan(f"{seconds}s", seconds),
        threshold,
        value_field if type_ is VALUES else None,
    )


def _name(rule: EventRule) -> str:
    return rule.name
