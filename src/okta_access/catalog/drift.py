"""The drift alarm: Okta's published list of event types against the catalogue.

Okta publishes the list beside its event-type page, as JSON (a list of objects with ``eventType``)
and as CSV (a column of that name). Only the families of this catalogue are compared.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okta_access.catalog.model import Catalog
from okta_access.errors import InputError, Span

FAMILIES = ("access.request.", "access.review.")
_NAMES = ("eventtype", "event type", "event_type")
_RELEASES = ("release", "release date")
_MORE_TAGS = "more tags"  # Okta's CSV names one column for them, and gives each its own


@dataclass(frozen=True, slots=True)
class Published:
    """What Okta says of one event type; an empty release is not told."""

    release: str
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs: each tuple is sorted. ``changed`` says what was and what is."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    deprecated: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.deprecated or self.changed)


def read_published(text: str, file: str) -> dict[str, Published]:
    """Okta's list from its JSON or CSV. Raises :class:`InputError` where it is neither."""
    stripped = text.lstrip("\ufeff \t\r\n")
    try:
        rows = _json_rows(stripped) if stripped[:1] in ("[", "{") else _csv_rows(stripped)
    except (json.JSONDecodeError, csv.Error) as error:
        raise InputError(f"neither JSON nor CSV: {error}", span=Span.whole(file)) from error
    found: dict[str, Published] = {}
    for row in rows:
        lowered = {str(key).strip().lower(): value for key, value in row.items()}
        name = next((lowered[key] for key in _NAMES if isinstance(lowered.get(key), str)), None)
        if name is not None:
            release = next((lowered[key] for key in _RELEASES if lowered.get(key)), "")
            found[name.strip()] = Published(str(release), _deprecated(lowered))
    if not found:
        raise InputError(
            "holds no event types",
            span=Span.whole(file),
            hint="expected a JSON list of objects with eventType, or a CSV with that column",
        )
    return found


def compare(catalog: Catalog, published: Mapping[str, Published]) -> Drift:
    """What of these families Okta lists and the catalogue does not know, and the reverse."""
    theirs = {name: one for name, one in published.items() if name.startswith(FAMILIES)}
    ours = {name: one for name, one in catalog.events.items() if name.startswith(FAMILIES)}
    changed = [
        f"{name}: release {ours[name].release}, now {one.release}"
        for name, one in theirs.items()
        if name in ours and one.release and one.release != ours[name].release
    ]
    return Drift(
        tuple(sorted({*theirs} - {*ours})),
        tuple(sorted({*ours} - {*theirs})),
        tuple(sorted(name for name, one in theirs.items() if one.deprecated)),
        tuple(sorted(changed)),
    )


def _json_rows(text: str) -> list[Mapping[str, Any]]:
    value = json.loads(text)
    if isinstance(value, dict):
        value = next((inner for inner in value.values() if isinstance(inner, list)), [])
    return [row for row in value if isinstance(row, dict)]


def _csv_rows(text: str) -> list[Mapping[str, Any]]:
    return list(csv.DictReader(io.StringIO(text), restkey=_MORE_TAGS))


def _deprecated(row: Mapping[str, Any]) -> bool:
    words: list[object] = []
    for tags in (row.get("tags") or "", row.get(_MORE_TAGS) or []):
        words += tags if isinstance(tags, list) else str(tags).replace(",", " ").split()
    return "deprecated" in [str(word).lower() for word in words] or row.get("deprecated") is True
