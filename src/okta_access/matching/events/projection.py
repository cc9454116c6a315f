"""Events cut down to the fields that rules read, as typed records.

msgspec builds the record and checks it in one step in C. An event of the plain shape - every field
that is there has its catalogued type - becomes a record, and the generated matchers need not ask
what they hold; any other event is left to the reference evaluator. So strange data cost time where
they occur, and nothing where they do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from okta_access.catalog.model import PUBLISHED, UUID, Catalog, Field, FieldType
from okta_access.catalog.paths import Event

_UNPROJECTED = {'"', "\\", *map(chr, range(0x20))}  # no such name can be a key of a msgspec struct
_BOOLEAN = bool | Literal["true", "false"] | None


class Step(msgspec.Struct, frozen=True):
    """One attribute on the way to a field, and whether a list of records stands there."""

    attribute: str
    array: bool


class Place(msgspec.Struct, frozen=True):
    """Where a field is in the record: the steps to its owner, and the owner's attribute."""

    steps: tuple[Step, ...]
    attribute: str
    boolean: bool


class Projection:
    """The record type for a catalogue and further paths that rules read.

    A path that no record can carry is left out: the prefix of another path, a list of plain
    values, a key with quotes or control characters. :meth:`place` then gives None.
    """

    def __init__(self, catalog: Catalog, further_paths: Iterable[str] = ()) -> None:
        self._places: dict[str, Place] = {}
        root = _Node()
        envelope = (catalog.envelope[UUID], catalog.envelope[PUBLISHED])
        fields = [*catalog.fields.values(), *envelope]
        known = {known.path for known in fields}
        fields += [_text_field(path) for path in sorted({*further_paths} - known)]
        # Shorter paths first: they tell which of the objects on a longer one are arrays.
        for one in sorted(fields, key=lambda one: len(one.steps)):
            root.add(one)
        self._type = root.record_type((), self._places)
        self._decode = msgspec.json.Decoder(self._type).decode

    def decode(self, data: bytes) -> msgspec.Struct | None:
        """The record of an event's JSON text, or None where it is not of the plain shape.

        None also for what is no JSON object. msgspec checks all of the text, but for the UTF-8 of
        what it passes over, which is checked here.
        """
        try:
            if not data.isascii():
                data.decode()
            return self._decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def read(self, event: Event) -> msgspec.Struct | None:
        """The record of an event, or None where the event is not of the plain shape."""
        try:
            return msgspec.convert(event, self._type)
        except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for a lone surrogate
            return None

    def place(self, path: str) -> Place | None:
        """Where a path's value stands in the record, or None where it is left out."""
        return self._places.get(path)


class _Node(msgspec.Struct):
    leaf: Field | None = None
    array: bool = False
    children: dict[str, _Node] = msgspec.field(default_factory=dict)

    def add(self, leaf: Field) -> None:
        nodes = [self]
        for step in leaf.steps:
            nodes.append(nodes[-1].children.setdefault(step, _Node()))
        nodes[-1].leaf = leaf
        inner = nodes[1:-1]
        if leaf.member and inner and not any(node.array for node in inner):
            inner[-1].array = True

    def record_type(
        self, steps: tuple[Step, ...], places: dict[str, Place]
    ) -> type[msgspec.Struct]:
        attributes: list[tuple[str, Any, None]] = []
        names: dict[str, str] = {}
        for key, child in self.children.items():
            if not _UNPROJECTED.isdisjoint(key):
                continue
            attribute = f"f{len(attributes)}"
            leaf = child.leaf
            if child.children:
                inner = child.record_type((*steps, Step(attribute, child.array)), places)
                type_: Any = list[inner | None] | None if child.array else inner | None  # type: ignore[valid-type]  # made at run time
            elif leaf is not None and not (leaf.member and len(leaf.steps) == 1):
                boolean = leaf.type is FieldType.BOOLEAN
                type_ = _BOOLEAN if boolean else str | None
                places[leaf.path] = Place(steps, attribute, boolean)
            else:
                continue
            attributes.append((attribute, type_, None))
            names[attribute] = key
        return msgspec.defstruct("Record", attributes, rename=names, gc=False, frozen=True)


def _text_field(path: str) -> Field:
    return Field(path, FieldType.STRING, True, False, (), "", "", "")
