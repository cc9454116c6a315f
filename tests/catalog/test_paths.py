"""What a path holds: the definition sentence by sentence, and a plain second opinion."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from okta_access.catalog.model import FieldType
from okta_access.catalog.paths import boolean_text, json_text, texts
from tests.builders.strategies import CATALOG, FIELDS, STRANGE, events, values


def second_opinion(node: Any, steps: tuple[str, ...], *, boolean: bool) -> list[str]:
    """The definition again, recursively."""
    if isinstance(node, list):
        return [text for one in node for text in second_opinion(one, steps, boolean=boolean)]
    if steps:
        inside = node.get(steps[0]) if isinstance(node, dict) else None
        return second_opinion(inside, steps[1:], boolean=boolean)
    if node is None or node == "":
        return []
    if boolean:
        word = {"true": "true", "false": "false"}.get(node) if isinstance(node, str) else None
        return [json.dumps(node)] if isinstance(node, bool) else [word] if word else []
    if isinstance(node, str):
        return [node]
    return [json.dumps(node, ensure_ascii=False, separators=(",", ":"))]


@given(events())
def test_every_path_of_any_event_holds_what_the_definition_says(event: dict[str, Any]) -> None:
    for path in (*FIELDS, *STRANGE, "uuid"):
        known = CATALOG.field(path)
        boolean = known is not None and known.type is FieldType.BOOLEAN
        expected = second_opinion(event, tuple(path.split(".")), boolean=boolean)
        assert list(texts(event, path, CATALOG)) == expected


@pytest.mark.parametrize("nothing", [None, "", [], [None], [[], [""], [[None]]]])
def test_these_are_all_not_there(nothing: Any) -> None:
    assert texts({"actor": {"id": nothing}}, "actor.id", CATALOG) == ()
    assert texts({"actor": nothing}, "actor.id", CATALOG) == ()
    assert texts({"target": [{"id": nothing}, nothing]}, "target.id", CATALOG) == ()


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ([{"id": "a"}, {"id": "b"}], ("a", "b")),
        ([{"id": "a"}, None, "x", 7, {"type": "t"}, {"id": ["b", ["c", None]]}], ("a", "b", "c")),
        ({"id": "a"}, ("a",)),
        ([[{"id": "a"}]], ("a",)),
        ("a", ()),
        ({"id": {"id": "a"}}, ('{"id":"a"}',)),
    ],
)
def test_arrays_are_entered_wherever_they_stand(target: Any, ids: tuple[str, ...]) -> None:
    assert texts({"target": target}, "target.id", CATALOG) == ids


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"), ("true", "true"), (False, "false"), ("false", "false"),
        ("True", None), ("yes", None), (1, None), (0, None), ({}, None), ("null", None),
    ],
)  # fmt: skip
def test_a_boolean_field_reads_booleans_and_their_names(value: Any, text: str | None) -> None:
    assert boolean_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (2**53 + 1, "9007199254740993"), (-0.0, "-0.0"), (1.5, "1.5"), (True, "true"),
        ({}, "{}"), ({"a": [], "é": {"b": [1, "ü\n"]}}, '{"a":[],"é":{"b":[1,"ü\\n"]}}'),
    ],
)  # fmt: skip
def test_a_value_of_a_wrong_type_is_its_json_text(value: Any, text: str) -> None:
    assert texts({"actor": {"id": value}}, "actor.id", CATALOG) == (text,)


@given(values)
def test_json_text_is_the_compact_form(value: Any) -> None:
    assert json_text(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_no_depth_is_too_deep() -> None:
    lists: Any = "x"
    objects: Any = 1
    for _ in range(100_000):
        lists = [lists]
        objects = {"a": [objects]}
    assert texts({"actor": {"id": lists}}, "actor.id", CATALOG) == ("x",)
    (text,) = texts({"actor": {"id": objects}}, "actor.id", CATALOG)
    assert text == '{"a":[' * 100_000 + "1" + "]}" * 100_000
    while isinstance(objects, dict):  # taken apart by hand: freeing it at once would recurse
        (objects,) = objects["a"]
