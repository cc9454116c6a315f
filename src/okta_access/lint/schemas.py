"""JSON Schemas for editors: rules, correlations, filters and fixtures, with the catalogue's fields.

They say more than the schemas that lint judges by (fields with their descriptions and values), and
less than lint itself: what they accept may still have findings.
"""

from __future__ import annotations

import re
from copy import deepcopy

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.attack import load_attack
from okta_access.catalog.model import EVENT_TYPE, Catalog, Field, FieldType
from okta_access.catalog.pivots import load_pivots
from okta_access.lint.facts.schema import (
    Schema,
    correlation_schema,
    detection_schema,
    filter_schema,
)
from okta_access.rules.model import Profile
from okta_access.rules.pivots import FORM
from okta_access.rules.reading.modifiers import KNOWN

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_OFFSET = {"type": "string", "pattern": r"^(\d{1,7}[smhd]){1,4}$"}
_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}


def editor_schemas(catalog: Catalog) -> dict[str, Schema]:
    """The schemas (draft 2020-12) by the kind of file: rule, correlation, filter, fixture.

    >>> from okta_access.catalog.load import load_catalog
    >>> [*editor_schemas(load_catalog())]
    ['rule', 'correlation', 'filter', 'fixture']
    """
    selection = _selection(catalog)
    rule, filter_ = deepcopy(detection_schema()), deepcopy(filter_schema())
    for schema, body in ((rule, "detection"), (filter_, "filter")):
        schema["$defs"] = {"selection": selection}
        schema["properties"][body]["additionalProperties"] = {"$ref": "#/$defs/selection"}
    correlation = deepcopy(correlation_schema())
    inside = correlation["properties"]["correlation"]["properties"]
    names = {"enum": [*catalog.fields]}
    inside["group-by"]["items"] = names
    inside["condition"]["properties"] = {"gte": _from_1(), "gt": _from_1(), "field": names}
    for schema in (rule, correlation, filter_):
        _tell(schema["properties"])
    fixture = _fixture(catalog)
    return {"rule": rule, "correlation": correlation, "filter": filter_, "fixture": fixture}


def _selection(catalog: Catalog) -> Schema:
    """A mapping of fields to values, or a list of such."""
    modifiers = "|".join(sorted(map(re.escape, KNOWN)))
    fields: Schema = {
        "type": "object",
        "minProperties": 1,
        "properties": {path: _plain_item(one, catalog) for path, one in catalog.fields.items()},
        "patternProperties": {
            rf"^{re.escape(path)}(\|({modifiers}))+$": {
                "description": one.description,
                **_one_or_many(_SCALAR),
            }
            for path, one in catalog.fields.items()
        },
        "additionalProperties": False,
    }
    return {"anyOf": [fields, {"type": "array", "minItems": 1, "items": fields}]}


def _plain_item(field: Field, catalog: Catalog) -> Schema:
    value: Schema = dict(_SCALAR)
    if field.path == EVENT_TYPE:
        value = {"anyOf": [{"enum": [*catalog.events]}, {"type": "string", "pattern": "[*?]"}]}
    elif field.type is FieldType.BOOLEAN:
        value = {"enum": [True, False, "true", "false", None]}
    elif field.values:
        value = {"anyOf": [{"enum": [*field.values]}, _SCALAR]}
    return {"description": field.description, **_one_or_many(value)}


def _one_or_many(value: Schema) -> Schema:
    return {"anyOf": [value, {"type": "array", "minItems": 1, "items": value}]}


def _from_1() -> Schema:
    return {"type": "integer", "minimum": 1}


def _tell(properties: Schema) -> None:
    """Add the words that only this project has, so that an editor can offer them."""
    attack = load_attack()
    tags = [f"attack.{name}" for name in (*attack.tactics, *map(str.lower, attack.techniques))]
    properties["tags"]["items"] = {"anyOf": [{"enum": tags}, properties["tags"]["items"]]}
    properties["runbook"]["properties"] = {
        "pivot": {"pattern": f"^({'|'.join(load_pivots())}), .+$", "description": FORM}
    }
    properties["profile"] = {"enum": [one.value for one in Profile]}
    properties["assumptions"]["items"] = {
        "oneOf": [
            {"const": key, "description": one.statement} for key, one in assumptions().items()
        ]
    }


def _fixture(catalog: Catalog) -> Schema:
    paths = {**catalog.fields, **catalog.envelope}
    event: Schema = {
        "type": "object",
        "required": [EVENT_TYPE],
        "properties": {path: {"description": one.description} for path, one in paths.items()},
    }
    step = {
        "type": "object",
        "required": ["at", "event"],
        "properties": {
            "at": _OFFSET,
            "event": event,
            "without": _TEXTS,
            "repeat": _from_1(),
            "every": _OFFSET,
        },
        "additionalProperties": False,
    }
    case: Schema = {
        "type": "object",
        "required": ["why"],
        "properties": {
            "why": {"type": "string", "minLength": 1, "description": "why it matches, or not"},
            "event": event,
            "without": _TEXTS,
            "history": {"type": "array", "minItems": 1, "items": step},
            "alerts": {"type": "integer", "minimum": 0},
            "start": {"type": "string", "description": "the time of `at: 0s`"},
        },
        "oneOf": [{"required": ["event"]}, {"required": ["history"]}],
        "additionalProperties": False,
    }
    return {
        "$schema": _DRAFT,
        "title": "okta-access fixture",
        "type": "object",
        "properties": {
            "match": {"type": "array", "items": case},
            "miss": {"type": "array", "items": case},
            "lists": {"type": "object", "additionalProperties": _TEXTS},
        },
        "additionalProperties": False,
    }
