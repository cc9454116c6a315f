"""YAML text → a frozen tree in which every node knows its file, line and column.

libyaml does the reading; this module keeps its marks, refuses what a rule file has no use for
(duplicate keys, unsafe tags, alias bombs, excessive size or depth) and returns problems as values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml
from yaml import ScalarNode, SequenceNode

from okta_access.errors import Problem, Span

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
MAX_NODES = 20_000
_SURELY_FLAT = 10 * MAX_DEPTH  # reading so many levels takes no more stack than there is
_INDENTATION = re.compile(r"^[ ?:-]+", re.MULTILINE)

type_tag = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(type_tag + name for name in ("null", "bool", "int", "float"))
# Dates stay text: a rule file has no other use for them, and Sigma compares them as text.
_TEXT_TAGS = frozenset(type_tag + name for name in ("str", "timestamp", "value"))

_TAGS: dict[type[yaml.Node], str] = {
    ScalarNode: f"{type_tag}str",
    SequenceNode: f"{type_tag}seq",
    yaml.MappingNode: f"{type_tag}map",
}

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. ``text`` is what stands in the file, ``value`` what YAML 1.1 reads from it."""

    value: Plain
    text: str
    quoted: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: Scalar
    value: Node

    @property
    def name(self) -> str:
        """The key as text."""
        return self.key.text


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; of a duplicate key the first is kept."""

    entries: tuple[Entry, ...]
    span: Span = field(compare=False)

    def get(self, name: str) -> Node | None:
        """The value of a key, or nothing."""
        for entry in self.entries:
            if entry.key.text == name:
                return entry.value
        return None

    def key_span(self, name: str) -> Span:
        """Where a key stands; the mapping itself where the key is missing."""
        return next((e.key.span for e in self.entries if e.name == name), self.span)


@dataclass(frozen=True, slots=True)
class Sequence:
    """The items of a list."""

    items: tuple[Node, ...]
    span: Span = field(compare=False)


Node = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class Source:
    """What one file holds: its documents, and what was wrong with it."""

    file: str
    documents: tuple[Node, ...]
    problems: tuple[Problem, ...]


def parse(data: bytes, file: str) -> Source:
    r"""The documents of a YAML file, with marks. Never raises for what the file holds.

    >>> source = parse(b"title: A", "a.yml")
    >>> source.documents[0].get("title").value
    'A'
    >>> [str(p) for p in parse(b"a: 1\na: 2", "a.yml").problems]
    ['a.yml:2:1: OA003 the key `a` stands twice in one mapping (first at line 1; keep one of them)']
    """
    whole = Span(file)
    if len(data) > MAX_BYTES:
        problem = Problem(
            whole,
            "OA006",
            f"the file has {len(data):,} bytes, more than a rule file may have ({MAX_BYTES:,})",
        )
        return Source(file, (), (problem,))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(
            Span(file, line, 1, line, 1),
            "OA001",
            f"not UTF-8 text (byte {error.start + 1}): is this a rule file?",
        )
        return Source(file, (), (problem,))
    try:
        refusal = _too_big(text, file) if _may_be_big(text) else None
        if refusal:
            return Source(file, (), (refusal,))
        roots = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        span = _at(error.problem_mark or error.context_mark, file)
        context = f" {error.context}" if error.context else ""
        return Source(file, (), (Problem(span, "OA002", f"not YAML: {error.problem}{context}"),))
    except yaml.reader.ReaderError as error:
        span = _at_byte(text, error.position, file)
        reason = f"not text: the character U+{error.character:04X} has no place in YAML"
        return Source(file, (), (Problem(span, "OA001", reason),))
    builder = _Builder(file)
    documents = tuple(builder.node(root, 0) for root in roots)
    problems = tuple(builder.problems)
    if any(problem.code == "OA004" for problem in problems):
        documents = ()  # cut off: what is left of the tree is not what the file says
    if not documents and not problems:
        problems = (Problem(whole, "OA007", "the file is empty; a rule was expected"),)
    return Source(file, documents, problems)


def plain(node: Node) -> Any:
    """The tree as plain dicts, lists and values, as a YAML loader would give it."""
    match node:
        case Scalar():
            return node.value
        case Mapping():
            return {entry.name: plain(entry.value) for entry in node.entries}
        case Sequence():
            return [plain(item) for item in node.items]


def is_date(text: str) -> bool:
    """Whether YAML 1.1 reads a plain text as a date.

    >>> is_date("2026-01-31"), is_date("2026-01-31 is a day")
    (True, False)
    """
    return _plain_tag(text) == f"{type_tag}timestamp"


def _at(mark: yaml.error.Mark | yaml._yaml.Mark | None, file: str) -> Span:
    """One character at libyaml's mark; the file's start where there is none."""
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Span(file, line, column, line, column + 1)


def _at_byte(text: str, offset: int, file: str) -> Span:
    """The character at a byte offset of the text in UTF-8, which is how libyaml counts."""
    before = text.encode()[:offset].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Span(file, line, column, line, column + 1)


def _may_be_big(text: str) -> bool:
    """Whether it is worth counting. Most files are too short and too flat to be a danger.

    A level of nesting takes a bracket, or an indentation of its own; a list may stand at the
    indentation of its key.
    """
    if len(text) > MAX_NODES:
        return True
    indentation = max((len(found.group()) for found in _INDENTATION.finditer(text)), default=0)
    return text.count("[") + text.count("{") + 2 * (indentation + 1) > _SURELY_FLAT


def _too_big(text: str, file: str) -> Problem | None:
    """Depth and number are judged on the event stream, before anything recursive sees the text."""
    depth = count = 0
    for event in _events(text):
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
            continue
        count += 1
        depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
        if depth > MAX_DEPTH:
            return Problem(_at(event.start_mark, file), "OA004", f"deeper than {MAX_DEPTH} levels")
        if count > 2 * MAX_NODES:  # a key is an event too
            message = f"more than {MAX_NODES:,} values"
            return Problem(_at(event.start_mark, file), "OA004", message)
    return None


def _events(text: str) -> Iterator[yaml.Event]:
    return iter(yaml.parse(text, Loader=yaml.CSafeLoader))


class _Loader(yaml.CSafeLoader):
    """libyaml's loader, which looks the tag of a plain text up once: keys come again and again."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: tuple[bool, bool]) -> str:
        """The tag of a node that is written without one."""
        return _plain_tag(value) if kind is ScalarNode and implicit[0] else _TAGS[kind]


