"""The JSON Schema of an event, derived from the catalogue.

Of a real event only ``eventType`` may be required: published samples lack ``uuid``, redact
``published``, leave ``outcome`` null or ``target`` out. So the schema refuses what no System Log
event can be, and nothing that is merely unusual.
"""

from __future__ import annotations

from typing import Any

from okta_access.catalog.model import EVENT_TYPE, Catalog, Field, FieldType

Schema = dict[str, Any]


def event_schema(catalog: Catalog, *, any_event_type: bool = False) -> Schema:
    """The schema (draft 2020-12) of one event; additional properties are allowed everywhere.

    ``any_event_type`` accepts event types beyond the catalogue, as a whole log holds them.

    >>> from okta_access.catalog.load import load_catalog
    >>> event_schema(load_catalog())["required"]
    ['eventType']
    """
    root: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Okta System Log event about access",
        "type": "object",
        "required": [EVENT_TYPE],
        "properties": {},
    }
    for field in (*catalog.envelope.values(), *catalog.fields.values()):
        _place(root, field, field.steps)
    event_type: Schema = {"type": "string", "minLength": 1}
    if not any_event_type:
        event_type["enum"] = list(catalog.events)
    root["properties"][EVENT_TYPE] = event_type
    return root


def errors(schema: Schema, event: Any) -> tuple[str, ...]:
    """What is wrong with an event by the schema, one line each, by place; none for a good one.

    >>> from okta_access.catalog.load import load_catalog
    >>> errors(event_schema(load_catalog()), {"eventType": "access.request.create", "actor": 1})
    ("actor: 1 is not of type 'object', 'array', 'null'",)
    """
    from jsonschema import Draft202012Validator

    found = []
    for error in Draft202012Validator(schema).iter_errors(event):
        place = ".".join(str(step) for step in error.absolute_path) or "event"
        found.append(f"{place}: {error.message}")
    return tuple(sorted(found))


def _place(parent: Schema, field: Field, steps: tuple[str, ...]) -> None:
    """Put a field into the tree of objects; each may be an object, an array of them, or null."""
    name, *rest = steps
    properties: Schema = parent["properties"]
    if not rest:
        properties[name] = _leaf(field)
        return
    if name not in properties:
        inner: Schema = {"type": "object", "properties": {}}
        properties[name] = {
            "type": ["object", "array", "null"],
            "properties": inner["properties"],
            "items": {**inner, "type": ["object", "null"]},
        }
    _place(properties[name], field, tuple(rest))


def _leaf(field: Field) -> Schema:
    if field.type is FieldType.BOOLEAN:
        return {"enum": [True, False, "true", "false", None], "description": field.description}
    schema: Schema = {"type": ["string", "null"], "description": field.description}
    if field.values:
        schema["examples"] = list(field.values)
    return schema
