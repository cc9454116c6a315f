"""Frozen values as bytes and back: dataclasses, structures, enumerations, tuples, plain values.

The bytes are data and nothing else: tables of leaves, of class names and of nodes, each node a
class and the places of its parts, which stand before it. Unpacking makes only objects of the
classes it was given, each with parts of the types that the class declares; so bytes that anybody
else has written give a well-formed value or :class:`Unpackable`. One object that stands in several
places is one object again.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from inspect import get_annotations
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

T = TypeVar("T")
_ADDRESSES = (IPv4Address, IPv4Network, IPv6Address, IPv6Network)
_LEAVES = (str, int, float, bool, NoneType)
_TUPLE = "tuple"

# What a value is, as far as a declared type can ask: its class, or of a tuple those of its parts.
_Kind = type | frozenset[Any]
_Place = Annotated[int, msgspec.Meta(ge=0)]
_Node = Annotated[list[_Place], msgspec.Meta(min_length=1)]


class Unpackable(ValueError):
    """A value that cannot be packed, or bytes that are no packed value of these classes."""


class _Tables(msgspec.Struct, frozen=True, array_like=True):
    leaves: list[str | int | float | bool | None]
    classes: list[str]
    nodes: list[_Node]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Tables)


class Packing:
    """Packs values made of some classes, which are told apart by their names.

    These are dataclasses, structures of msgspec and enumerations; addresses are known as well.

    >>> from okta_access.errors import Span
    >>> packing = Packing([Span])
    >>> packing.unpack(packing.pack((Span("a.yml", 3), "x")), tuple[Span | str, ...])
    (Span(file='a.yml', line=3, column=1, end_line=1, end_column=1), 'x')
    """

    def __init__(self, classes: Iterable[type]) -> None:
        self._classes: dict[str, type] = {one.__name__: one for one in (*_ADDRESSES, *classes)}
        self._declared: dict[type, tuple[Any, ...]] = {}
        self._agreed: set[tuple[_Kind, ...]] = set()

    def pack(self, value: object) -> bytes:
        """The value as bytes. Raises :class:`Unpackable` for one of other classes."""
        try:
            return _encoder.encode(_Packer(self._classes).tables(value))
        except (RecursionError, OverflowError, UnicodeEncodeError) as error:
            raise Unpackable(f"cannot be packed: {error}") from error

    def unpack(self, data: bytes, expected: type[T]) -> T:
        """The value of these bytes, of the expected type. Raises :class:`Unpackable`."""
        try:
            tables = _decoder.decode(data)
            value: T = self._built(tables, expected)
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
            raise Unpackable(f"no packed value: {error}") from error
        return value

    def _built(self, tables: _Tables, expected: Any) -> Any:
        built: list[Any] = list(tables.leaves)
        kinds: list[_Kind] = [type(leaf) for leaf in built]
        classes: list[type] = [
            tuple if name == _TUPLE else self._classes[name] for name in tables.classes
        ]
        value_at, kind_at = built.__getitem__, kinds.__getitem__
        for class_place, *places in tables.nodes:
            class_ = classes[class_place]
            if class_ is tuple:
                built.append(tuple(map(value_at, places)))
                kinds.append(frozenset(map(kind_at, places)))
                continue
            key: tuple[_Kind, ...] = (class_, *map(kind_at, places))
            if key not in self._agreed:
                self._agree(class_, key[1:])
                self._agreed.add(key)
            built.append(class_(*map(value_at, places)))
            kinds.append(class_)
        if not tables.nodes or not _fits(kinds[-1], tuple[expected, ...]) or len(built[-1]) != 1:
            raise Unpackable(f"not of the type {expected}")
        return built[-1][0]

    def _agree(self, class_: type, shape: tuple[_Kind, ...]) -> None:
        """Raise TypeError unless parts of these kinds make up that class."""
        if class_ not in self._declared:
            self._declared[class_] = _declared(class_)
        declared = self._declared[class_]
        if len(declared) != len(shape) or not all(map(_fits, shape, declared)):
            raise TypeError(f"wrong parts of {class_.__name__}")


class _Packer:
    def __init__(self, classes: dict[str, type]) -> None:
        self.known = classes
        self.names: dict[str, int] = {}
        self.leaves: list[str | int | float | bool | None] = []
        self.leaf_places: dict[tuple[type, str], int] = {}
        self.nodes: list[list[int]] = []
        self.places: dict[int, int] = {}  # of a node, by the object's id
        self.alive: list[object] = []  # an id is an object's own only while the object lives

    def tables(self, value: object) -> _Tables:
        self.place((value,))  # so that the last node is there, and holds it
        shift = len(self.leaves) - 1  # nodes stand behind the leaves
        nodes = [
            [node[0], *(place if place >= 0 else shift - place for place in node[1:])]
            for node in self.nodes
        ]
        return _Tables(self.leaves, [*self.names], nodes)

    def place(self, value: object) -> int:
        """Where a value stands: a leaf from 0 up, a node from -1 down."""
        if value is None or (isinstance(value, str | int | float) and type(value) in _LEAVES):
            key = (type(value), repr(value))
            if key not in self.leaf_places:
                self.leaf_places[key] = len(self.leaves)
                self.leaves.append(value)
            return self.leaf_places[key]
        if id(value) in self.places:
            return self.places[id(value)]
        name, parts = self._apart(value)
        node = [self.names.setdefault(name, len(self.names)), *map(self.place, parts)]
        self.nodes.append(node)
        self.alive.append(value)
        self.places[id(value)] = -len(self.nodes)
        return -len(self.nodes)

    def _apart(self, value: Any) -> tuple[str, tuple[object, ...]]:
        class_ = type(value)
        if class_ is tuple:
            return _TUPLE, value
        if self.known.get(class_.__name__) is not class_:
            raise Unpackable(f"a value of {class_.__name__} was not expected")
        if isinstance(value, Enum):
            return class_.__name__, (value.value,)
        if isinstance(value, _ADDRESSES):
            return class_.__name__, (str(value),)
        return class_.__name__, tuple(getattr(value, name) for name in _fields(class_))


def _declared(class_: type) -> tuple[Any, ...]:
    if issubclass(class_, Enum):
        return (Union[tuple({type(member.value) for member in class_})],)  # noqa: UP007 - made at run time
    if class_ in _ADDRESSES:
        return (str,)
    hints: dict[str, Any] = {}
    for one in reversed(class_.__mro__):
        hints |= get_annotations(one, eval_str=True)  # in half the time of typing's own
    return tuple(hints[name] for name in _fields(class_))


def _fields(class_: type) -> tuple[str, ...]:
    """The names of a dataclass's or a structure's fields, in their order."""
    structure: tuple[str, ...] = getattr(class_, "__struct_fields__", ())
    return structure or tuple(getattr(class_, "__dataclass_fields__", ()))


def _fits(kind: _Kind, declared: Any) -> bool:
    """Whether a value of that kind is of a declared type.

    >>> _fits(str, str | None), _fits(bool, int), _fits(frozenset({int}), tuple[int, ...])
    (True, False, True)
    """
    origin = get_origin(declared)
    if origin in (Union, UnionType):
        return any(_fits(kind, one) for one in get_args(declared))
    if origin is tuple:
        if isinstance(kind, type):
            return False
        member, *rest = get_args(declared)
        return rest == [Ellipsis] and all(_fits(one, member) for one in kind)
    return kind is (NoneType if declared is None else declared)
