"""Events as the flat rows that pth_10 searches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engines.pth_10.rewriting import between, column
from okta_access.catalog.model import UUID, Catalog
from okta_access.prove.evidence import Event
from okta_access.spl.beliefs import Beliefs
from okta_access.spl.engine import Indexed
from okta_access.spl.fields import Losses, leaves, read_as
from okta_access.spl.values import Value

READINGS = (Beliefs(), Beliefs(null_text=True, empty_text=True))
_LINE_BREAKS = "\n\r\u0085\u2028\u2029"


@dataclass(frozen=True, slots=True)
class Row:
    """An event under a reading of Splunk's extraction.

    ``cells`` hold a text for each column; rows that hold the same in all of them are one row for
    pth_10, of one ``uuid``. ``unsure`` are the fields, by Splunk's names, of which this row does
    not hold what the log does, or holds what pth_10 reads otherwise.
    """

    event: str
    uuid: str
    cells: Mapping[str, str]
    unsure: frozenset[str]


def rows_of(events: Iterable[Event], fields: Collection[str], catalog: Catalog) -> Iterator[Row]:
    """The rows of events: one, or two where JSON nulls or empty texts can be read in two ways."""
    known = {**catalog.fields, **catalog.envelope}
    names = {path: field.splunk for path, field in known.items()}
    losses = Losses(catalog)
    columns = {field: column(field) for field in sorted(fields)}
    uuids: dict[tuple[str, ...], str] = {}
    for event in events:
        where = Indexed(event)
        found = leaves(event)
        beyond = {names[path] for path in losses.of(event)}
        readings = []
        for beliefs in READINGS:
            held = read_as(found, beliefs)
            values = {field: held.get(field) for field in columns}
            if values not in readings:
                readings.append(values)
        for values in readings:
            cells = {
                "index": where.index,
                "sourcetype": where.sourcetype,
                **{column: _cell(values[field]) for field, column in columns.items()},
            }
            number = uuids.setdefault(tuple(cells.values()), f"row-{len(uuids)}")
            odd = {field for field, value in values.items() if _is_odd(value)}
            yield Row(str(event[UUID]), number, {UUID: number, **cells}, frozenset(beyond | odd))


def _cell(value: Value) -> str:
    return between(value) if isinstance(value, str) else ""


def _is_odd(value: Value) -> bool:
    """Whether there are several values, or one of several lines, whose end ``*`` does not reach."""
    if isinstance(value, str):
        return any(sign in value for sign in _LINE_BREAKS)
    return value is not None
