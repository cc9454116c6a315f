"""The items of a rule's detection, read off the tree: broken neighbours hide nothing here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okta_access.errors import Span
from okta_access.lint.run import Run
from okta_access.rules.document import RuleDocument
from okta_access.rules.items import ItemReader
from okta_access.rules.model import Atom, atoms
from okta_access.rules.source import Entry, Mapping, Node, Scalar, Sequence

_NO_SELECTIONS = frozenset({"condition", "timeframe"})


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a selection: ``field|modifiers: values``."""

    document: RuleDocument
    selection: str
    entry: Entry
    field: str
    modifiers: tuple[str, ...]
    values: tuple[Scalar, ...]

    @property
    def field_span(self) -> Span:
        """Where the field's name stands, without its modifiers."""
        return prefix_span(self.entry.key, len(self.field))


@dataclass(frozen=True, slots=True)
class PlacedAtom:
    """An atom, with the document and the selection that hold it."""

    document: RuleDocument
    selection: str
    atom: Atom


def items(run: Run) -> tuple[Item, ...]:
    """All items of all documents, in the order of the files."""
    return tuple(
        item
        for document in run.documents
        for name, node in _selections(document)
        for item in _items(document, name, node)
    )


def placed_atoms(run: Run) -> tuple[PlacedAtom, ...]:
    """All atoms that can be read, of broken selections and rules too."""
    found: list[PlacedAtom] = []
    broken: set[tuple[int, str]] = set()
    for document in run.documents:
        whole = {selection.name: selection for selection in document.selections}
        for name, _ in _selections(document):
            if name in whole:
                found.extend(PlacedAtom(document, name, atom) for atom in atoms(whole[name].expr))
            else:
                broken.add((id(document), name))
    for item in run.once(items) if broken else ():
        if (id(item.document), item.selection) in broken:
            expr = ItemReader(run.catalog).read(item.entry)  # its problems are the loader's to tell
            if expr is not None:
                found.extend(
                    PlacedAtom(item.document, item.selection, atom) for atom in atoms(expr)
                )
    return tuple(found)


def prefix_span(scalar: Scalar, length: int) -> Span:
    """The first characters of a text, where it stands on one line; else all of it."""
    span = scalar.span
    if span.line != span.end_line:
        return span
    start = span.column + (1 if scalar.quoted else 0)
    return Span(span.file, span.line, start, span.line, start + length)


def _selections(document: RuleDocument) -> Iterator[tuple[str, Node]]:
    detection = document.tree.get("detection") if isinstance(document.tree, Mapping) else None
    if isinstance(detection, Mapping):
        for entry in detection.entries:
            if entry.name not in _NO_SELECTIONS:
                yield entry.name, entry.value


def _items(document: RuleDocument, selection: str, node: Node) -> Iterator[Item]:
    if isinstance(node, Sequence):
        for member in node.items:
            yield from _items(document, selection, member)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            field, *modifiers = entry.name.split("|")
            if field:
                yield Item(
                    document, selection, entry, field, tuple(modifiers), _scalars(entry.value)
                )


def _scalars(node: Node) -> tuple[Scalar, ...]:
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(member for member in members if isinstance(member, Scalar))
