"""The items of a rule's detection, read off the tree: broken neighbours hide nothing here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from okta_access.errors import Span
from okta_access.lint.documents import selection_entries
from okta_access.lint.run import Run
from okta_access.rules.model import Atom, atoms
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.items import ItemReader
from okta_access.rules.reading.source import Entry, Node, Scalar, Sequence
from okta_access.rules.reading.source import Mapping as MappingNode


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
    """All atoms that can be read, of broken selections and rules too.

    A field in the wrong case is read as the one it means, so that its values are judged as well.
    """
    by_document: dict[int, list[Item]] = {}
    for item in run.once(items):
        by_document.setdefault(id(item.document), []).append(item)
    meant = {path.lower(): path for path in run.catalog.fields}
    found: list[PlacedAtom] = []
    for document in run.documents:
        own = by_document.get(id(document), [])
        whole = {selection.name: selection for selection in document.selections}
        mended = {item.selection for item in own if _mended(item, meant) is not item.entry}
        for name, _ in _selections(document):
            if name in whole and name not in mended:
                found.extend(PlacedAtom(document, name, atom) for atom in atoms(whole[name].expr))
                continue
            for item in own:
                if item.selection == name:
                    # What the reader says of them is the loader's to tell, and told.
                    expr = ItemReader(run.catalog).read(_mended(item, meant))
                    read = atoms(expr) if expr is not None else ()
                    found.extend(PlacedAtom(document, name, atom) for atom in read)
    return tuple(found)


def _mended(item: Item, meant: Mapping[str, str]) -> Entry:
    """The entry with its field in the right case; the entry itself where that is so already."""
    right = meant.get(item.field.lower(), item.field)
    if right == item.field:
        return item.entry
    text = "|".join((right, *item.modifiers))
    return Entry(replace(item.entry.key, value=text, text=text), item.entry.value)


def prefix_span(scalar: Scalar, length: int) -> Span:
    """The first characters of a text, where it stands on one line; else all of it."""
    span = scalar.span
    if span.line != span.end_line:
        return span
    start = span.column + (1 if scalar.quoted else 0)
    return Span(span.file, span.line, start, span.line, start + length)


def _selections(document: RuleDocument) -> Iterator[tuple[str, Node]]:
    for entry in selection_entries(document):
        yield entry.name, entry.value


def _items(document: RuleDocument, selection: str, node: Node) -> Iterator[Item]:
    if isinstance(node, Sequence):
        for member in node.items:
            yield from _items(document, selection, member)
    elif isinstance(node, MappingNode):
        for entry in node.entries:
            field, *modifiers = entry.name.split("|")
            if field:
                yield Item(
                    document, selection, entry, field, tuple(modifiers), _scalars(entry.value)
                )


def _scalars(node: Node) -> tuple[Scalar, ...]:
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(member for member in members if isinstance(member, Scalar))
