"""Which events to look at after an alert, as runbooks name them; the table is ``pivots.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.errors import CatalogError, Span

FORM = "okta-access-pivots/1"
_FILE = "pivots.yml"


class Pivot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events to look at after an alert; ``shows`` says which, in words.

    They have in each field of ``same`` the value that the alert has in the field beside it; with
    ``group``, what it is grouped by. They are of one of ``types`` (``*`` ends a beginning), where
    there are any.
    """

    shows: str
    same: dict[str, str] = {}
    group: bool = False
    types: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    pivots: dict[str, Pivot]


@cache
def load_pivots() -> Mapping[str, Pivot]:
    """The pivots by name.

    >>> load_pivots()["actor"].same
    {'actor.id': 'actor.id'}
    """
    import yaml  # only who reads or compiles a runbook needs the table

    text = Path(__file__).with_name(_FILE).read_bytes()
    try:
        table = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), _Table)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a table of pivots: {error}", span=Span(_FILE)) from error
    if table.form != FORM:
        raise CatalogError(f"form is {table.form!r}, expected {FORM}", span=Span(_FILE))
    return MappingProxyType(table.pivots)


def pivot_named(name: str, catalog: Catalog) -> Pivot | None:
    """The pivot of that name; none where the catalogue lacks one of its fields.

    >>> from okta_access.catalog.load import load_catalog
    >>> pivot_named("review", load_catalog())
    """
    found = load_pivots().get(name)
    paths = [path for pair in found.same.items() for path in pair] if found else ()
    return found if all(catalog.field(path) for path in paths) else None
