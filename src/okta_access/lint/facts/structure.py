"""Where documents break the schema: the clauses that fail, each at its place in the file.

The schema's few keywords are judged on the marked tree itself, so every clause knows its line (and
the linter starts without a validator of general JSON Schema; a test holds the two together).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from okta_access.errors import Span
from okta_access.lint.facts.schema import (
    Schema,
    correlation_schema,
    detection_schema,
    filter_schema,
)
from okta_access.lint.findings import Fix, Issue
from okta_access.lint.run import Run
from okta_access.lint.suggest import did_you_mean
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence, is_date, plain


class Clause(Enum):
    """What sort of clause is broken."""

    MISSING = auto()
    VALUE = auto()
    TWICE = auto()


@dataclass(frozen=True, slots=True)
class Broken:
    """A keyword of the schema that a node breaks; ``key`` is where the node's key stands."""

    keyword: str
    expected: Any
    node: Node
    key: Span
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken clause in words."""

    clause: Clause
    issue: Issue


def violations(run: Run) -> tuple[Violation, ...]:
    """All broken clauses, but for those that the loader has told in its own words."""
    return tuple(
        violation
        for document in run.documents
        if isinstance(document.tree, Mapping)
        for violation in _of_document(document)
    )


def is_well_formed(document: RuleDocument) -> bool:
    """Whether a document breaks no clause at all."""
    return next(broken(document.tree, schema_of(document)), None) is None


def schema_of(document: RuleDocument) -> Schema:
    """The schema that a document of its kind is held to."""
    tree = document.tree
    if isinstance(tree, Mapping):
        for kind in ("correlation", "filter"):
            if tree.get(kind) is not None:
                return _schema(kind)
    return _schema("detection")


@cache
def _schema(kind: str) -> Schema:
    make = {
        "detection": detection_schema,
        "correlation": correlation_schema,
        "filter": filter_schema,
    }
    return make[kind]()


def broken(node: Node, schema: Schema) -> Iterator[Broken]:
    """The clauses of a schema that a tree breaks. A node of a wrong type breaks no other clause."""
    return _broken(node, schema, node.span, ())


def first_line(span: Span) -> Span:
    """The place where a longer stretch begins."""
    if span.line == span.end_line:
        return span
    return Span(span.file, span.line, span.column, span.line, span.column + 1)


def _broken(node: Node, schema: Schema, key: Span, path: tuple[str | int, ...]) -> Iterator[Broken]:
    wanted = schema.get("type")
    if wanted is not None and _type(node) not in ([wanted] if isinstance(wanted, str) else wanted):
        yield Broken("type", wanted, node, key, path)
        return
    for keyword, holds in _KEYWORDS.items():
        if keyword in schema and not holds(node, schema[keyword]):
            yield Broken(keyword, schema[keyword], node, key, path)
    if isinstance(node, Mapping):
        for name in schema.get("required", ()):
            if node.get(name) is None:
                yield Broken("required", name, node, key, path)
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        for entry in node.entries:
            inner = properties.get(entry.name, others)
            yield from _broken(entry.value, inner, entry.key.span, (*path, entry.name))
    elif isinstance(node, Sequence) and "items" in schema:
        for index, member in enumerate(node.items):
            yield from _broken(member, schema["items"], member.span, (*path, index))


def _type(node: Node) -> str:
    match node:
        case Mapping():
            return "object"
        case Sequence():
            return "array"
        case Scalar(value=bool()):
            return "boolean"
        case Scalar(value=str()):
            return "string"
        case Scalar(value=int()):
            return "integer"
        case Scalar(value=None):
            return "null"
        case _:
            return "number"


def _text(node: Node) -> str | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def _size(node: Node) -> int:
    match node:
        case Mapping(entries):
            return len(entries)
        case Sequence(items):
            return len(items)
        case _:
            return len(_text(node) or "")


def _first_repeated(node: Node) -> Node | None:
    seen: set[object] = set()
    for member in node.items if isinstance(node, Sequence) else ():
        value = _comparable(plain(member))
        if value in seen:
            return member
        seen.add(value)
    return None


def _comparable(value: Any) -> object:
    """A value as JSON compares it: 1 and 1.0 are the same, 1 and true are not."""
    match value:
        case dict():
            return frozenset((key, _comparable(inner)) for key, inner in value.items())
        case list():
            return tuple(_comparable(inner) for inner in value)
        case _:
            return isinstance(value, bool), value


_KEYWORDS: dict[str, Callable[[Node, Any], bool]] = {
    "enum": lambda node, known: _text(node) in known,
    "pattern": lambda node, pattern: re.search(pattern, _text(node) or "") is not None,
    "minLength": lambda node, least: _size(node) >= least,
    "maxLength": lambda node, most: _size(node) <= most,
    "minItems": lambda node, least: _size(node) >= least,
    "minProperties": lambda node, least: _size(node) >= least,
    "uniqueItems": lambda node, unique: not (unique and _first_repeated(node)),
}


def _of_document(document: RuleDocument) -> Iterator[Violation]:
    problems = document.problems
    told = {(problem.span.line, problem.span.column) for problem in problems}
    told_keys = {one.message.split("`")[1] for one in problems if one.message.startswith("`")}
    for found in broken(document.tree, schema_of(document)):
        node = found.node
        if found.keyword == "required":
            if found.expected not in told_keys:
                message = f"`{found.expected}` is missing"
                yield Violation(Clause.MISSING, Issue(first_line(node.span), message))
        else:
            issue = _issue(found)
            if not told & {(one.line, one.column) for one in (node.span, found.key, issue.span)}:
                clause = Clause.TWICE if found.keyword == "uniqueItems" else Clause.VALUE
                yield Violation(clause, issue)
    for date, path in _dates(document.tree, schema_of(document), ()):
        message = f"{_name(path)} is a date to YAML, and not the text `{date.text}`"
        issue = Issue(date.span, message, "put it in quotes", _quoting(date))
        yield Violation(Clause.VALUE, issue)


def _dates(
    node: Node, schema: Schema, path: tuple[str | int, ...]
) -> Iterator[tuple[Scalar, tuple[str | int, ...]]]:
    """What the schema calls a text, and every YAML reader but this one gives as a date."""
    match node:
        case Scalar(quoted=False, text=text) if schema.get("type") == "string":
            if "pattern" not in schema and is_date(text):
                yield node, path
        case Mapping(entries):
            for entry in entries:
                inner = schema.get("properties", {}).get(entry.name, {})
                yield from _dates(entry.value, inner, (*path, entry.name))
        case Sequence(members):
            for index, member in enumerate(members):
                yield from _dates(member, schema.get("items", {}), (*path, index))


def _issue(found: Broken) -> Issue:
    node, expected, name = found.node, found.expected, _name(found.path)
    text = node.text if isinstance(node, Scalar) else ""
    span = first_line(node.span)
    match found.keyword:
        case "uniqueItems":
            again = _first_repeated(node) or node
            shown = again.text if isinstance(again, Scalar) else "a member"
            return Issue(first_line(again.span), f"{name} lists `{shown}` twice")
        case "enum":
            hint = did_you_mean(text, expected) or f"one of {', '.join(expected)}"
            return Issue(span, f"{name} is `{text}`" if text else f"{name} is no text", hint)
        case "type":
            kinds = [expected] if isinstance(expected, str) else expected
            wanted = " or ".join(_KINDS[kind] for kind in kinds)
            return Issue(span, f"{name} must be {wanted}", *_type_hint(node, kinds))
        case "pattern" if found.path[-1] in ("date", "modified"):
            return Issue(span, f"{name} is `{text}`", "a date is written YYYY-MM-DD")
        case "pattern":
            return Issue(span, f"{name} is `{text}`", "lower case, as in attack.t1484")
        case "maxLength":
            return Issue(span, f"{name} is longer than {expected} characters")
        case _:
            return Issue(span, f"{name} is empty or too short")


_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping",
    "boolean": "true or false",
}


def _type_hint(node: Node, kinds: list[str]) -> tuple[str | None, Fix | None]:
    if "string" in kinds and isinstance(node, Scalar) and node.value is not None:
        return "put it in quotes", _quoting(node)
    hint = "write it as a list, each member behind `- `" if kinds == ["array"] else None
    return hint, None


def _quoting(node: Scalar) -> Fix:
    """What stands there as a text: numbers, booleans and dates hold no quotes themselves."""
    return Fix(node.text, f"'{node.text}'")


def _name(path: tuple[str | int, ...]) -> str:
    """A path in words: `tags` member 2 is "a member of `tags`".

    >>> _name(("tags", 1)), _name(("correlation", "type"))
    ('a member of `tags`', '`correlation.type`')
    """
    keys = ".".join(step for step in path if isinstance(step, str))
    if not keys:
        return "the rule"
    return f"a member of `{keys}`" if isinstance(path[-1], int) else f"`{keys}`"
