"""CSV tables: exports of Okta's console, Splunk and Kibana, told by their header.

A row becomes what the product's JSON export would hold: its raw event where a column keeps it, else
the fields of the columns, under the names that the catalogue gives them in that product.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader
from typing import Any

import msgspec

from okta_access.catalog.model import PUBLISHED, Catalog, Field
from okta_access.catalog.template import Event
from okta_access.logs.layout import SPACE
from okta_access.logs.record import LONGEST, Record, Unread

_DELIMITERS = (",", ";", "\t")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_KIBANA_TIME = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d{2}:\d{2}:\d{2}(?:\.\d+)?)")
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_MOST_TARGETS = 4  # as many as Okta's console has columns for


class Table(msgspec.Struct, frozen=True):
    """A CSV table by its header. ``lost`` says what its columns do not hold, if anything."""

    product: str
    delimiter: str
    header: tuple[str, ...]
    lost: str
    object_of: Callable[[dict[str, str]], Any]

    def records(self, stream: BufferedReader, line: int) -> Iterator[Record]:
        """The rows of a stream whose header stands on ``line``, as JSON; memory holds one row."""
        csv.field_size_limit(LONGEST)
        begin = line
        rows = csv.reader(_texts(stream), delimiter=self.delimiter)
        try:
            next(rows)  # the header
            begin = line + rows.line_num
            for cells in rows:
                if any(cells):
                    yield Record(begin, self._data(cells))
                begin = line + rows.line_num
        except csv.Error as error:
            reason = f"the table cannot be read on: {error}; is a quotation mark not closed?"
            yield Record(begin, Unread(b"", reason))

    def _data(self, cells: list[str]) -> bytes:
        text = self.delimiter.join(cells).encode("utf-8", "surrogateescape")
        if len(cells) != len(self.header):
            reason = f"a row of {len(cells)} cells, under a header of {len(self.header)}"
            return Unread(text, reason)
        held = {name: cell for name, cell in zip(self.header, cells, strict=True) if cell}
        try:
            return json.dumps(self.object_of(held), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return Unread(text, "not UTF-8")


def table_of(head: bytes, catalog: Catalog) -> Table | None:
    """The table that begins so (white space taken off); None where this is none that is known.

    >>> from okta_access.catalog.load import load_catalog
    >>> table_of(b"timestamp;event_type;actor.id\\n", load_catalog()).product
    "Okta's console"
    >>> table_of(b"root:x:0:0:root\\n", load_catalog()) is None
    True
    """
    if head[:1] in (b"{", b"["):
        return None
    line = head.partition(b"\n")[0].rstrip(SPACE).decode("utf-8", "replace")
    for delimiter in _DELIMITERS:
        try:
            (header,) = csv.reader([line], delimiter=delimiter) if line else ((),)
        except csv.Error:  # binary data, or a line without an end
            return None
        names = tuple(name.strip() for name in header)
        for known in (_splunk, _kibana, _console):
            found = known(delimiter, names, catalog)
            if found is not None:
                return found
    return None


def _splunk(delimiter: str, names: tuple[str, ...], catalog: Catalog) -> Table | None:
    columns = {field.splunk: field for field in _fields(catalog)}
    if "_raw" not in names and columns["eventType"].splunk not in names:
        return None
    members = {name for name, field in columns.items() if field.member}
    timed = PUBLISHED in names or "_time" not in names

    def object_of(held: dict[str, str]) -> Any:
        result: dict[str, Any] = {
            name: cell.split("\n") if name in members else cell for name, cell in held.items()
        }
        if not timed and "_time" in held:
            result[PUBLISHED] = held["_time"]
        return {"result": result}

    has = {*names, PUBLISHED} if "_time" in names else {*names}
    lost = "" if "_raw" in names else _lost(columns, has)
    return Table("Splunk", delimiter, names, lost, object_of)


def _kibana(delimiter: str, names: tuple[str, ...], catalog: Catalog) -> Table | None:
    columns = {field.elastic: field for field in _fields(catalog)}
    if "event.original" not in names and "okta.event_type" not in names:
        return None

    def object_of(held: dict[str, str]) -> Any:
        document: dict[str, Any] = {}
        for name, cell in held.items():
            field = columns.get(name)
            if cell == "-":  # what Kibana writes where there is nothing
                continue
            if field is not None and field.member:
                document[name] = cell.split(", ")
            else:
                document[name] = _kibana_time(cell) if name == "@timestamp" else cell
        return document

    if "event.original" in names:
        return Table("Kibana", delimiter, names, "", object_of)
    lost = "; ".join(filter(None, (_lost(columns, {*names}), "times it shows are taken as UTC")))
    return Table("Kibana", delimiter, names, lost, object_of)


def _console(delimiter: str, names: tuple[str, ...], catalog: Catalog) -> Table | None:
    """Okta's console writes the API's names in snake case, and numbers the targets."""
    columns = {"timestamp" if f.path == PUBLISHED else _snake(f): f for f in _fields(catalog)}
    if "event_type" not in names or "timestamp" not in names:
        return None
    single = {name: field for name, field in columns.items() if not field.member}
    members = [
        (number, f"{array}{number}.{key}", field)
        for name, field in columns.items()
        if field.member
        for array, _, key in (name.partition("."),)
        for number in range(_MOST_TARGETS)
    ]

    def object_of(held: dict[str, str]) -> Any:
        event: Event = {}
        for name, field in single.items():
            if name in held:
                *parents, last = field.steps
                place = event
                for step in parents:
                    place = place.setdefault(step, {})
                place[last] = held[name]
        arrays: dict[str, dict[int, Event]] = {}
        for number, name, field in members:
            if name in held:
                array, key = field.steps[0], field.steps[-1]
                arrays.setdefault(array, {}).setdefault(number, {})[key] = held[name]
        return event | {array: [one[n] for n in sorted(one)] for array, one in arrays.items()}

    has = {*names} | {_snake(field) for _, name, field in members if name in names}
    return Table("Okta's console", delimiter, names, _lost(columns, has), object_of)


def _fields(catalog: Catalog) -> tuple[Field, ...]:
    return (*catalog.fields.values(), *catalog.envelope.values())


def _lost(columns: dict[str, Field], names: set[str]) -> str:
    lost = ", ".join(field.path for name, field in columns.items() if name not in names)
    return f"it has no column for {lost}" if lost else ""


def _snake(field: Field) -> str:
    return _CAPITAL.sub("_", field.path).lower()


def _kibana_time(text: str) -> str:
    """Kibana's way to write times, as RFC 3339 without a zone; any other text as it is.

    >>> _kibana_time("Mar 5, 2026 @ 02:14:12.402")
    '2026-03-05T02:14:12.402'
    """
    match = _KIBANA_TIME.fullmatch(text)
    if match is None or match[1] not in _MONTHS:
        return text
    month = _MONTHS.index(match[1]) // 3 + 1
    return f"{match[3]}-{month:02}-{int(match[2]):02}T{match[4]}"


def _texts(stream: BufferedReader) -> Iterator[str]:
    """The lines of a stream; a byte that is no UTF-8 is half a character, and told by that."""
    for line in iter(partial(stream.readline, LONGEST), b""):
        yield line.decode("utf-8", "surrogateescape")
