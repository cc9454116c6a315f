"""Where in a YAML file the cursor stands, read off the lines alone.

A file that is just being typed is seldom YAML, and hover and completion are asked for in the middle
of a word. So nothing is parsed: indentation says which keys stand above, and of flow style what
stands open before the cursor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from okta_access.editor.text import Text

_LINE = re.compile(
    r"""(?P<indent>\ *)(?P<dashes>(?:-\ +)*)
    (?:(?P<key>"[^"]*"|'[^']*'|[^\s#'"{\[\]},-][^\s#:]*|-[^\s#:]+)\ *:(?=\s|$))?""",
    re.VERBOSE,
)
_WORD = re.compile(r"""[^\s'",\[\]{}|()#]+""")
_COMMENT = re.compile(r"(?:^|\s)#")
_KEY_AT = re.compile(r"""\s*(?P<key>[^\s:,{}\[\]]+)\s*:\s""")
_MOST_LINES = 5_000  # that are looked at above the cursor


class Side(Enum):
    """On which side of a colon the cursor stands; an item of a list may become either."""

    KEY = auto()
    VALUE = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Cursor:
    """What stands around the cursor.

    ``path`` are the keys above, from the document's top; on a value's side the value's own key is
    the last of them. ``word`` is the word at the cursor, from ``start`` to ``end`` in code points;
    ``parts`` are the words before it that modify the same key (``actor.id|contains``).
    """

    path: tuple[str, ...]
    side: Side
    word: str
    start: int
    end: int
    parts: tuple[str, ...]
    comment: bool


def cursor_at(text: Text, offset: int) -> Cursor:
    """What stands around an offset."""
    number = text.line_at(offset)
    line, column = text.line(number), offset - text.start_of(number)
    start, end = _word(line, column)
    found = _line(line)
    above = [*_above(text, number, found.column if line.strip() else column, dashed=found.dashed)]
    path, side = tuple(reversed(above)), Side.KEY
    if found.key is not None and column >= found.key_end:
        path, side = (*path, found.key), Side.VALUE
    elif found.key is None and found.dashed is not None:
        side = Side.ITEM
    inside = _flow(line[found.key_end : column] if found.key is not None else line[:column])
    if inside is not None:
        path, side = (*path, *inside[0]), inside[1]
    parts = tuple(line[:start].split()[-1].split("|")[:-1]) if line[:start].endswith("|") else ()
    base = text.start_of(number)
    cursor = Cursor(path, side, line[start:end], base + start, base + end, parts, False)
    comment = _COMMENT.search(line)
    return replace(cursor, comment=comment is not None and comment.end() <= column)


def document_lines(text: Text, offset: int) -> range:
    """The lines of the document that an offset lies in."""
    number = text.line_at(offset)
    first = number
    while first > 0 and not text.line(first).startswith("---"):
        first -= 1
    last, count = number + 1, text.line_count
    while last < count and not text.line(last).startswith("---"):
        last += 1
    return range(first, last)


def keys_below(text: Text, offset: int, key: str) -> Iterator[str]:
    """The keys directly below a key of the document that an offset lies in."""
    inside, depth = -1, -1  # the indentations of the key, and of those below it
    for number in document_lines(text, offset):
        line = text.line(number)
        bare = line.lstrip(" ")
        if not bare or bare.startswith(("#", "-")):
            continue
        indent = len(line) - len(bare)
        name, colon, _ = bare.partition(":")
        if inside >= 0 and indent <= inside:
            inside, depth = -1, -1
        if inside >= 0 and colon:
            depth = indent if depth < 0 else depth
            if indent == depth:
                yield name
        elif name == key and colon:
            inside = indent


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: where its content begins, its first dash, and its key, if there are any."""

    column: int
    dashed: int | None
    key: str | None
    key_end: int


def _line(line: str) -> _Line:
    found = _LINE.match(line)
    assert found is not None
    indent, dashes, key = len(found["indent"]), len(found["dashes"]), found["key"]
    rest = line[indent + dashes :]
    if rest == "-":  # a dash at which the cursor waits
        return _Line(indent + dashes + 2, indent, None, len(line))
    return _Line(
        indent + dashes,
        indent if dashes else None,
        key.strip("'\"") if key is not None else None,
        found.end(),
    )


def _above(text: Text, number: int, column: int, *, dashed: int | None) -> Iterator[str]:
    """The keys that a line stands below, the nearest first."""
    # A key encloses what is indented further; a list may stand at the indentation of its key.
    limit, equal = (column, False) if dashed is None else (dashed, True)
    for above in range(number - 1, max(-1, number - _MOST_LINES), -1):
        line = text.line(above)
        if line.startswith("---"):
            return
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _line(line)
        if not equal and found.dashed is not None and found.column == limit:
            limit, equal = found.dashed, True  # the first key of an item: its list comes next
            continue
        if found.key is None:
            continue
        if found.column < limit or (equal and found.column == limit and found.dashed is None):
            yield found.key
            limit, equal = found.column, False
            if found.dashed is not None:
                limit, equal = found.dashed, True
        if limit == 0 and not equal:
            return


def _word(line: str, column: int) -> tuple[int, int]:
    """The word that the cursor stands in or behind; nothing at the cursor where there is none."""
    for found in _WORD.finditer(line):
        if found.start() <= column <= found.end():
            end = found.end()
            if line[end - 1] == ":" and (end == len(line) or line[end].isspace()):
                end -= 1  # the colon behind a key is no part of it
            if column <= end:
                return found.start(), end
    return column, column


def _flow(before: str) -> tuple[tuple[str, ...], Side] | None:
    """The keys inside of what stands open before the cursor, and its side; None in block style."""
    stack: list[tuple[str, str | None]] = []
    at, key = 0, None
    while at < len(before):
        letter = before[at]
        if letter in "'\"":
            closing = before.find(letter, at + 1)
            at = len(before) if closing < 0 else closing
        elif letter in "{[" and (at == 0 or not before[at - 1].isalnum()):
            stack.append((letter, key))
            key = None
        elif letter in "}]" and stack:
            _, key = stack.pop()
        elif letter == "," and stack:
            key = None
        elif stack and stack[-1][0] == "{" and key is None:
            named = _KEY_AT.match(before, at)
            if named is not None:
                key, at = named["key"], named.end() - 2
        at += 1
    if not stack:
        return None
    path = tuple(one for _, one in stack if one is not None)
    if key is not None:
        return (*path, key), Side.VALUE
    return path, Side.KEY if stack[-1][0] == "{" else Side.ITEM
