"""Where each key and value of a TOML file stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from okta_access.errors import Span

if TYPE_CHECKING:
    from tree_sitter import Node

Steps = tuple[str | int, ...]
"""The way to a value: keys of tables, numbers of members from 0."""

_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


class Places(msgspec.Struct, frozen=True):
    """The places of a file's keys and values; what is not written has its table's."""

    file: str
    keys: Mapping[Steps, Span]
    values: Mapping[Steps, Span]

    def key(self, steps: Steps) -> Span:
        """Where the key is written that leads there."""
        return self._nearest(self.keys, steps)

    def value(self, steps: Steps) -> Span:
        """Where the value is written, else the key that leads there."""
        return self.values.get(steps) or self.key(steps)

    def _nearest(self, known: Mapping[Steps, Span], steps: Steps) -> Span:
        tried = (steps[:length] for length in range(len(steps), 0, -1))
        return next((known[one] for one in tried if one in known), Span(self.file))


def places(text: str, file: str) -> Places:
    """The places in a text that is TOML."""
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    parser = Parser(Language(tree_sitter_toml.language()))
    reader = _Reader(file, text)
    for node in parser.parse(text.encode()).root_node.named_children:
        reader.top(node)
    return Places(file, reader.keys, reader.values)


class _Reader:
    """Goes through the tree and notes the places."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = [line.encode() for line in text.split("\n")]
        self.keys: dict[Steps, Span] = {}
        self.values: dict[Steps, Span] = {}
        self._members: dict[Steps, int] = {}

    def top(self, node: Node) -> None:
        """A pair before the first table, a table, or a member of an array of tables."""
        if node.type == "pair":
            self._pair(node, ())
            return
        if node.type not in ("table", "table_array_element"):
            return
        head, *pairs = (one for one in node.named_children if one.type != "comment")
        steps = self._named(head, ())
        if node.type == "table_array_element":
            number = self._members.get(steps, -1) + 1
            self._members[steps] = number
            steps = (*steps, number)
            self.keys[steps] = self._span(head)
        for pair in pairs:
            self._pair(pair, steps)

    def _pair(self, node: Node, table: Steps) -> None:
        key, value = (one for one in node.named_children if one.type != "comment")
        self._value(value, self._named(key, table))

    def _value(self, node: Node, steps: Steps) -> None:
        self.values[steps] = self._span(node)
        inside = [one for one in node.named_children if one.type != "comment"]
        if node.type == "array":
            for number, member in enumerate(inside):
                self._value(member, (*steps, number))
        elif node.type == "inline_table":
            for pair in inside:
                self._pair(pair, steps)

    def _named(self, node: Node, table: Steps) -> Steps:
        """Notes each part of a key; gives the way that the whole key leads to."""
        import tomllib

        steps = table
        for part in self._parts(node):
            if steps in self._members:  # the last member of an array of tables is meant
                steps = (*steps, self._members[steps])
            (name,) = tomllib.loads(f"{(part.text or b'').decode()} = 0")
            steps = (*steps, name)
            self.keys.setdefault(steps, self._span(part))
        return steps

    def _parts(self, node: Node) -> Iterator[Node]:
        if node.type == "dotted_key":
            for one in node.named_children:
                yield from self._parts(one)
        elif node.type in _KEYS:
            yield node

    def _span(self, node: Node) -> Span:
        (line, column), (end_line, end_column) = node.start_point, node.end_point
        return Span(
            self.file,
            line + 1,
            self._column(line, column),
            end_line + 1,
            self._column(end_line, end_column),
        )

    def _column(self, line: int, in_bytes: int) -> int:
        """From 1, in code points."""
        return len(self.lines[line][:in_bytes].decode("utf-8", "replace")) + 1
