"""What the guides say of single rules in their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from okta_access.bundle.coverage import Row
from okta_access.rules.model import Metadata

_CODE = re.compile(r"`([^`]+)`")
_FAMILY = "access."
_PLACES = {"securityContext.isProxy", "client.geographicalContext.country"}


def controls(guide: str, row: Row) -> tuple[tuple[str, str], ...]:
    """The controls that a rule's events can be evidence for, by framework: ``docs/controls.md``."""
    frameworks: list[str] = []
    found: dict[str, dict[str, None]] = {}
    for cells in _rows(guide):
        if cells[0] == "events":
            frameworks = cells[1:]
        elif frameworks and len(cells) == len(frameworks) + 1 and _is_about(cells[0], row):
            for framework, ids in zip(frameworks, cells[1:], strict=True):
                found.setdefault(framework, {}).update(dict.fromkeys(ids.split(", ")))
    return tuple((framework, ", ".join(ids)) for framework, ids in found.items())


def _is_about(cell: str, row: Row) -> bool:
    """Whether a cell names one of the rule's event types, or is that of places and the rule is."""
    patterns = _CODE.findall(cell)
    if not patterns:
        return not _PLACES.isdisjoint(row.fields)
    stem = patterns[0].rpartition(".")[0]
    whole = [one if one.startswith(_FAMILY) else f"{stem}.{one}" for one in patterns]
    return any(fnmatchcase(name, one) for name in row.event_types for one in whole)


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
