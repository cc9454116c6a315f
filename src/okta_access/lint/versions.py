"""Versions of rules raised in their files, layout and comments kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from okta_access.errors import Span
from okta_access.lint.findings import Finding, Fix, Severity
from okta_access.lint.fixes import rewrite
from okta_access.rules.reading.metadata import text_of
from okta_access.rules.reading.source import Entry, Mapping, parse

_AFTER = ("tags", "logsource", "correlation", "detection")  # the version stands before these


def raise_versions(files: Iterable[tuple[str, str, int]]) -> int:
    """Write new versions: of each rule the file, the id and the version; gives how many it wrote.

    A document in braces is left as it is. Raises OSError.
    """
    edits = (_edit(file, id_, version) for file, id_, version in files)
    return rewrite(edit for edit in edits if edit is not None)


def _edit(file: str, id_: str, version: int) -> Finding | None:
    data = Path(file).read_bytes()
    for tree in parse(data, file).documents:
        if isinstance(tree, Mapping) and text_of(tree, "id") == id_:
            there = tree.get("version")
            if there is not None:
                return _finding(there.span, text_of(tree, "version"), str(version))
            entry = _block_entry(tree)
            if entry is not None:
                end = "\r\n" if b"\r\n" in data else "\n"
                return _inserted(entry.key.span, f"version: {version}{end}")
    return None


def _inserted(before: Span, line: str) -> Finding:
    at = Span(before.file, before.line, before.column, before.line, before.column)
    return _finding(at, "", f"{line}{' ' * (at.column - 1)}")


def _finding(span: Span, old: str, new: str) -> Finding:
    return Finding("version", Severity.INFO, span, "", fix=Fix(old, new))


def _block_entry(tree: Mapping) -> Entry | None:
    """The entry before which a line can be written; None in a document in braces."""
    first = tree.entries[0].key.span
    for entry in tree.entries:
        here = entry.key.span
        if entry.name in _AFTER and here.line > first.line and here.column == first.column:
            return entry
    return None
