"""Named selections and the condition over them: the body of a ``detection:`` or a ``filter:``."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from okta_access.catalog.model import Catalog
from okta_access.errors import Problem
from okta_access.rules.model import And, Expr, Or, Selection
from okta_access.rules.reading.condition import Resolved, parse_condition
from okta_access.rules.reading.items import ItemReader
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Detection:
    """What could be read: ``expr`` is None where a problem leaves no whole meaning.

    ``used`` names the selections that the condition mentions.
    """

    selections: tuple[Selection, ...]
    condition: str
    used: tuple[str, ...]
    expr: Expr | None
    problems: tuple[Problem, ...]


def read_detection(body: Mapping, catalog: Catalog, *, others: Set[str]) -> Detection:
    """Read selections and condition; the keys ``others`` of the body are no selections."""
    reader = ItemReader(catalog)
    expressions: dict[str, Expr | None] = {}
    selections: list[Selection] = []
    for entry in body.entries:
        if entry.name == "condition" or entry.name in others:
            continue
        expr = _selection(entry.value, reader)
        expressions[entry.name] = expr
        if expr is not None:
            selections.append(Selection(entry.name, expr, entry.key.span))
    resolved, condition = _condition(body, expressions)
    return Detection(
        tuple(selections),
        condition,
        tuple(resolved.used),
        resolved.expr,
        (*reader.problems, *resolved.problems),
    )


def _condition(body: Mapping, expressions: dict[str, Expr | None]) -> tuple[Resolved, str]:
    node = body.get("condition")
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return parse_condition(node, expressions), node.text
    span = body.key_span("condition")
    if node is None:
        return Resolved(problems=[Problem(span, "OA101", "`condition` is missing")]), ""
    # Sigma 2.1 knows one text; pySigma makes a query of each text of a list, which rules of
    # before meant as alternatives.
    told = "`condition` must be one text"
    hint = "join them with `or`" if isinstance(node, Sequence) else None
    return Resolved(problems=[Problem(span, "OA102", told, hint)]), ""


def _selection(node: Node, reader: ItemReader) -> Expr | None:
    """A mapping is a conjunction of its items, a list a disjunction of mappings (Sigma 2.1)."""
    if isinstance(node, Mapping) and node.entries:
        parts = [reader.read(entry) for entry in node.entries]
    elif isinstance(node, Sequence) and node.items:
        parts = [_selection(item, reader) for item in node.items]
    elif isinstance(node, Scalar) and node.value is not None:
        reader.problems.append(
            Problem(
                node.span,
                "OA108",
                "a keyword without a field is not supported",
                "name the field, for example actor.displayName|contains",
            )
        )
        return None
    else:
        reader.problems.append(Problem(node.span, "OA102", "the selection is empty"))
        return None
    whole = tuple(part for part in parts if part is not None)
    if len(whole) < len(parts):
        return None
    if len(whole) == 1:
        return whole[0]
    return And(whole, node.span) if isinstance(node, Mapping) else Or(whole, node.span)
