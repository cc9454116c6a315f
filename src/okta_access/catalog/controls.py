"""The controls that events can be evidence for; the table is ``controls.yml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec
import yaml

from okta_access.errors import CatalogError, Span

FORM = "okta-access-controls/1"
_FILE = "controls.yml"


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ids by framework for these event types (patterns), or for rules on these fields."""

    ids: dict[str, tuple[str, ...]]
    events: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class Controls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table: frameworks by key with their names, and the rows."""

    form: str
    frameworks: dict[str, str]
    rows: tuple[Evidence, ...]

    def of(
        self, event_types: Collection[str], fields: Collection[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """The ids by framework for a rule on these event types that reads these fields.

        >>> load_controls().of(["access.review.close"], [])["cis"]
        ('CIS 6', 'CIS 17')
        """
        found: dict[str, dict[str, None]] = {}
        for row in self.rows:
            named = any(fnmatchcase(name, one) for name in event_types for one in row.events)
            if named or any(path in row.fields for path in fields):
                for framework, ids in row.ids.items():
                    found.setdefault(framework, {}).update(dict.fromkeys(ids))
        return {framework: tuple(ids) for framework, ids in found.items()}


@cache
def load_controls() -> Controls:
    """The table. Raises :class:`CatalogError` where it breaks its own form."""
    text = Path(__file__).with_name(_FILE).read_bytes()
    try:
        table = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), Controls)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a table of controls: {error}", span=Span(_FILE)) from error
    if table.form != FORM:
        raise CatalogError(f"form is {table.form!r}, expected {FORM}", span=Span(_FILE))
    return table
