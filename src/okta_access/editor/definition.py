"""Where what the cursor names is written: a rule that is referred to, and a rule's fixture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from okta_access.editor.cursor import Cursor, Side, cursor_at
from okta_access.editor.projects import Kind
from okta_access.editor.text import Text
from okta_access.errors import Span
from okta_access.lint.documents import name_of, place, texts
from okta_access.rules.fixtures import fixture_path
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.document import RuleDocument

_TABLE = re.compile(r"""\s*\[\s*rules\s*\.\s*["']?(?P<name>[^\]"'.\s]+)""")


def definition(
    text: Text, offset: int, file: Path, kind: Kind, rules: Iterable[RuleDocument]
) -> Span | None:
    """The place of a rule that is referred to at an offset, or of the fixture of a rule's name.

    ``rules`` are those of the project.
    """
    if kind is Kind.SETTINGS:
        table = _TABLE.match(text.line(text.line_at(offset)))
        return _rule(table["name"], rules) if table is not None else None
    cursor = cursor_at(text, offset)
    if kind is Kind.FIXTURE or cursor.comment or not cursor.word:
        return None
    if _refers(cursor):
        return _rule(cursor.word, rules)
    return _fixture(file, cursor.word, rules) if _is_name(cursor) else None


def _refers(cursor: Cursor) -> bool:
    match cursor.path:
        case ("correlation" | "filter", "rules"):
            return cursor.side is not Side.KEY
        case ("correlation", "aliases", _):
            return cursor.side is Side.KEY
    return False


def _is_name(cursor: Cursor) -> bool:
    return cursor.path == ("name",) or (cursor.path == () and cursor.word in ("name", "title"))


def _rule(name: str, rules: Iterable[RuleDocument]) -> Span | None:
    """Where a rule of that name or id begins."""
    for document in rules:
        ids = (one.text for one in texts(document, "id"))
        if name == name_of(document).text or name in ids:
            return place(document, "title")
    return None


def _fixture(file: Path, word: str, rules: Iterable[RuleDocument]) -> Span | None:
    """The fixture of the rule that a file gives this name; of its only rule, for a key's word."""
    names = [name_of(one).text for one in rules if one.file == str(file)]
    name = word if word in names else next(iter(names), file.stem)
    path = fixture_path(file, name)
    return Span(str(path)) if file_reads.is_file(path) else None
