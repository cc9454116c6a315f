"""The form of rule documents as JSON Schemas (draft 2020-12), after the Sigma specification 2.1.

Written from the specification with what this project adds (``assumptions``, ``profile``,
``runbook``, ``version``) and leaves out: correlation types and comparisons that have no meaning
here, which the loader refuses. What the schema accepts, the specification's schemas accept too; a
test compares.
"""

from __future__ import annotations

from typing import Any

from okta_access.rules.model import CorrelationType, Level

Schema = dict[str, Any]

STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
RELATIONS = ("derived", "obsolete", "merged", "renamed", "similar")
_TITLE_LENGTH = 256
_DESCRIPTION_LENGTH = 65_535
_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_TEXT: Schema = {"type": "string", "minLength": 1}
_DATE: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$",
}

_SELECTION: Schema = {
    "type": ["object", "array"],
    "items": {"type": ["string", "integer", "object"]},
}


def detection_schema() -> Schema:
    """The schema of a rule on single events.

    >>> sorted(detection_schema()["required"])
    ['detection', 'id', 'level', 'logsource', 'title']
    """
    detection = {
        "type": "object",
        "required": ["condition"],
        "properties": {"condition": _TEXT},
        "additionalProperties": _SELECTION,
    }
    properties = _metadata() | {"logsource": _logsource(), "detection": detection}
    return _document("rule", properties, ["title", "id", "level", "logsource", "detection"])


def filter_schema() -> Schema:
    """The schema of a filter.

    ``rules`` may also be the word ``any``, as the specification's text says, and its schema not.

    >>> filter_schema()["properties"]["filter"]["required"]
    ['rules', 'selection', 'condition']
    """
    body = {
        "type": "object",
        "required": ["rules", "selection", "condition"],
        "properties": {
            "rules": {
                "type": ["array", "string"],
                "items": _TEXT,
                "uniqueItems": True,
                "minItems": 1,
                "minLength": 1,
            },
            "condition": _TEXT,
        },
        "additionalProperties": _SELECTION,
    }
    properties = _metadata() | {"logsource": _logsource(), "filter": body}
    return _document("filter", properties, ["title", "id", "logsource", "filter"])


def correlation_schema() -> Schema:
    """The schema of a correlation.

    >>> correlation_schema()["properties"]["correlation"]["required"]
    ['type', 'rules', 'group-by', 'timespan']
    """
    correlation = _mapping(
        type={"enum": [kind.value for kind in CorrelationType]},
        rules=_list(_TEXT | {"minLength": 2}, minItems=1),
        timespan=_TEXT | {"maxLength": 10},
        condition={"type": "object", "minProperties": 1},
        generate={"type": "boolean"},
        aliases={"type": "object"},
    )
    correlation["properties"]["group-by"] = _list(_TEXT)
    correlation["required"] = ["type", "rules", "group-by", "timespan"]
    return _document(
        "correlation",
        _metadata() | {"correlation": correlation, "generate": {"type": "boolean"}},
        ["title", "id", "level", "correlation"],
    )


def _logsource() -> Schema:
    return _mapping(category=_TEXT, product=_TEXT, service=_TEXT, definition=_TEXT)


def _document(kind: str, properties: Schema, required: list[str]) -> Schema:
    return {
        "$schema": _DRAFT,
        "title": f"okta-access {kind}, after Sigma 2.1",
        "type": "object",
        "required": required,
        "properties": properties,
    }


def _metadata() -> Schema:
    relation = _mapping(id=_TEXT, type={"enum": [*RELATIONS]})
    relation["required"] = ["id", "type"]
    return {
        "title": _TEXT | {"maxLength": _TITLE_LENGTH},
        "id": _TEXT,
        "related": {"type": "array", "items": relation},
        "name": _TEXT | {"maxLength": _TITLE_LENGTH},
        "taxonomy": _TEXT | {"maxLength": _TITLE_LENGTH},
        "status": {"enum": [*STATUSES]},
        "description": _TEXT | {"maxLength": _DESCRIPTION_LENGTH},
        "license": _TEXT,
        "author": _TEXT,
        "references": _list(_TEXT),
        "date": _DATE,
        "modified": _DATE,
        "fields": _list(_TEXT),
        "falsepositives": _list(_TEXT | {"minLength": 2}),
        "level": {"enum": [level.value for level in Level]},
        "tags": _list({"type": "string", "pattern": r"^[a-z0-9_-]+\.[a-z0-9._-]+$"}),
        "scope": _list(_TEXT | {"minLength": 2}),
        "assumptions": _list(_TEXT),
        "profile": _TEXT,
        "version": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
        "runbook": {"type": "object", "additionalProperties": _TEXT},
    }


def _list(member: Schema, **more: int) -> Schema:
    return {"type": "array", "uniqueItems": True, "items": member} | more


def _mapping(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}
