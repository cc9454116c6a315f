"""Our schema of rules: sound as JSON Schema, judged alike by the linter, and within Sigma's own."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from okta_access.catalog.load import load_catalog
from okta_access.lint.facts.schema import (
    Schema,
    correlation_schema,
    detection_schema,
    filter_schema,
)
from okta_access.lint.facts.structure import broken
from okta_access.rules.reading.rule_file import read_document
from okta_access.rules.reading.source import parse
from tests.builders.data import DATA

SCHEMAS = {
    "detection": detection_schema(),
    "correlation": correlation_schema(),
    "filter": filter_schema(),
}

METADATA = {
    "title": "A",
    "id": "5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d",
    "name": "a",
    "related": [{"id": "0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b", "type": "similar"}],
    "status": "test",
    "description": "Detects.",
    "author": "b",
    "references": ["https://example.com/"],
    "date": "2026-01-01",
    "modified": "2026-01-02",
    "falsepositives": ["some"],
    "level": "low",
    "tags": ["attack.t1484"],
    "fields": ["actor.id"],
    "scope": ["all"],
    "assumptions": ["A1"],
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "detection": METADATA
    | {
        "logsource": {"product": "okta", "service": "okta"},
        "detection": {
            "selection": {"actor.id": "x"},
            "list": [{"actor.id": "y"}],
            "condition": "1 of *",
        },
    },
    "correlation": METADATA
    | {
        "correlation": {
            "type": "event_count",
            "rules": ["first", "second"],
            "group-by": ["actor.id"],
            "timespan": "1h",
            "condition": {"gte": 3},
            "generate": False,
        },
        "generate": False,
    },
    "filter": METADATA
    | {
        "logsource": {"product": "okta", "service": "okta"},
        "filter": {
            "rules": ["first", "second"],
            "selection": {"actor.id": "x"},
            "condition": "not selection",
        },
    },
}
VALUES = st.sampled_from(
    [
        *(None, "", "x", "xy", "x" * 300, 3, 1.5, True),
        *([], ["a", "a"], ["a", "b"], [3], [True], [[1]], [None], {}, {"a": 1}, {"type": "x"}),
        *("2026-02-30", "2026-1-1", "UPPER.case", "a.b", "low", "value_sum"),
    ]
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All paths inside a document, that of the document itself left out."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in members:
        found.append((*here, key))
        if isinstance(inner, (dict, list)):
            found += paths(inner, (*here, key))
    return found


@st.composite
def documents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A document of a kind, with up to three of its values exchanged or taken away."""
    document = copy.deepcopy(DOCUMENTS[kind])
    for _ in range(draw(st.integers(0, 3))):
        *inside, last = draw(st.sampled_from(paths(document)))
        holder: Any = document
        for key in inside:
            holder = holder[key]
        if draw(st.booleans()) and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = copy.deepcopy(draw(VALUES))
        if not document:
            break
    return document


def judged_by_us(document: dict[str, Any], schema: Schema) -> bool:
    # A JSON text is a YAML text, so the tree is the document.
    (tree,) = parse(json.dumps(document).encode(), "a.yml").documents
    return not list(broken(tree, schema))


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_is_a_json_schema(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert not list(Draft202012Validator(SCHEMAS[kind]).iter_errors(DOCUMENTS[kind]))


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_linter_judges_as_json_schema_does(kind: str) -> None:
    validator = Draft202012Validator(SCHEMAS[kind])

    @given(documents(kind))
    def holds(document: dict[str, Any]) -> None:
        assert judged_by_us(document, SCHEMAS[kind]) == validator.is_valid(document)

    holds()


def specification(kind: str) -> Draft202012Validator:
    names = {"detection": "detection-rule", "correlation": "correlation-rules", "filter": "filters"}
    path = DATA / "sigma-schemas" / f"sigma-{names[kind]}-schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    # "…/schema#" is not how the draft names itself, and would be looked up elsewhere.
    return Draft202012Validator(schema | {"$schema": Draft202012Validator.META_SCHEMA["$id"]})


@pytest.mark.parametrize("kind", SCHEMAS)
def test_what_we_accept_the_specification_accepts(kind: str) -> None:
    validator, catalog = specification(kind), load_catalog()

    @given(documents(kind))
    def holds(document: dict[str, Any]) -> None:
        (tree,) = parse(json.dumps(document).encode(), "a.yml").documents
        if kind not in document or any(True for _ in broken(tree, SCHEMAS[kind])):
            return  # without its main key the document is of another kind
        if kind == "filter" and isinstance(document["filter"]["rules"], str):
            return  # the word `any`
        if read_document(tree, "a.yml", catalog).problems:
            return
        assert [error.message for error in validator.iter_errors(document)] == []

    holds()


# What the specification lets pass and we do not, by key and broken clause.
STRICTER = {
    ("id", "required"),  # an alert and a SIEM go by them
    ("level", "required"),
    ("type", "enum"),  # value_sum and its kin have no meaning here
    ("falsepositives", "type"),  # one text, in correlations only
    ("condition", "type"),
    ("condition", "minProperties"),
    ("assumptions", "type"),  # our own key
    ("assumptions", "uniqueItems"),
    ("aliases", "type"),
    ("generate", "type"),  # its schema has the key beside `correlation`, its text inside
    ("related", "minLength"),
}
# Texts and lists that are there and empty, and keys that the kinds have in common here and the
# specification knows in some of them.
EMPTY = {"minLength", "minItems"}
ELSEWHERE = {
    "detection": set[str](),
    "correlation": {"related", "name", "license", "fields", "tags", "scope"},
    "filter": {*METADATA} - {"title", "id", "description", "date", "modified", "taxonomy"},
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_what_the_specification_accepts_we_refuse_for_known_reasons(kind: str) -> None:
    validator = specification(kind)

    @given(documents(kind))
    def holds(document: dict[str, Any]) -> None:
        if not validator.is_valid(document):
            return
        (tree,) = parse(json.dumps(document).encode(), "a.yml").documents
        for found in broken(tree, SCHEMAS[kind]):
            keys = [step for step in found.path if isinstance(step, str)]
            if found.keyword == "required":
                keys.append(found.expected)
            known = {(key, found.keyword) for key in keys} & STRICTER
            elsewhere = keys[0] in ELSEWHERE[kind]
            assert known or elsewhere or found.keyword in EMPTY, (found.path, found.keyword)

    holds()
