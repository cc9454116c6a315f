"""What a row of a correlation says beside its group, under names as Elastic's own rules give them.

``Esql.`` stands before what a query makes itself, ``_values`` behind what holds several.
"""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.catalog.model import EVENT_TYPE, UUID
from okta_access.compile.elastic.fields import Fields

FIRST, LAST = "Esql.first_seen", "Esql.last_seen"
EVENTS = "Esql.event_count"
SHOWN = (
    EVENT_TYPE,
    "outcome.result",
    "actor.alternateId",
    "actor.displayName",
    "actor.id",
    "actor.type",
    "target.alternateId",
    "target.id",
    "target.type",
    "client.ipAddress",
    "client.geographicalContext.country",
    "client.userAgent.rawUserAgent",
    UUID,
)


def context(fields: Fields, keys: Iterable[str]) -> dict[str, str]:
    """The columns by name with the field of which each holds all values; no key is among them."""
    grouped = {*keys}
    names = [fields.of(path).name for path in context_paths(fields)]
    return {_column(name): name for name in names if name not in grouped}


def context_paths(fields: Fields) -> tuple[str, ...]:
    """The paths of what such a row says, without what may be a key of a flattened field.

    Such a key is no column.
    """
    known = (path for path in SHOWN if fields.catalog.field(path))
    return tuple(path for path in known if not fields.of(path).flattened)


def gathered(columns: dict[str, str]) -> list[str]:
    """What STATS makes of the fields."""
    return [f"{column} = VALUES({name})" for column, name in columns.items()]


def carried(columns: Iterable[str]) -> list[str]:
    """What a further STATS makes of columns that were gathered before."""
    return [f"{column} = VALUES({column})" for column in columns]


def _column(name: str) -> str:
    return f"Esql.{name.replace('.', '_')}_values"
