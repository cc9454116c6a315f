"""The event schema: real events pass, broken ones are told what is wrong."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from okta_access.catalog.load import load_catalog
from okta_access.catalog.schema import errors, event_schema
from okta_access.catalog.template import template_event
from tests.builders.data import DATA
from tests.catalog.observations import observations

CATALOG = load_catalog()
SAMPLES = DATA / "samples"


def real_events() -> Iterator[Any]:
    for path in sorted(SAMPLES.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def test_accepts_every_published_event() -> None:
    schema = event_schema(CATALOG, any_event_type=True)
    found = [errors(schema, event) for event in real_events()]
    assert len(found) == 75
    assert set(found) == {()}


def test_catalogue_is_what_was_asked_for() -> None:
    asked = json.loads((DATA / "okta-access.json").read_text("utf-8"))
    assert set(CATALOG.events) == {*asked["types"]}
    assert set(CATALOG.fields) == {*asked["fields"]}


def test_is_a_schema() -> None:
    Draft202012Validator.check_schema(event_schema(CATALOG))


@pytest.mark.parametrize("name", sorted(CATALOG.events))
def test_accepts_the_template_of_every_type(name: str) -> None:
    event = template_event(CATALOG, name)
    assert errors(event_schema(CATALOG), event) == ()
    assert observations(CATALOG, event) == ()


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("eventType", "access.request.created", "eventType: "),
        ("eventType", None, "eventType: "),
        ("actor", 5, "actor: "),
        ("target", "x", "target: "),
        ("securityContext", {"isProxy": "yes"}, "securityContext.isProxy: "),
        ("outcome", {"result": 1}, "outcome.result: "),
        ("target", [{"id": 1}], "target.0.id: "),
    ],
)
def test_says_what_is_wrong(path: str, value: object, found: str) -> None:
    event = {**template_event(CATALOG, "access.request.create"), path: value}
    messages = errors(event_schema(CATALOG), event)
    assert messages
    assert all(message.startswith(found) for message in messages)


@pytest.mark.parametrize("empty", [None, []])
@pytest.mark.parametrize("key", ["actor", "client", "target", "outcome", "securityContext"])
def test_accepts_what_real_events_leave_out(key: str, empty: object) -> None:
    event = {**template_event(CATALOG, "access.request.create"), key: empty}
    assert errors(event_schema(CATALOG), event) == ()


def test_unknown_values_are_observed() -> None:
    event = template_event(CATALOG, "access.request.create")
    event["outcome"]["result"] = "PERHAPS"
    assert observations(CATALOG, event) == ("outcome.result has the unknown value 'PERHAPS'",)
