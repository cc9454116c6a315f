"""What is unusual in an event that the schema accepts."""

from collections.abc import Iterator, Mapping
from typing import Any

from okta_access.catalog.model import PUBLISHED, UUID, Catalog

_EXPECTED = (UUID, PUBLISHED, "actor.id", "actor.type")


def observations(catalog: Catalog, event: Mapping[str, Any]) -> tuple[str, ...]:
    """What an acceptable event lacks, or holds that the catalogue does not know."""
    missing = [f"{path} is missing" for path in _EXPECTED if not list(_values(event, path))]
    unknown = [
        f"{field.path} has the unknown value {value!r}"
        for field in catalog.fields.values()
        if field.values
        for value in _values(event, field.path)
        if value not in field.values
    ]
    return tuple(sorted([*missing, *unknown]))


def _values(event: Any, path: str) -> Iterator[Any]:
    here = [event]
    for step in path.split("."):
        members = [m for value in here for m in (value if isinstance(value, list) else [value])]
        here = [m[step] for m in members if isinstance(m, Mapping) and m.get(step) is not None]
    yield from here
