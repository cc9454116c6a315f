"""Catalogue files read into :class:`~okta_access.catalog.model.Catalog`.

The two files that ship with the package are the catalogue; a user adds event types or fields with
a file of the same form (``--catalog FILE``).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import yaml

from okta_access.catalog.model import Catalog, EventType, Family, Field, FieldType, catalog_of
from okta_access.errors import CatalogError, InputError, Span

FORMS = ("okta-access-events/1", "okta-access-fields/1")


class _EventEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    family: Family
    verb: str
    description: str
    release: str = ""
    reference: str = ""


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


@cache
def load_catalog(extra: tuple[Path, ...] = ()) -> Catalog:
    """The packaged catalogue, and the user's files ``extra`` on top; later entries win.

    Raises :class:`InputError` for a file that cannot be read, and :class:`CatalogError` for one
    that is not of the catalogue's form.

    >>> catalog = load_catalog()
    >>> len(catalog.events), len(catalog.fields)
    (22, 16)
    """
    here = files("okta_access.catalog")
    parts = [_read(here.joinpath(name).read_bytes(), name) for name in ("events.yml", "fields.yml")]
    for path in extra:
        try:
            parts.append(_read(path.read_bytes(), str(path)))
        except OSError as error:
            raise InputError(
                f"cannot read the catalogue file: {error.strerror}", span=Span.whole(str(path))
            ) from error
    return catalog_of(
        [_event(entry) for part in parts for entry in part.events],
        [_field(entry) for part in parts for entry in part.fields],
        [_field(entry) for part in parts for entry in part.envelope],
    )


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
    return EventType(
        entry.type, entry.family, entry.verb, entry.release, entry.description, entry.reference
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
