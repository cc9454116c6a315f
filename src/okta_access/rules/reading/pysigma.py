"""A rule that another program holds as plain dicts and lists, read into the model.

For pySigma's pipelines: they are given rule objects, not files, so places in files are lost.
"""

from __future__ import annotations

from collections.abc import Mapping as PlainMapping
from typing import Any

from msgspec.structs import replace

from okta_access.catalog.model import Catalog
from okta_access.errors import RuleError, Span
from okta_access.rules.model import (
    And,
    Correlation,
    EventRule,
    Expr,
    Placeholder,
    Rule,
    atoms,
)
from okta_access.rules.reading.rule_file import read_document
from okta_access.rules.reading.source import Entry, Mapping, Node, Scalar, Sequence

_MERGED = "_filt_"  # how pySigma 1.5 begins the names of a filter's selections in a rule
# What takes no part in a rule's meaning, and what another program may do without.
_UNSAID = {"title": "Untitled", "id": "00000000-0000-4000-8000-000000000000", "level": "medium"}


def rule_of(plain: PlainMapping[str, Any], catalog: Catalog) -> EventRule:
    """The event rule that a plain document says.

    Filters that pySigma merged into it, and whose lists nobody has filled, are left out, as tuning
    does it. Raises :class:`RuleError` for what is no rule, or one without a whole meaning here.

    >>> from okta_access.catalog.load import load_catalog
    >>> plain = {"name": "mine", "logsource": {"product": "okta", "service": "okta"},
    ...          "detection": {"s": {"actor.type": "User"}, "condition": "s"}}
    >>> rule_of(plain, load_catalog()).expr.field
    'actor.type'
    """
    rule = _read(plain, catalog)
    if not isinstance(rule, EventRule):
        raise RuleError("not a rule on single events", ())
    return replace(rule, expr=_without_empty_filters(rule))


def correlation_of(plain: PlainMapping[str, Any], catalog: Catalog) -> Correlation:
    """The correlation that a plain document says. Raises as :func:`rule_of`.

    Keys without a value are as if absent, and so is a condition of a temporal type that asks for
    all of its rules: pySigma fills these in.
    """
    body = {key: value for key, value in plain.get("correlation", {}).items() if value}
    rules = body.get("rules")
    asks_for_all = isinstance(rules, list) and body.get("condition") == {"gte": len(rules)}
    if asks_for_all and str(body.get("type")).startswith("temporal"):
        del body["condition"]
    rule = _read({**plain, "correlation": body}, catalog)
    if not isinstance(rule, Correlation):
        raise RuleError("not a correlation", ())
    return rule


def _without_empty_filters(rule: EventRule) -> Expr:
    merged = {
        atom
        for selection in rule.selections
        if selection.name.startswith(_MERGED)
        for atom in atoms(selection.expr)
    }
    parts = _conjuncts(rule.expr)
    kept = tuple(
        part for part in parts if not (_asks_for_lists(part) and merged.issuperset(atoms(part)))
    )
    if len(kept) in (0, len(parts)):
        return rule.expr
    return kept[0] if len(kept) == 1 else And(kept, rule.expr.span)


def _conjuncts(expr: Expr) -> list[Expr]:
    if isinstance(expr, And):
        return [part for operand in expr.operands for part in _conjuncts(operand)]
    return [expr]


def _asks_for_lists(expr: Expr) -> bool:
    return any(isinstance(atom.test, Placeholder) for atom in atoms(expr))


def _read(plain: PlainMapping[str, Any], catalog: Catalog) -> Rule | None:
    name = str(plain.get("name") or plain.get("title") or "rule")
    read = read_document(_tree({**_UNSAID, **plain}, Span(name)), f"{name}.yml", catalog)
    if read.rule is None and read.problems:
        first = read.problems[0]
        hint = f" ({first.hint})" if first.hint else ""
        raise RuleError(f"{first.message}{hint}", read.problems)
    return read.rule


def _tree(plain: Any, span: Span) -> Node:
    if isinstance(plain, PlainMapping):
        entries = tuple(
            Entry(Scalar(str(key), str(key), True, span), _tree(value, span))
            for key, value in plain.items()
        )
        return Mapping(entries, span)
    if isinstance(plain, list | tuple):
        return Sequence(tuple(_tree(item, span) for item in plain), span)
    if plain is None or isinstance(plain, bool | int | float):
        text = (
            "" if plain is None else str(plain).lower() if isinstance(plain, bool) else str(plain)
        )
        return Scalar(plain, text, False, span)
    return Scalar(str(plain), str(plain), True, span)
