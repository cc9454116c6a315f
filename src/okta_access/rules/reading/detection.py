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
    conditions = node.items if isinstance(node, Sequence) else (node,)
    if (
        node is None
        or not conditions
        or not all(isinstance(item, Scalar) and isinstance(item.value, str) for item in conditions)
    ):
        span = body.key_span("condition")
        missing = "is missing" if node is None else "must be a text, or a list of texts"
        return Resolved(problems=[Problem(span, "OA101", f"`condition` {missing}")]), ""
    texts = [item for item in conditions if isinstance(item, Scalar)]
    each = [parse_condition(item, expressions) for item in texts]
    whole = Resolved(
        used=[name for one in each for name in one.used],
        problems=[problem for one in each for problem in one.problems],
    )
    parts = tuple(one.expr for one in each if one.expr is not None)
    if len(parts) == len(each):
        whole.expr = parts[0] if len(parts) == 1 else Or(parts, node.span)
    return whole, " or ".join(f"({t.text})" for t in texts) if len(texts) > 1 else texts[0].text


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
