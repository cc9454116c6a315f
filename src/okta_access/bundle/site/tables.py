"""What the guides say of single rules in their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okta_access.bundle.coverage import Row
from okta_access.catalog.controls import load_controls
from okta_access.rules.model import Metadata

_CODE = re.compile(r"`([^`]+)`")


def controls(row: Row) -> tuple[tuple[str, str], ...]:
    """The controls that a rule's events can be evidence for, by framework."""
    table = load_controls()
    found = table.of(row.event_types, row.fields)
    return tuple((table.frameworks[key], ", ".join(ids)) for key, ids in found.items())


def changes(guide: str, meta: Metadata) -> tuple[str, ...]:
    """When the rule was written and changed, and what the guide's tables say of that: Markdown."""
    dates = [f"{word} {date}" for word, date in (("written", meta.date), ("changed", meta.modified))
             if date]  # fmt: skip
    said = [
        ": ".join(cell for cell in cells[1:] if cell)
        for cells in _rows(guide)
        if meta.name in _named(cells[0])
    ]
    return (*dates, *said)


def _named(cell: str) -> list[str]:
    return [
        name if name.startswith("okta_") else f"okta_access_{name}" for name in _CODE.findall(cell)
    ]


def _rows(guide: str) -> Iterator[list[str]]:
    """The cells of all tables, row by row, without the lines below headings."""
    for line in guide.splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
