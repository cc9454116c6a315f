"""What a document says about itself: title, id, level, log source and the rest."""

from __future__ import annotations

import re
from pathlib import PurePath

from okta_access.errors import Problem, Span
from okta_access.rules.model import Level, LogSource, Metadata, Profile, Runbook
from okta_access.rules.pivots import next_query
from okta_access.rules.reading.source import Mapping, Scalar, Sequence

_VERSION = re.compile(r"[1-9][0-9]{0,8}")


def read_metadata(tree: Mapping, file: str, problems: list[Problem]) -> Metadata | None:
    """The metadata of a rule, or None where title, id or level cannot be read."""
    level = _level(tree, problems)
    title = required_text(tree, "title", problems)
    id_ = required_text(tree, "id", problems)
    if level is None or title is None or id_ is None:
        return None
    return Metadata(
        name=text_of(tree, "name") or PurePath(file).stem,
        id=id_,
        title=title,
        level=level,
        status=text_of(tree, "status"),
        description=text_of(tree, "description"),
        author=text_of(tree, "author"),
        date=text_of(tree, "date"),
        modified=text_of(tree, "modified"),
        references=texts_of(tree, "references"),
        tags=texts_of(tree, "tags"),
        falsepositives=texts_of(tree, "falsepositives"),
        assumptions=texts_of(tree, "assumptions"),
        file=file,
        profile=_profile(tree),
        runbook=_runbook(tree),
        version=_version(tree),
    )


def _version(tree: Mapping) -> int:
    """The version; 1 where there is none, or none that is a whole number from 1 (lint tells)."""
    text = text_of(tree, "version")
    return int(text) if _VERSION.fullmatch(text) else 1


def _profile(tree: Mapping) -> Profile | None:
    """The profile; the linter tells of a word that is none."""
    text = text_of(tree, "profile")
    return Profile(text) if text in list(Profile) else None


def _runbook(tree: Mapping) -> Runbook | None:
    """The runbook, its texts on one line each; the linter tells of one that is not whole."""
    node = tree.get("runbook")
    if not isinstance(node, Mapping):
        return None
    texts = {one: " ".join(text_of(node, one).split()) for one in Runbook.__struct_fields__}
    pivot = next_query(texts.pop("pivot"))
    return Runbook(**texts, pivot=pivot) if all(texts.values()) and pivot is not None else None


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


def required_text(tree: Mapping, key: str, problems: list[Problem]) -> str | None:
    """The text under a key that must be there; what is wrong goes to ``problems``."""
    node = tree.get(key)
    if isinstance(node, Scalar) and node.text.strip():
        return node.text
    span, code = (tree.span, "OA101") if node is None else (node.span, "OA102")
    missing = "is missing" if node is None else "must be a text"
    problems.append(Problem(_start_of(span), code, f"`{key}` {missing}"))
    return None


def read_logsource(tree: Mapping, problems: list[Problem]) -> LogSource | None:
    """The log source, which is Okta's System Log or a problem."""
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
        text_of(node, "product") or None,
        text_of(node, "service") or None,
        text_of(node, "category") or None,
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


def text_of(tree: Mapping, key: str) -> str:
    """The text under a key; empty where there is none."""
    node = tree.get(key)
    return node.text if isinstance(node, Scalar) else ""


def texts_of(tree: Mapping, key: str) -> tuple[str, ...]:
    """The texts under a key, of a list each member."""
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
