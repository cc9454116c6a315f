"""Catalogue files read into :class:`~okta_access.catalog.model.Catalog`.

The two files that ship with the package are the catalogue; a user adds event types or fields with
a file of the same form (``--catalog FILE``). What they say is kept between runs under their
content, so that most runs need no YAML.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from okta_access.catalog.model import (
    Catalog,
    EventType,
    Family,
    Field,
    FieldType,
    Sighting,
    catalog_of,
)
from okta_access.errors import InputError, Span
from okta_access.store import folder
from okta_access.store.fingerprints import code, digest, is_settled, libraries
from okta_access.store.packing import Packing, Unpackable

_HERE = Path(__file__).parent
_SHIPPED = ("events.yml", "fields.yml")
_KIND = "catalog"
_CODE = ("errors.py", "store", "catalog")


class Parts(msgspec.Struct, frozen=True):
    """What catalogue files say, in their order."""

    events: tuple[EventType, ...]
    fields: tuple[Field, ...]
    envelope: tuple[Field, ...]


def load_catalog(extra: tuple[Path, ...] = ()) -> Catalog:
    """The packaged catalogue, and the user's files ``extra`` on top; later entries win.

    Raises :class:`InputError` for a file that cannot be read, and :class:`CatalogError` for one
    that is not of the catalogue's form.

    >>> catalog = load_catalog()
    >>> len(catalog.events), len(catalog.fields)
    (22, 16)
    """
    return _loaded(tuple((str(path), catalog_text(path)) for path in extra))


def catalog_text(path: Path) -> bytes:
    """The content of a catalogue file of the user's. Raises :class:`InputError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read the catalogue file: {error.strerror}", span=Span.whole(str(path))
        ) from error


@cache
def _loaded(extra: tuple[tuple[str, bytes], ...]) -> Catalog:
    texts = [(name, _HERE.joinpath(name).read_bytes()) for name in _SHIPPED]
    texts += extra
    key = _key(text for _, text in texts)
    parts = _kept(key)
    if parts is None:
        parts = _read(texts)
        _keep(key, parts)
    return catalog_of([*parts.events], [*parts.fields], [*parts.envelope])


def _read(texts: Iterable[tuple[str, bytes]]) -> Parts:
    from okta_access.catalog.reading import read_parts

    parts = [read_parts(text, name) for name, text in texts]
    return Parts(
        tuple(event for events, _, _ in parts for event in events),
        tuple(field for _, fields, _ in parts for field in fields),
        tuple(field for _, _, envelope in parts for field in envelope),
    )


def _kept(key: bytes | None) -> Parts | None:
    data = folder.read(_KIND, key) if key is not None else None
    try:
        return _packing().unpack(data, Parts) if data is not None else None
    except Unpackable:
        return None


def _keep(key: bytes | None, parts: Parts) -> None:
    if key is not None and is_settled(*_CODE):
        with suppress(Unpackable):
            folder.write(_KIND, key, _packing().pack(parts))


def _key(texts: Iterable[bytes]) -> bytes | None:
    """Under what the catalogue of these texts is kept; None where nothing can be kept."""
    if folder.folder() is None:
        return None
    try:
        return digest(code(*_CODE), libraries("yaml"), *texts)
    except OSError:
        return None


@cache
def _packing() -> Packing:
    return Packing([Parts, EventType, Sighting, Field, Family, FieldType])
