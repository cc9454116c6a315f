"""A document with ``filter:`` read into a :class:`~okta_access.rules.filters.Filter`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from okta_access.catalog.model import Catalog
from okta_access.errors import Problem
from okta_access.rules.filters import Filter
from okta_access.rules.model import Reference, Selection
from okta_access.rules.reading.detection import Detection, read_detection
from okta_access.rules.reading.metadata import read_logsource, required_text, text_of
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence

ANY = "any"
_NO_SELECTIONS = frozenset({"rules", "timeframe"})


@dataclass(frozen=True, slots=True)
class FilterRead:
    """What a filter document holds: the filter where it is whole, its parts, and the problems."""

    filter: Filter | None
    selections: tuple[Selection, ...]
    used: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_filter(tree: Mapping, file: str, catalog: Catalog) -> FilterRead:
    """Read a document with ``filter:``. Its stem names it where it gives no name."""
    problems: list[Problem] = []
    title = required_text(tree, "title", problems)
    id_ = required_text(tree, "id", problems)
    read_logsource(tree, problems)
    body = tree.get("filter")
    if not isinstance(body, Mapping):
        message, hint = "`filter` must be a mapping", "a filter has rules, selections, a condition"
        problems.append(Problem(tree.key_span("filter"), "OA102", message, hint))
        return FilterRead(None, (), (), tuple(problems))
    references = _rules(body, problems)
    if body.get("timeframe") is not None:
        message = "`timeframe` has no meaning in a filter"
        problems.append(Problem(body.key_span("timeframe"), "OA109", message))
    found: Detection = read_detection(body, catalog, others=_NO_SELECTIONS)
    problems.extend(found.problems)
    whole = None
    if title and id_ and found.expr is not None and not problems:
        name = text_of(tree, "name") or PurePath(file).stem
        about = text_of(tree, "description")
        whole = Filter(name, id_, title, about, references or None, found.expr, file)
    return FilterRead(whole, found.selections, found.used, tuple(problems))


def _rules(body: Mapping, problems: list[Problem]) -> tuple[Reference, ...]:
    """The rules that are named; none for the word ``any``."""
    node = body.get("rules")
    if isinstance(node, Scalar) and node.text.lower() == ANY:
        return ()
    items: tuple[Node, ...] = node.items if isinstance(node, Sequence) else (node,) if node else ()
    found = tuple(
        Reference(item.text, item.span) for item in items if isinstance(item, Scalar) and item.text
    )
    if not found or len(found) < len(items):
        span = node.span if isinstance(node, Scalar) else body.key_span("rules")
        code = "OA101" if node is None else "OA102"
        missing = "is missing" if node is None else "must name rules"
        hint = f"a list of rule names or ids, or the word {ANY}"
        problems.append(Problem(span, code, f"`rules` {missing}", hint))
    return found
