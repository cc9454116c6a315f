"""Values of wrong types are named, once each, and what is not there has no type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from okta_access.catalog.model import Field, FieldType, catalog_of
from okta_access.catalog.template import template_event
from okta_access.matching.events.projection import Projection
from okta_access.matching.events.type_check import WrongType, wrong_types
from tests.builders.strategies import CATALOG, TYPES, events

PROJECTION = Projection(CATALOG)


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"actor": {"id": 7}}, ["actor.id: a text, a number"]),
        ({"actor": {"id": {}}}, ["actor.id: a text, an object"]),
        ({"actor": {"id": ["a"], "type": True}}, [
            "actor.id: a text, an array", "actor.type: a text, a boolean"]),
        ({"actor": "x", "client": [{}]}, [
            "actor: an object, a text", "client: an object, an array"]),
        ({"target": {"id": 7}}, [
            "target: an array of objects, an object", "target.id: a text, a number"]),
        ({"target": [{"id": 7}, {"id": 8}, "x", None]}, [
            "target.id: a text, a number",
            "target: an array of objects, a text in the array"]),
        ({"target": "x"}, ["target: an array of objects, a text"]),
        ({"target": [[{"id": "a"}]]}, ["target: an array of objects, an array in the array"]),
        ({"securityContext": {"isProxy": "yes"}}, ["securityContext.isProxy: a boolean, a text"]),
        ({"securityContext": {"isProxy": 1}}, ["securityContext.isProxy: a boolean, a number"]),
        ({"uuid": 5}, ["uuid: a text, a number"]),
    ],
)  # fmt: skip
def test_wrong_types(event: dict[str, Any], found: list[str]) -> None:
    assert [
        f"{one.field}: {one.expected}, {one.found}" for one in wrong_types(event, CATALOG)
    ] == found
    assert PROJECTION.read(event) is None


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"actor": None, "target": None, "securityContext": {"isProxy": None}},
        {"actor": "", "client": [], "target": [[None], ""], "outcome": {"result": [""]}},
        {"securityContext": {"isProxy": "false"}, "version": 0, "published": 5},
        template_event(CATALOG, TYPES[0]),
    ],
)
def test_nothing_wrong(event: dict[str, Any]) -> None:
    assert wrong_types(event, CATALOG) == ()


@given(events())
def test_a_record_has_no_wrong_types(event: dict[str, Any]) -> None:
    if PROJECTION.read(event) is not None:
        assert wrong_types(event, CATALOG) == ()


def test_the_plain_shape_is_read_fast() -> None:
    assert PROJECTION.read(template_event(CATALOG, TYPES[0])) is not None


@pytest.mark.parametrize("value", [{"ipChain": {"ip": "a"}}, {"ipChain": [{"ip": "a"}]}])
def test_where_the_array_stands_on_a_longer_path_is_not_known(value: Any) -> None:
    longer = Field("request.ipChain.ip", FieldType.IP, True, True, (), "", "", "")
    catalog = catalog_of([], [*CATALOG.fields.values(), longer], list(CATALOG.envelope.values()))
    assert wrong_types({"request": value}, catalog) == ()
    assert wrong_types({"request": [{"ipChain": {"ip": 7}}]}, catalog) == (
        WrongType("request.ipChain.ip", "a text", "a number"),
    )
