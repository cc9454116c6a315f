"""What documents say of themselves, with the place of each word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from okta_access.errors import Span
from okta_access.lint.facts.structure import first_line
from okta_access.lint.findings import Issue
from okta_access.lint.run import Run
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.source import Entry, Mapping, Node, Scalar, Sequence

_NO_SELECTIONS = frozenset({"condition", "timeframe"})


@dataclass(frozen=True, slots=True)
class Said:
    """A text under a top-level key of a document."""

    document: RuleDocument
    text: str
    span: Span


def said(run: Run, key: str, *, extended: bool = False) -> Iterator[Said]:
    """The texts under a key, of every document that has it; of a list each member.

    With ``extended`` those of the documents that these extend come first.
    """
    for document in run.all_documents if extended else run.documents:
        for scalar in texts(document, key):
            yield Said(document, scalar.text, first_line(scalar.span))


def texts(document: RuleDocument, key: str) -> tuple[Scalar, ...]:
    """The texts under a key of one document; of a list each member."""
    node: Node | None = document.tree.get(key) if isinstance(document.tree, Mapping) else None
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(one for one in members if isinstance(one, Scalar) and one.text)


def place(document: RuleDocument, key: str) -> Span:
    """Where a top-level key stands; the document's start where it is missing."""
    tree = document.tree
    return first_line(tree.key_span(key) if isinstance(tree, Mapping) else tree.span)


def name_of(document: RuleDocument) -> Said:
    """A document's name, which is its file's stem where it gives none."""
    for scalar in texts(document, "name"):
        return Said(document, scalar.text, first_line(scalar.span))
    return Said(document, PurePath(document.file).stem, place(document, "title"))


def repeated(words: Iterator[Said], what: str) -> Iterator[Issue]:
    """An issue for every word that an earlier document has said already, in any case."""
    first: dict[str, Span] = {}
    for word in words:
        earlier = first.setdefault(word.text.strip().lower(), word.span)
        if earlier is not word.span:
            yield Issue(word.span, f"{what} `{word.text}` is taken", earlier=earlier)


def body_of(document: RuleDocument) -> Mapping | None:
    """What holds the selections and the condition: `detection` of a rule, `filter` of a filter."""
    if isinstance(document.tree, Mapping):
        for key in ("detection", "filter"):
            body = document.tree.get(key)
            if isinstance(body, Mapping):
                return body
    return None


def selection_entries(document: RuleDocument) -> Iterator[Entry]:
    """The selections of a document, each under its name."""
    body = body_of(document)
    for entry in body.entries if body else ():
        is_filter = isinstance(document.tree, Mapping) and body is document.tree.get("filter")
        if entry.name not in _NO_SELECTIONS and not (is_filter and entry.name == "rules"):
            yield entry


def condition_span(document: RuleDocument) -> Span:
    """Where the condition stands; the document's start where there is none."""
    body = body_of(document)
    condition = body.get("condition") if body else None
    return first_line(condition.span if condition is not None else document.tree.span)
