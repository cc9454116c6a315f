"""A Sigma document read into the model: a detection rule or a correlation.

Reading never stops at the first fault: whatever can be read is kept for the linter, and a rule
comes out only where its meaning is whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from okta_access.catalog.model import Catalog
from okta_access.errors import Problem, Span
from okta_access.rules.condition import Resolved, parse_condition
from okta_access.rules.correlation import read_correlation
from okta_access.rules.items import ItemReader
from okta_access.rules.model import (
    And,
    EventRule,
    Expr,
    Level,
    LogSource,
    Metadata,
    Or,
    Rule,
    Selection,
)
from okta_access.rules.source import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """One document of a rule file: the tree, what could be read of it, and what was wrong.

    ``rule`` is None where a problem leaves no whole meaning. ``selections`` and ``used`` hold what
    was read even then; ``used`` names the selections that the condition mentions.
    """

    file: str
    tree: Node
    rule: Rule | None
    selections: tuple[Selection, ...] = ()
    used: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def read_document(tree: Node, file: str, catalog: Catalog) -> RuleDocument:
    """Read one document. ``file`` is its path as the user named it; its stem names the rule."""
    if not isinstance(tree, Mapping):
        problem = Problem(tree.span, "OA007", "a rule is a mapping (title:, detection:, …)")
        return RuleDocument(file, tree, None, problems=(problem,))
    problems: list[Problem] = []
    meta = _metadata(tree, file, problems)
    if tree.get("correlation") is not None:
        correlation, found = read_correlation(tree, meta)
        return RuleDocument(
            file, tree, correlation if not problems else None, problems=(*problems, *found)
        )
    if tree.get("filter") is not None or tree.get("action") is not None:
        what = "filter" if tree.get("filter") is not None else "action"
        problems.append(
            Problem(tree.key_span(what), "OA115", f"`{what}` documents are not supported yet")
        )
        return RuleDocument(file, tree, None, problems=tuple(problems))
    return _event_rule(tree, file, catalog, meta, problems)


def _event_rule(
    tree: Mapping, file: str, catalog: Catalog, meta: Metadata | None, problems: list[Problem]
) -> RuleDocument:
    logsource = _logsource(tree, problems)
    detection = tree.get("detection")
    if not isinstance(detection, Mapping):
        missing = "is missing" if detection is None else "must be a mapping"
        problems.append(
            Problem(
                tree.key_span("detection"),
                "OA101",
                f"`detection` {missing}",
                "a rule has a detection:, a correlation rule a correlation:",
            )
        )
        return RuleDocument(file, tree, None, problems=tuple(problems))
    reader = ItemReader(catalog)
    expressions: dict[str, Expr | None] = {}
    selections: list[Selection] = []
    for entry in detection.entries:
        if entry.name in ("condition", "timeframe"):
            continue
        expr = _selection(entry.value, reader)
        expressions[entry.name] = expr
        if expr is not None:
            selections.append(Selection(entry.name, expr, entry.key.span))
    problems.extend(reader.problems)
    if detection.get("timeframe") is not None:
        problems.append(
            Problem(
                detection.key_span("timeframe"),
                "OA109",
                "`timeframe` has no meaning in a detection",
                "write a correlation",
            )
        )
    resolved, condition = _condition(detection, expressions)
    problems.extend(resolved.problems)
    rule = None
    if meta and logsource and resolved.expr is not None and not problems:
        silent = PurePath(file).parts[-3:-1] == ("correlation", "base")
        rule = EventRule(meta, logsource, tuple(selections), condition, resolved.expr, silent)
    return RuleDocument(file, tree, rule, tuple(selections), tuple(resolved.used), tuple(problems))


def _condition(detection: Mapping, expressions: dict[str, Expr | None]) -> tuple[Resolved, str]:
    node = detection.get("condition")
    conditions = node.items if isinstance(node, Sequence) else (node,)
    if (
        node is None
        or not conditions
        or not all(isinstance(item, Scalar) and isinstance(item.value, str) for item in conditions)
    ):
        span = detection.key_span("condition")
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


def _metadata(tree: Mapping, file: str, problems: list[Problem]) -> Metadata | None:
    level = _level(tree, problems)
    title = _required_text(tree, "title", problems)
    id_ = _required_text(tree, "id", problems)
    if level is None or title is None or id_ is None:
        return None
    return Metadata(
        name=_text(tree, "name") or PurePath(file).stem,
        id=id_,
        title=title,
        level=level,
        status=_text(tree, "status"),
        description=_text(tree, "description"),
        author=_text(tree, "author"),
        date=_text(tree, "date"),
        modified=_text(tree, "modified"),
        references=_texts(tree, "references"),
        tags=_texts(tree, "tags"),
        falsepositives=_texts(tree, "falsepositives"),
        assumptions=_texts(tree, "assumptions"),
        file=file,
        document=tree,
    )


def _level(tree: Mapping, problems: list[Problem]) -> Level | None:
    node = tree.get("level")
    text = node.text if isinstance(node, Scalar) else ""
    if text in list(Level):
        return Level(text)
    what = f"is `{text}`" if node is not None else "is missing"
    span = node.span if node is not None else tree.span
    problems.append(
        Problem(
            _start_of(span),
            "OA102" if node is not None else "OA101",
            f"`level` {what}",
            f"one of {', '.join(Level)}",
        )
    )
    return None


def _required_text(tree: Mapping, key: str, problems: list[Problem]) -> str | None:
    node = tree.get(key)
    if isinstance(node, Scalar) and node.text.strip():
        return node.text
    span, code = (tree.span, "OA101") if node is None else (node.span, "OA102")
    missing = "is missing" if node is None else "must be a text"
    problems.append(Problem(_start_of(span), code, f"`{key}` {missing}"))
    return None


def _logsource(tree: Mapping, problems: list[Problem]) -> LogSource | None:
    node = tree.get("logsource")
    if not isinstance(node, Mapping):
        problems.append(
            Problem(
                _start_of(tree.key_span("logsource")),
                "OA112",
                "`logsource` is missing or no mapping",
                "logsource: {product: okta, service: okta}",
            )
        )
        return None
    source = LogSource(
        _text(node, "product") or None,
        _text(node, "service") or None,
        _text(node, "category") or None,
        tree.key_span("logsource"),
    )
    if (source.product, source.service, source.category) != ("okta", "okta", None):
        problems.append(
            Problem(
                source.span,
                "OA112",
                "the logsource is not Okta's System Log",
                "logsource: {product: okta, service: okta}",
            )
        )
        return None
    return source


def _text(tree: Mapping, key: str) -> str:
    node = tree.get(key)
    return node.text if isinstance(node, Scalar) else ""


def _texts(tree: Mapping, key: str) -> tuple[str, ...]:
    node = tree.get(key)
    if isinstance(node, Sequence):
        return tuple(item.text for item in node.items if isinstance(item, Scalar))
    return (node.text,) if isinstance(node, Scalar) and node.text else ()


def _start_of(span: Span) -> Span:
    return (
        Span(span.file, span.line, span.column, span.line, span.column + 1)
        if span.end_line != span.line
        else span
    )
