"""Files through a scan: alerts as they are found; what is no event is handed to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from okta_access.catalog.template import Event
from okta_access.errors import InputError, Span
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.envelopes import Envelope
from okta_access.logs.inputs import BROKEN_STREAM, STDIN, damage, open_log
from okta_access.logs.pieces import Piece, pieces_of
from okta_access.logs.place import Place
from okta_access.logs.reading import current
from okta_access.logs.records import Layout, Record, records, start_of
from okta_access.logs.rejects import Reject
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan
from okta_access.scan.sift import sift

if TYPE_CHECKING:
    from okta_access.scan.parallel import Judged, Workers

_PLAIN = (Envelope.AUTO, Envelope.NONE)  # an event that stands alone is one then
OnReject = Callable[[Reject], None]
OnMissing = Callable[[InputError], None]


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
) -> Iterator[tuple[Place, Event]]:
    """The events of files in this order, each with its place.

    ``on_missing`` hears of a file that cannot be opened or read on; the rest is read.
    """
    for name in log_files(names):
        try:
            for line, event in _events(name, records, on_reject):
                yield Place(name, line), event
        except InputError as error:
            on_missing(error)


def scan_files(
    scan: Scan,
    names: tuple[str, ...],
    on_reject: OnReject,
    on_missing: OnMissing,
    *,
    strict: bool = False,
    jobs: int = 1,
) -> Iterator[Alert]:
    """Scan files in this order: alerts of events as they come, then those of correlations.

    ``on_missing`` hears of a file that cannot be opened or read on; the rest is scanned.
    ``strict`` decodes every line, also those that no rule can be about. ``jobs`` is how many
    processes read long files of JSON Lines; the alerts are the same.
    """
    strict = strict or current().envelope not in _PLAIN
    with ExitStack() as stack:
        crew = stack.enter_context(_workers(scan, jobs)) if jobs > 1 else None
        for name in log_files(names):
            scan.next_file(name)
            try:
                pieces = _pieces(name) if crew is not None else ()
                if crew is not None and pieces:
                    judged = crew.judge(name, pieces, strict=strict)
                    yield from _joined(scan, name, judged, on_reject)
                else:
                    yield from _scan_file(scan, name, on_reject, strict)
            except InputError as error:
                on_missing(error)
    yield from scan.finish()


def _workers(scan: Scan, jobs: int) -> AbstractContextManager[Workers]:
    from okta_access.scan.parallel import workers  # what processes take is a fifth of a start

    return workers(scan, jobs)


def _pieces(name: str) -> tuple[Piece, ...]:
    try:
        return pieces_of(name)
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error


def _joined(
    scan: Scan, name: str, judged: Iterator[Judged], on_reject: OnReject
) -> Iterator[Alert]:
    before, meter = 0, current().meter
    for one in judged:
        for reject in one.rejects:
            on_reject(replace(reject, place=Place(name, reject.place.line + before)))
        for raised in one.raised:
            alert = scan.accept(raised, Place(name, raised.line + before))
            if alert is not None:
                yield alert
        scan.join(one.part, before)
        before += one.lines
        if meter is not None:
            meter.done += one.size


def _scan_file(scan: Scan, name: str, on_reject: OnReject, strict: bool) -> Iterator[Alert]:
    def chosen(stream: BufferedReader) -> Iterator[Record]:
        start = start_of(stream)
        if start.layout is Layout.LINES and not strict:
            return sift(stream, start.line, scan)
        return records(stream, start)

    for line, event in _events(name, chosen, on_reject):
        yield from scan.add(event, line)


def _events(
    name: str, chosen: Callable[[BufferedReader], Iterator[Record]], on_reject: OnReject
) -> Iterator[tuple[int, Event]]:
    line = 0
    try:
        with open_log(name) as stream:
            for record in chosen(stream):
                line = record.line
                event = decode(record.data)
                if isinstance(event, NoEvent):
                    on_reject(Reject(Place(name, line), event.reason, record.data))
                else:
                    yield line, event
    except BROKEN_STREAM as error:
        on_reject(Reject(Place(name, line), damage(error), b""))
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
