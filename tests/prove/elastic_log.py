"""Events that differ in one path, for the tests of what Elasticsearch does with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

FROM = "FROM logs-okta* METADATA _id"


def event(uuid: str, **paths: Any) -> dict[str, Any]:
    """An event with values at paths, a double underscore for each dot: ``actor__id="x"``."""
    made: dict[str, Any] = {"uuid": uuid, "eventType": "access.request.create"}
    for path, value in paths.items():
        *parents, last = path.split("__")
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return made


def targets(*ids: str) -> list[dict[str, str]]:
    return [{"id": one, "type": "ACCESS_REQUEST"} for one in ids]


def numbered(values: Iterable[Any], path: str) -> list[dict[str, Any]]:
    """An event for each value; the uuid is the value's place."""
    return [event(str(place), **{path: value}) for place, value in enumerate(values)]
