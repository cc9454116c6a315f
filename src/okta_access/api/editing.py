"""What editors are given: the JSON Schemas of every kind of file that is written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from okta_access.api.rulebook import AnyPath
from okta_access.catalog.load import load_catalog
from okta_access.catalog.reading import catalog_file_schema
from okta_access.lint.schemas import editor_schemas
from okta_access.rules.settings.files import settings_schema


def file_schemas(catalog: Iterable[AnyPath] = ()) -> dict[str, dict[str, Any]]:
    """The schemas (draft 2020-12) of rules, correlations, filters, fixtures, settings, catalogues.

    >>> [*file_schemas()]
    ['rule', 'correlation', 'filter', 'fixture', 'settings', 'catalog']

    Raises:
        CatalogError: a catalogue file breaks the form of these.
        InputError: a catalogue file cannot be read.
    """
    known = load_catalog(tuple(Path(file) for file in catalog))
    return {
        **editor_schemas(known),
        "settings": settings_schema(),
        "catalog": catalog_file_schema(),
    }
