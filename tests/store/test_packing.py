"""Packed values: they come back as they were; bytes of anybody else give a value of the type."""

from __future__ import annotations

from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.errors import Span
from okta_access.rules import model
from okta_access.rules.model import And, Atom, Expr, IsTrue, Level, Not, Pattern, Selection
from okta_access.store.packing import Packing, Unpackable
from tests.builders.graphs import graph
from tests.builders.strategies import expressions

CLASSES = [
    one
    for one in vars(model).values()
    if isinstance(one, type) and one.__module__ == model.__name__
]
PACKING = Packing([*CLASSES, Span])
HERE = Span("rule.yml", 1, 2, 3, 4)
ATOM = Atom("actor.id", Pattern(("a",)), HERE, HERE)


@given(expressions)
def test_an_expression_comes_back_as_it_was(expr: Expr) -> None:
    selection = Selection("s", expr, HERE)
    if "\\ud800" in ascii(expr):  # half a character, which no UTF-8 holds
        with pytest.raises(Unpackable):
            PACKING.pack(expr)
        return
    packed = PACKING.pack((selection, selection, expr))
    back = PACKING.unpack(packed, tuple[Selection | Atom | And | model.Or | Not, ...])
    assert graph(back) == graph((selection, selection, expr))


PLAIN: Any = tuple[str | int | float | bool | Level | None, ...]


@pytest.mark.parametrize(
    "value",
    [(), (None, True, 1, 1.0, "1"), (0.0, -0.0, float("nan"), float("inf")), (Level.LOW, "low")],
)
def test_plain_values_keep_their_types(value: tuple[object, ...]) -> None:
    assert graph(PACKING.unpack(PACKING.pack(value), PLAIN)) == graph(value)


@pytest.mark.parametrize("value", [object(), [1], {1: 2}, b"x", {1}, 10**30, "\ud800", Packing])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(Unpackable):
        PACKING.pack((value,))


def test_a_class_that_is_not_known_is_refused() -> None:
    packed = PACKING.pack(Level.LOW)
    with pytest.raises(Unpackable):
        Packing([Span]).unpack(packed, Level)
    with pytest.raises(Unpackable):
        Packing([Span]).pack(Level.LOW)


def test_what_is_nested_too_deep_is_refused() -> None:
    expr: Expr = ATOM
    for _ in range(20_000):
        expr = Not(expr, HERE)
    with pytest.raises(Unpackable):
        PACKING.pack(expr)


def test_another_type_than_expected_is_refused() -> None:
    packed = PACKING.pack(ATOM)
    assert PACKING.unpack(packed, Atom) == ATOM
    for other in (Not, str, tuple[Atom, ...], tuple[Atom, Atom]):
        with pytest.raises(Unpackable):
            PACKING.unpack(packed, other)


@pytest.mark.parametrize(
    "tables",
    [
        [["x"], ["Atom"], [[0, 0, 0, 0, 0]]],  # wrong types
        [["a", True], ["IsTrue", "tuple"], [[0, 0], [1, 2]]],  # a text for a truth value
        [[1], ["IsTrue", "tuple"], [[0, 0], [1, 1]]],  # a number for a truth value
        [[True], ["IsTrue", "tuple"], [[0, 0, 0], [1, 1]]],  # a part too many
        [[True], ["IsTrue", "tuple"], [[0], [1, 1]]],  # a part too few
        [[True], ["IsTrue", "tuple"], [[0, 1], [1, 1]]],  # itself as its part
        [[True], ["IsTrue", "tuple"], [[0, 9], [1, 1]]],  # a part that is nowhere
        [[True], ["IsTrue", "tuple"], [[7, 0], [1, 1]]],  # a class that is nowhere
        [[True], ["IsTrue", "tuple"], [[0, -1], [1, 1]]],
        [[True], ["IsTrue", "tuple"], [[], [1, 1]]],
        [[True], ["os.system", "tuple"], [[0, 0], [1, 1]]],
        [["lowest"], ["Level", "tuple"], [[0, 0], [1, 1]]],  # no member
        [["1.2.3"], ["IPv4Address", "tuple"], [[0, 0], [1, 1]]],  # no address
        [[True], ["IsTrue", "tuple"], [[0, 0], [1, 1, 1]]],  # two values
        [[True], [], []],
        [[], [], []],
        {"leaves": []},
    ],
)
def test_tables_that_do_not_agree_are_refused(tables: object) -> None:
    with pytest.raises(Unpackable):
        PACKING.unpack(msgspec.msgpack.encode(tables), IsTrue | Level)  # type: ignore[arg-type]


@given(st.binary(max_size=60))
def test_bytes_of_anybody_are_refused(data: bytes) -> None:
    with pytest.raises(Unpackable):
        PACKING.unpack(data, Atom)


@given(expressions, st.data())
def test_whatever_is_changed_the_value_has_its_type(expr: Expr, data: st.DataObject) -> None:
    try:
        packed = bytearray(PACKING.pack(Selection("s", expr, HERE)))
    except Unpackable:
        return
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(packed) - 1))
        packed[at] = data.draw(st.integers(0, 255))
    try:
        value = PACKING.unpack(bytes(packed), Selection)
    except Unpackable:
        return
    assert well_typed(value, Selection)


def well_typed(value: Any, declared: Any) -> bool:
    """The long way round: every field of every object is of its declared type."""
    origin = get_origin(declared)
    if origin in (Union, UnionType):
        return any(well_typed(value, one) for one in get_args(declared))
    if origin is tuple:
        member = get_args(declared)[0]
        return type(value) is tuple and all(well_typed(one, member) for one in value)
    if type(value) is not (type(None) if declared is None else declared):
        return False
    if not isinstance(value, msgspec.Struct):
        return True
    hints = get_type_hints(type(value))
    return all(well_typed(getattr(value, name), hints[name]) for name in value.__struct_fields__)
