"""A Sigma file read into the model: detection rules, correlations and filters.

Reading never stops at the first fault: whatever can be read is kept for the linter, and a rule
comes out only where its meaning is whole.
"""

from __future__ import annotations

from pathlib import PurePath

from msgspec.structs import replace

from okta_access.catalog.model import Catalog
from okta_access.errors import Problem
from okta_access.rules.model import EventRule, Metadata
from okta_access.rules.reading.correlation import read_correlation
from okta_access.rules.reading.detection import read_detection
from okta_access.rules.reading.document import RuleDocument, Tree
from okta_access.rules.reading.filter_document import read_filter
from okta_access.rules.reading.metadata import read_logsource, read_metadata
from okta_access.rules.reading.source import Mapping, Node, parse

_NO_SELECTIONS = frozenset({"timeframe"})


def read_text(
    data: bytes, file: str, catalog: Catalog
) -> tuple[tuple[RuleDocument, ...], tuple[Problem, ...]]:
    """The documents of a file, and everything wrong with it. ``file`` is its path as it was named.

    Never raises for what the file holds.
    """
    source = parse(data, file)
    documents = tuple(read_document(tree, file, catalog) for tree in source.documents)
    if source.problems:  # what YAML makes of a faulty file may not be what its author meant
        documents = tuple(replace(document, rule=None, filter=None) for document in documents)
    return documents, (*source.problems, *(p for d in documents for p in d.problems))


def read_document(tree: Node, file: str, catalog: Catalog) -> RuleDocument:
    """Read one document. ``file`` is its path as the user named it; its stem names the rule."""
    if not isinstance(tree, Mapping):
        problem = Problem(tree.span, "OA007", "a rule is a mapping (title:, detection:, …)")
        return RuleDocument(file, Tree(tree), None, problems=(problem,))
    if tree.get("action") is not None:
        problem = Problem(tree.key_span("action"), "OA115", "`action` documents are not supported")
        return RuleDocument(file, Tree(tree), None, problems=(problem,))
    if tree.get("filter") is not None:
        read = read_filter(tree, file, catalog)
        return RuleDocument(
            file, Tree(tree), None, read.selections, read.used, read.problems, read.filter
        )
    problems: list[Problem] = []
    meta = read_metadata(tree, file, problems)
    if tree.get("correlation") is not None:
        correlation, found = read_correlation(tree, meta)
        return RuleDocument(
            file, Tree(tree), correlation if not problems else None, problems=(*problems, *found)
        )
    return _event_rule(tree, file, catalog, meta, problems)


def _event_rule(
    tree: Mapping, file: str, catalog: Catalog, meta: Metadata | None, problems: list[Problem]
) -> RuleDocument:
    logsource = read_logsource(tree, problems)
    body = tree.get("detection")
    if not isinstance(body, Mapping):
        missing = "is missing" if body is None else "must be a mapping"
        problems.append(
            Problem(
                tree.key_span("detection"),
                "OA101",
                f"`detection` {missing}",
                "a rule has a detection:, a correlation rule a correlation:",
            )
        )
        return RuleDocument(file, Tree(tree), None, problems=tuple(problems))
    found = read_detection(body, catalog, others=_NO_SELECTIONS)
    problems.extend(found.problems)
    if body.get("timeframe") is not None:
        problems.append(
            Problem(
                body.key_span("timeframe"),
                "OA109",
                "`timeframe` has no meaning in a detection",
                "write a correlation",
            )
        )
    rule = None
    if meta and logsource and found.expr is not None and not problems:
        silent = PurePath(file).parts[-3:-1] == ("correlation", "base")
        rule = EventRule(meta, logsource, found.selections, found.condition, found.expr, silent)
    return RuleDocument(file, Tree(tree), rule, found.selections, found.used, tuple(problems))
