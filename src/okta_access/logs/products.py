"""An Okta event again, from the fields under which Splunk and Elastic keep it.

The catalogue names each field in both products, and no rule can ask for any other: all others are
left behind. What else is lost, and why no rule minds, is told in ``docs/scan.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from okta_access.catalog.model import Catalog, Field
from okta_access.catalog.template import Event

_OKTA = "okta"
_NULL_TEXT = "null"  # what Splunk's extraction makes of a JSON null


def is_elastic(document: Mapping[str, Any]) -> bool:
    """Whether a document has a field ``okta.…``, nested or with dots in its name."""
    return isinstance(document.get(_OKTA), dict) or any(
        key.startswith(f"{_OKTA}.") for key in document
    )


def from_elastic(document: Mapping[str, Any], catalog: Catalog) -> Event:
    """The event of a document of Elastic's Okta integration.

    Names may be nested objects, dotted, or both. A search that was asked for ``fields`` gives every
    value in a list: a list of one is that one.

    >>> from okta_access.catalog.load import load_catalog
    >>> from_elastic(
    ...     {"okta.event_type": ["x"], "okta": {"target": [{"id": "a"}, {"id": "b"}]},
    ...      "@timestamp": "2026-01-01T00:00:00Z"}, load_catalog())
    {'eventType': 'x', 'target': [{'id': 'a'}, {'id': 'b'}], 'published': '2026-01-01T00:00:00Z'}
    """
    event: Event = {}
    arrays = _arrays(catalog)
    for field in (*catalog.fields.values(), *catalog.envelope.values()):
        array = arrays.get(field.path)
        members = None if array is None else value_at(document, array)
        if isinstance(members, list) and any(isinstance(one, dict) for one in members):
            key = field.elastic.removeprefix(f"{array}.")
            _put_members(event, field, [list(_values(one, key)) for one in members])
        else:
            _put(event, field, list(_values(document, field.elastic)))
    return event


def from_splunk(fields: Mapping[str, Any], catalog: Catalog, *, bare: bool = False) -> Event | None:
    """The event of the fields that Splunk's JSON extraction makes (``actor.id``, ``target{}.id``).

    Where the fields are nested as Okta has them they are the event already. The text ``null`` is
    nothing: the extraction writes it for a JSON null. None where there is no field of an event, or
    where a ``bare`` object has none of Splunk's own names.

    >>> from okta_access.catalog.load import load_catalog
    >>> from_splunk({"eventType": "x", "target{}.id": ["a", "b"], "actor.id": "u",
    ...              "outcome.reason": "null"}, load_catalog())
    {'eventType': 'x', 'actor': {'id': 'u'}, 'target': [{'id': 'a'}, {'id': 'b'}]}
    """
    known = (*catalog.fields.values(), *catalog.envelope.values())
    named = [field for field in known if field.splunk in fields]
    flat = any(len(field.steps) > 1 for field in named)
    if not named or (bare and not flat):
        return None
    if not flat:
        return dict(fields)
    event: Event = {}
    for field in named:
        found = _values(fields, field.splunk)
        _put(event, field, [value for value in found if value != _NULL_TEXT])
    return event


def value_at(node: Any, name: str) -> Any:
    """What stands under a dotted name, whether nested or with dots in its keys; else None.

    >>> value_at({"event": {"original": "{}"}}, "event.original"), value_at({"a.b": 1}, "a.b")
    ('{}', 1)
    """
    return next(_places(node, name), None)


def _places(node: Any, name: str) -> Iterator[Any]:
    if not isinstance(node, dict):
        return
    if name in node:
        yield node[name]
    dot = name.find(".")
    while dot >= 0:
        if name[:dot] in node:
            yield from _places(node[name[:dot]], name[dot + 1 :])
        dot = name.find(".", dot + 1)


def _values(node: Any, name: str) -> Iterator[Any]:
    """The values under a name; those of a list one by one."""
    found = next((one for one in _places(node, name) if one is not None), None)
    if found is not None:
        yield from found if isinstance(found, list) else (found,)


def _arrays(catalog: Catalog) -> dict[str, str]:
    """For each field inside an array where Elastic keeps that array, as far as that is known."""
    return {
        field.path: field.elastic.rpartition(".")[0]
        for field in catalog.fields.values()
        if field.member and len(field.steps) == 2 and "." in field.elastic
    }


def _put(event: Event, field: Field, values: list[Any]) -> None:
    if not values:
        return
    if field.member and len(field.steps) == 2:
        _put_members(event, field, [[value] for value in values])
        return
    *parents, last = field.steps
    place = event
    for step in parents:
        place = place.setdefault(step, {})
        if not isinstance(place, dict):  # a catalogue of the user's own may name both a and a.b
            return
    place[last] = values[0] if len(values) == 1 else values


def _put_members(event: Event, field: Field, values: list[list[Any]]) -> None:
    """Give each member of the array its values of a field (None where it has none)."""
    array, key = field.steps
    members = event.setdefault(array, [])
    if not isinstance(members, list):
        return
    members += [{} for _ in range(len(values) - len(members))]
    for member, found in zip(members, values, strict=False):
        if found:
            member[key] = found[0] if len(found) == 1 else found
