"""One catalogue file, from its YAML to event types and fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import yaml

from okta_access.catalog.model import EventType, Family, Field, FieldType, Sighting
from okta_access.errors import CatalogError, Span

FORMS = ("okta-access-events/1", "okta-access-fields/1")


class _Sighting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    date: dt.date
    note: str = ""


class _EventEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    family: Family
    verb: str
    description: str
    release: str = ""
    reference: str = ""
    seen_live: _Sighting | None = None


class _FieldEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    type: FieldType
    description: str
    splunk: str
    elastic: str
    nullable: bool = True
    member: bool = False
    values: tuple[str, ...] = ()


class _CatalogFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    source: str = ""
    events: tuple[_EventEntry, ...] = ()
    fields: tuple[_FieldEntry, ...] = ()
    envelope: tuple[_FieldEntry, ...] = ()


def read_parts(
    text: bytes, name: str
) -> tuple[tuple[EventType, ...], tuple[Field, ...], tuple[Field, ...]]:
    """The event types, the fields and the envelope fields of a file.

    Raises :class:`CatalogError` for one that is not of the catalogue's form.
    """
    found = _read(text, name)
    return (
        tuple(_event(entry) for entry in found.events),
        tuple(_field(entry) for entry in found.fields),
        tuple(_field(entry) for entry in found.envelope),
    )


def catalog_file_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a catalogue file.

    >>> catalog_file_schema()["title"]
    'Catalogue of event types and fields'
    """
    made = msgspec.json.schema(_CatalogFile)
    schema = made["$defs"].pop(_CatalogFile.__name__)
    schema["properties"]["form"] = {"enum": [*FORMS]}
    title = "Catalogue of event types and fields"
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **schema, "title": title, "$defs": made["$defs"]}


def _read(text: bytes, name: str) -> _CatalogFile:
    try:
        raw: Any = yaml.load(text, Loader=yaml.CSafeLoader)
        found = msgspec.convert(raw, _CatalogFile)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise CatalogError(f"not YAML: {error.problem}", span=Span(name, *place)) from error
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a catalogue file: {error}", span=Span(name)) from error
    if found.form not in FORMS:
        raise CatalogError(
            f"form is {found.form!r}, expected one of {', '.join(FORMS)}", span=Span(name)
        )
    return found


def _event(entry: _EventEntry) -> EventType:
    seen = entry.seen_live
    return EventType(
        entry.type,
        entry.family,
        entry.verb,
        entry.release,
        entry.description,
        entry.reference,
        Sighting(seen.source, seen.date.isoformat(), seen.note) if seen else None,
    )


def _field(entry: _FieldEntry) -> Field:
    return Field(
        entry.path,
        entry.type,
        entry.nullable,
        entry.member,
        entry.values,
        entry.description,
        entry.splunk,
        entry.elastic,
    )
