"""Files through a scan: alerts as they are found; what is no event is handed to the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from okta_access.catalog.template import Event
from okta_access.errors import InputError, Span
from okta_access.scan.alerts import Alert, Place
from okta_access.scan.decode import NoEvent, decode
from okta_access.scan.engine import Scan
from okta_access.scan.inputs import BROKEN_STREAM, STDIN, open_log
from okta_access.scan.records import records


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is no event: where, why, and its bytes."""

    place: Place
    reason: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


OnReject = Callable[[Reject], None]
OnMissing = Callable[[InputError], None]
OnRecord = Callable[[int], None]


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
    on_record: OnRecord = lambda _: None,
) -> Iterator[tuple[Place, Event]]:
    """The events of files in this order, each with its place.

    ``on_missing`` hears of a file that cannot be opened or read on; the rest is read.
    ``on_record`` hears of the bytes of each record.
    """
    for name in log_files(names):
        try:
            for line, event in _events(name, on_reject, on_record):
                yield Place(name, line), event
        except InputError as error:
            on_missing(error)


def scan_files(
    scan: Scan,
    names: tuple[str, ...],
    on_reject: OnReject,
    on_missing: OnMissing,
    on_record: OnRecord = lambda _: None,
) -> Iterator[Alert]:
    """Scan files in this order: alerts of events as they come, then those of correlations.

    ``on_missing`` hears of a file that cannot be opened or read on; the rest is scanned.
    ``on_record`` hears of the bytes of each record.
    """
    for name in log_files(names):
        try:
            yield from _scan_file(scan, name, on_reject, on_record)
        except InputError as error:
            on_missing(error)
    yield from scan.finish()


def _scan_file(scan: Scan, name: str, on_reject: OnReject, on_record: OnRecord) -> Iterator[Alert]:
    scan.next_file(name)
    for line, event in _events(name, on_reject, on_record):
        yield from scan.add(event, line)


def _events(name: str, on_reject: OnReject, on_record: OnRecord) -> Iterator[tuple[int, Event]]:
    line = 0
    try:
        with open_log(name) as stream:
            for record in records(stream):
                line = record.line
                on_record(len(record.data))
                event = decode(record.data)
                if isinstance(event, NoEvent):
                    on_reject(Reject(Place(name, line), event.reason, record.data))
                else:
                    yield line, event
    except BROKEN_STREAM as error:
        reason = f"the compressed file is damaged or cut off after this line ({error})"
        on_reject(Reject(Place(name, line), reason, b""))
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
