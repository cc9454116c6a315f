"""Files through a scan: alerts as they are found; what is no event is handed to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader
from typing import TYPE_CHECKING

from msgspec.structs import replace

from okta_access.errors import InputError, Span
from okta_access.logs.events import OnMissing, OnReject, events_of, log_files
from okta_access.logs.pieces import Piece, pieces_of
from okta_access.logs.place import Place
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.logs.records import Layout, Record, Start, records
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan
from okta_access.scan.prefilter import prefiltered
from okta_access.scan.protocol import Judging

if TYPE_CHECKING:
    from okta_access.scan.parallel import JudgedPiece


def scan_files(
    scan: Scan,
    names: tuple[str, ...],
    on_reject: OnReject,
    on_missing: OnMissing,
    *,
    reading: Reading = AS_FOUND,
    strict: bool = False,
    jobs: int = 1,
) -> Iterator[Alert]:
    """Scan files in this order: alerts of events as they come, then those of correlations.

    ``on_missing`` hears of a file that cannot be opened or read on; the rest is scanned.
    ``strict`` decodes every line, also those that no rule can be about. ``jobs`` is how many
    processes read long files of JSON Lines; the alerts are the same.
    """
    if jobs == 1:
        yield from judge_files(scan, names, on_reject, on_missing, reading=reading, strict=strict)
        return
    # What processes take to import is a fifth of a start.
    from okta_access.scan.correlate import alerts_of_processes
    from okta_access.scan.parallel import workers

    strict = strict or not reading.plain
    with workers(scan, reading, jobs) as crew:

        def alerts_of(name: str) -> Iterator[Alert]:
            pieces = _pieces(name)
            if not pieces:
                return _judged(scan, name, on_reject, reading, strict)
            return _joined(scan, name, crew.judge(name, pieces, strict=strict), on_reject, reading)

        yield from _over(scan, names, alerts_of, on_missing)
    yield from scan.finish(partial(alerts_of_processes, jobs=jobs))


def judge_files(
    judge: Judging,
    names: tuple[str, ...],
    on_reject: OnReject,
    on_missing: OnMissing,
    *,
    reading: Reading = AS_FOUND,
    strict: bool = False,
) -> Iterator[Alert]:
    """As :func:`scan_files`, in one process, for whatever takes in events."""
    strict = strict or not reading.plain
    yield from _over(
        judge, names, lambda name: _judged(judge, name, on_reject, reading, strict), on_missing
    )
    yield from judge.finish()


def _over(
    judge: Judging,
    names: tuple[str, ...],
    alerts_of: Callable[[str], Iterator[Alert]],
    on_missing: OnMissing,
) -> Iterator[Alert]:
    for name in log_files(names):
        judge.next_file(name)
        try:
            yield from alerts_of(name)
        except InputError as error:
            on_missing(error)


def _judged(
    judge: Judging, name: str, on_reject: OnReject, reading: Reading, strict: bool
) -> Iterator[Alert]:
    def chosen(stream: BufferedReader, start: Start) -> Iterator[Record]:
        if start.layout is Layout.LINES and not strict:
            return prefiltered(stream, start.line, judge)
        return records(stream, start)

    for line, event in events_of(name, on_reject, reading, chosen):
        yield from judge.add(event, line)


def _pieces(name: str) -> tuple[Piece, ...]:
    try:
        return pieces_of(name)
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error


def _joined(
    scan: Scan, name: str, judged: Iterator[JudgedPiece], on_reject: OnReject, reading: Reading
) -> Iterator[Alert]:
    before = 0
    for one in judged:
        for reject in one.rejects:
            on_reject(replace(reject, place=Place(name, reject.place.line + before)))
        for pending in one.pending:
            alert = scan.alert_of(pending, Place(name, pending.line + before))
            if alert is not None:
                yield alert
        scan.join(one.part, before)
        before += one.lines
        if reading.meter is not None:
            reading.meter.done += one.size
