"""What in an event is not of its catalogued type, so that a user can be told once per field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from okta_access.catalog.model import UUID, Catalog, Field, FieldType
from okta_access.catalog.paths import Event, boolean_text, members

_TEXT = "a text"
_BOOLEAN = "a boolean"
_OBJECT = "an object"
_OBJECTS = "an array of objects"


class WrongType(msgspec.Struct, frozen=True, order=True):
    """A value of a wrong type: where, what belongs there and what was found (with articles).

    ``field`` may be the beginning of a catalogued path: ``target`` where that holds a text.
    """

    field: str
    expected: str
    found: str


def wrong_types(event: Event, catalog: Catalog) -> tuple[WrongType, ...]:
    """All values of wrong types in the catalogued fields and ``uuid``, each once, in order.

    What is "not there" (null, the empty text, an empty list) has no wrong type.

    >>> from okta_access.catalog.load import load_catalog
    >>> wrong_types({"actor": {"id": 7}, "target": None}, load_catalog())
    (WrongType(field='actor.id', expected='a text', found='a number'),)
    """
    found: dict[WrongType, None] = {}
    for field in (*catalog.fields.values(), catalog.envelope[UUID]):
        found.update(dict.fromkeys(_wrong(dict(event), field, 0)))
    return tuple(found)


def _wrong(node: Any, field: Field, depth: int) -> Iterator[WrongType]:
    """The wrong types on a field's path from the object ``node``, reached by ``depth`` steps."""
    steps = field.steps
    value = node.get(steps[depth])
    if all(one is None or one == "" for one in members(value)):
        return
    path = ".".join(steps[: depth + 1])
    leaf = depth == len(steps) - 1
    expected: str | None = _expected(field, depth)
    in_list = _may_be_list(field, depth) and isinstance(value, list)
    if expected == _OBJECTS and not in_list:
        yield WrongType(path, expected, _kind(value))
        expected = None
    for one in value if in_list else [value]:
        if one is None or one == "" or (leaf and _fits(one, field)):
            continue
        if not leaf and isinstance(one, dict):
            yield from _wrong(one, field, depth + 1)
        elif expected is not None:
            yield WrongType(path, expected, f"{_kind(one)}{' in the array' if in_list else ''}")


def _expected(field: Field, depth: int) -> str:
    if depth == len(field.steps) - 1:
        return _BOOLEAN if field.type is FieldType.BOOLEAN else _TEXT
    return _OBJECTS if field.member and len(field.steps) == 2 else _OBJECT


def _may_be_list(field: Field, depth: int) -> bool:
    """Whether a list may stand here. Only of ``array.key`` is it known which step is the array."""
    return field.member and (len(field.steps) != 2 or depth == 0)


def _fits(value: object, field: Field) -> bool:
    if field.type is FieldType.BOOLEAN:
        return boolean_text(value) is not None
    return isinstance(value, str)


def _kind(value: object) -> str:
    match value:
        case bool():
            return "a boolean"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case dict():
            return "an object"
        case _:
            return "an array"