@lru_cache(maxsize=1 << 14)
def _plain_tag(text: str) -> str:
    """What YAML 1.1 takes a text without quotes for."""
    resolvers = yaml.resolver.Resolver.yaml_implicit_resolvers.get(text[:1], [])
    return next((tag for tag, pattern in resolvers if pattern.match(text)), _TAGS[ScalarNode])


class _Builder:
    """Turns libyaml's nodes into ours, collecting problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.count = 0
        self._values = yaml.constructor.SafeConstructor()

    def node(self, node: yaml.Node, depth: int) -> Node:
        span = self._span(node)
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            if not self.problems or self.problems[-1].code != "OA004":
                self.problems.append(
                    Problem(
                        span,
                        "OA004",
                        "too many values once the aliases are "
                        f"expanded (more than {MAX_NODES:,}, or deeper than "
                        f"{MAX_DEPTH} levels)",
                    )
                )
            return Scalar(None, "", False, span)
        if isinstance(node, ScalarNode):
            return self._scalar(node, span)
        if isinstance(node, SequenceNode):
            self._check_tag(node, "seq", span)
            return Sequence(tuple(self.node(item, depth + 1) for item in node.value), span)
        self._check_tag(node, "map", span)
        return Mapping(self._entries(node, depth), span)

    def _entries(self, node: yaml.Node, depth: int) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        first: dict[str, Span] = {}
        for key_node, value_node in node.value:
            key_span = self._span(key_node)
            if not isinstance(key_node, ScalarNode):
                self.problems.append(Problem(key_span, "OA002", "a key must be a plain text"))
                continue
            if key_node.tag == type_tag + "merge":
                self.problems.append(
                    Problem(
                        key_span,
                        "OA005",
                        "merge keys (`<<`) are not supported",
                        "write the keys out",
                    )
                )
                continue
            key = Scalar(key_node.value, key_node.value, bool(key_node.style), key_span)
            value = self.node(value_node, depth + 1)
            if key.text in first:
                self.problems.append(
                    Problem(
                        key_span,
                        "OA003",
                        f"the key `{key.text}` stands twice in one mapping",
                        f"first at line {first[key.text].line}; keep one of them",
                    )
                )
                continue
            first[key.text] = key_span
            entries.append(Entry(key, value))
        return tuple(entries)

    def _scalar(self, node: ScalarNode, span: Span) -> Scalar:
        quoted = bool(node.style)
        if node.tag in _PLAIN_TAGS:
            try:
                value: Plain = self._values.construct_object(node)
            except (ValueError, KeyError, IndexError):
                # KeyError and IndexError: PyYAML on `!!bool maybe` and `!!int ""`
                kind = _short(node.tag)
                self.problems.append(
                    Problem(
                        span,
                        "OA002",
                        f"`{node.value[:40]}` is no {kind}",
                        "put it in quotes if it is meant as text",
                    )
                )
                value = node.value
            return Scalar(value, node.value, quoted, span)
        if node.tag not in _TEXT_TAGS:
            self.problems.append(
                Problem(
                    span, "OA005", f"the tag `{_short(node.tag)}` is not allowed in a rule file"
                )
            )
        return Scalar(node.value, node.value, quoted, span)

    def _check_tag(self, node: yaml.Node, expected: str, span: Span) -> None:
        if node.tag != type_tag + expected:
            self.problems.append(
                Problem(
                    span, "OA005", f"the tag `{_short(node.tag)}` is not allowed in a rule file"
                )
            )

    def _span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _short(tag: str) -> str:
    return tag.replace(type_tag, "!!")
