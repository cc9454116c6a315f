"""Log files → events, each with its place; what is no event is handed to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import Event
from okta_access.errors import InputError, Span
from okta_access.logs.beginnings import check_log, is_json
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.inputs import BROKEN_STREAM, STDIN, damage, open_log
from okta_access.logs.place import Place
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.logs.records import Record, Start, records, start_of
from okta_access.logs.rejects import Reject

OnReject = Callable[[Reject], None]
OnMissing = Callable[[InputError], None]
Chosen = Callable[[BufferedReader, Start], Iterator[Record]]
"""Takes records out of a stream whose beginning has been looked at."""


def log_files(names: tuple[str, ...]) -> tuple[str, ...]:
    """The files of these names; a folder stands for the files below it, in the order of paths."""
    found: dict[str, None] = {}
    for name in names:
        if name != STDIN and Path(name).is_dir():
            inside = sorted(p for p in Path(name).rglob("[!.]*") if p.is_file())
            found.update(dict.fromkeys(str(path) for path in inside))
        else:
            found[name] = None
    return tuple(found)


def read_events(
    names: tuple[str, ...],
    on_reject: OnReject,
    on_missing: OnMissing,
    *,
    reading: Reading = AS_FOUND,
) -> Iterator[tuple[Place, Event]]:
    """The events of files in this order, each with its place.

    ``on_missing`` hears of a file that cannot be opened or read on; the rest is read.
    """
    for name in log_files(names):
        try:
            for line, event in events_of(name, on_reject, reading):
                yield Place(name, line), event
        except InputError as error:
            on_missing(error)


def records_of(
    stream: BufferedReader,
    name: str,
    reading: Reading = AS_FOUND,
    chosen: Chosen = records,
) -> Iterator[Record]:
    """The records of a log: the rows of a table, or what ``chosen`` takes out of the stream.

    Raises :class:`InputError` for what is no log.
    """
    start = start_of(stream)
    head = stream.peek(1)
    if is_json(head):
        return chosen(stream, start)
    from okta_access.logs.tables import table_of  # few logs are tables

    table = table_of(head, reading.catalog or load_catalog())
    if table is None:
        check_log(head, name)
        return chosen(stream, start)
    if table.lost and reading.on_note is not None:
        reading.on_note(f"{name}: a table of {table.product}; {table.lost}")
    return table.records(stream, start.line)


def events_of(
    name: str,
    on_reject: OnReject,
    reading: Reading = AS_FOUND,
    chosen: Chosen = records,
) -> Iterator[tuple[int, Event]]:
    """The events of a file, each with the line on which it begins.

    ``chosen`` takes the records that are to be decoded out of the stream. Raises
    :class:`InputError` where the file cannot be opened or read on.
    """
    line = 0
    try:
        with open_log(name, reading) as stream:
            for record in records_of(stream, name, reading, chosen):
                line = record.line
                event = decode(record.data, reading)
                if isinstance(event, NoEvent):
                    on_reject(Reject(Place(name, line), event.reason, record.data))
                else:
                    yield line, event
    except BROKEN_STREAM as error:
        on_reject(Reject(Place(name, line), damage(error), b""))
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
