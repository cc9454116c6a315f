"""An event of Okta's System Log as the document that Elastic's Okta integration makes of it.

The integration's ingest pipeline parses the event, drops every null, empty string, empty object
and empty list at any depth, and moves what is left to names of its own (``okta.*`` and ECS).
What is modelled here was read in elastic/integrations,
``packages/okta/data_stream/system/elasticsearch/ingest_pipeline/default.yml``:

* a value is moved where the pipeline looks for it: through objects, never through a list, with
  ``target`` as the one list it knows;
* in ``target`` two keys of each member are renamed; the first thing there that is no object
  stops the pipeline, so nothing behind it is renamed;
* copies: ``event.id``, ``event.action``, ``client.ip``, ``source.ip``, ``user_agent.original``,
  and ``event.outcome``, which knows success, failure and unknown only.

Left to the engine, because it judges with the same code as the ingest processors do: whether a
text is a time or an address (see :mod:`~okta_access.prove.oracles.elastic_mappings`). Left out,
because no rule can name it: everything that is neither in the catalogue nor one of the copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID, Catalog, Field, FieldType
from okta_access.errors import CatalogError

TARGETS = "okta.target"
_TARGET_PATH, _MESSAGE = "target", "displayMessage"
_TARGET_KEYS = {"alternateId": "alternate_id", "displayName": "display_name"}

_ALWAYS = {
    "data_stream.dataset": "okta.system",
    "data_stream.namespace": "default",
    "data_stream.type": "logs",
    "event.dataset": "okta.system",
    "event.kind": "event",
    "event.module": "okta",
}
# What the pipeline copies from catalogue fields, by path.
COPIES: Mapping[str, tuple[str, ...]] = {
    EVENT_TYPE: ("event.action",),
    UUID: ("event.id",),
    "client.ipAddress": ("client.ip", "source.ip"),
    "client.userAgent.rawUserAgent": ("user_agent.original",),
}
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_OUTCOMES = {"success": "success", "allow": "success", "failure": "failure", "deny": "failure"}


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be indexed.

    ``lost`` names the Elastic fields whose value in the event the pipeline does not bring there.
    """

    source: Mapping[str, Any]
    lost: tuple[str, ...]


def document(event: Mapping[str, Any], catalog: Catalog) -> Document:
    """The document of an event, with every field of the catalogue under its Elastic name.

    Raises:
        CatalogError: two fields of the catalogue have Elastic names that exclude each other.

    >>> from okta_access.catalog.load import load_catalog
    >>> made = document(
    ...     {"eventType": "access.request.create", "outcome": {"result": "", "reason": None},
    ...      "target": [{"id": "r1", "alternateId": "7"}]}, load_catalog())
    >>> made.source["okta"]
    {'event_type': 'access.request.create', 'target': [{'id': 'r1', 'alternate_id': '7'}]}
    """
    fields = (*catalog.fields.values(), *catalog.envelope.values())
    named = {_TARGET_PATH, _MESSAGE, *(field.steps[0] for field in fields)}
    kept = _without_empty({key: event[key] for key in named if key in event})
    found: dict[str, Any] = dict(_ALWAYS)
    lost: list[str] = []
    target_keys = {*_TARGET_KEYS}
    for field in fields:
        if field.steps[0] == _TARGET_PATH and field.elastic.startswith(f"{TARGETS}."):
            target_keys.add(field.steps[1])
            continue
        value = _value(kept, field)
        if value is _LOST:
            lost.append(field.elastic)
        elif value is not None:
            found |= dict.fromkeys((field.elastic, *COPIES.get(field.path, ())), value)
    if _MESSAGE in kept:
        found["okta.display_message"] = kept[_MESSAGE]
    found["event.outcome"] = _outcome(found.get("okta.outcome.result"))
    if _TARGET_PATH in kept:
        found[TARGETS], whole = _targets(kept[_TARGET_PATH], target_keys)
        if not whole:
            lost.append(TARGETS)
    lost += (name for name, value in found.items() if _has_half_character(value))
    return Document(_nested(found), tuple(lost))


_LOST = object()


def _value(event: Mapping[str, Any], field: Field) -> Any:
    """What the pipeline moves for a field: None where nothing is, ``_LOST`` where it misses it."""
    if field.member:
        return list(_walk(event, field.steps)) or None
    value: Any = event
    for step in field.steps:
        if isinstance(value, list):
            return _LOST
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    # These two pass through processors that convert texts and ignore their own failures.
    only_texts = field.path == PUBLISHED or field.type is FieldType.IP
    return _LOST if only_texts and isinstance(value, dict) else value


def _walk(value: Any, steps: tuple[str, ...]) -> Iterable[Any]:
    if isinstance(value, list):
        for member in value:
            yield from _walk(member, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])


def _targets(targets: Any, keys: set[str]) -> tuple[Any, bool]:
    """The targets as the pipeline leaves them, and whether it could rename all of them."""
    if not isinstance(targets, list):
        return targets, False
    made: list[Any] = []
    for place, target in enumerate(targets):
        if not isinstance(target, dict):
            return [*made, *targets[place:]], False
        made.append(
            {_TARGET_KEYS.get(key, key): value for key, value in target.items() if key in keys}
        )
    return made, True


def _outcome(result: Any) -> str:
    return _OUTCOMES.get(result.lower(), "unknown") if isinstance(result, str) else "unknown"


def _without_empty(value: Any) -> Any:
    """The value with all that is null or empty taken away, from the inside out."""
    if isinstance(value, Mapping):
        entries = ((str(key), _without_empty(entry)) for key, entry in value.items())
        return {key: entry for key, entry in entries if not _empty(entry)}
    if isinstance(value, list | tuple):
        return [member for member in map(_without_empty, value) if not _empty(member)]
    return value


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | dict | list) and not value)


def _has_half_character(value: Any) -> bool:
    """Whether a text in it holds half of a surrogate pair: valid in JSON, a "?" in the engine."""
    if isinstance(value, str):
        return not value.isascii() and _HALF_CHARACTER.search(value) is not None
    if isinstance(value, dict):
        return any(map(_has_half_character, value.values()))
    return isinstance(value, list) and any(map(_has_half_character, value))


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as objects within objects."""
    root: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = name.split(".")
        place = root
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise CatalogError(f"no document can hold both {name} and the field above it")
        place[last] = value
    return root
