"""Following a stream of JSON Lines: what an event brings about is told before the next is read."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from okta_access.catalog.identity import uuid_of
from okta_access.catalog.times import event_time, microseconds
from okta_access.errors import InputError, Span
from okta_access.logs.arrivals import Arrivals, Stop
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.inputs import STDIN
from okta_access.logs.place import Place
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.logs.records import Layout, Record, Start, records
from okta_access.logs.rejects import Reject
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.matching.correlations.stream import Untimely
from okta_access.matching.correlations.watermark import Clock, wall_clock
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan

_BUFFER = 1 << 17
_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ")
_ARRAY = re.compile(rb"\[\s*+(?:[{\[\]]|$)")
_TAIL = "tail -n +1 -F FILE | okta-access scan --follow -"

OnUntimely = Callable[[Untimely, int, Place], None]


@contextmanager
def open_stream(name: str) -> Iterator[int]:
    """The descriptor of a stream: ``-`` for stdin, or a pipe's name.

    Raises :class:`InputError` for a file or folder, and for what cannot be opened.
    """
    if name == STDIN:
        if sys.stdin is None:  # a shell's `<&-`
            raise InputError("stdin is closed", span=Span.whole(name))
        yield sys.stdin.fileno()
        return
    try:
        kind = Path(name).stat().st_mode
        if stat.S_ISREG(kind) or stat.S_ISDIR(kind):
            raise InputError(
                "only stdin or a named pipe can be followed", span=Span.whole(name), hint=_TAIL
            )
        # Without waiting for somebody who writes: that wait could not be ended by a signal.
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(reason or str(error), span=Span.whole(name)) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class Follower:
    """A scan that follows a stream of this name; alerts are handed to ``write`` at once.

    ``lateness`` is in microseconds. ``on_reject`` hears of every line that is no event, and
    ``on_untimely`` of events that a correlation would count and that came out of time: what
    befell them, how many more, and the place of the line that showed it.
    """

    def __init__(
        self,
        scan: Scan,
        name: str,
        lateness: int,
        write: Callable[[Alert], None],
        on_reject: Callable[[Reject], None],
        on_untimely: OnUntimely,
        clock: Clock = wall_clock,
        *,
        reading: Reading = AS_FOUND,
    ) -> None:
        self.stream = scan.follow(lateness, clock)
        self._scan = scan
        self._name = name
        self._write = write
        self._on_reject = on_reject
        self._on_untimely = on_untimely
        self._reading = reading
        self._told: Counter[Untimely] = Counter()
        scan.next_file(name)

    def follow(self, descriptor: int, stop: Stop, reader: int | None = None) -> None:
        """Judge what arrives until the stream ends or is to end; then judge what still waits.

        ``reader`` is the descriptor alerts are written to. A line that has not arrived as a whole
        when the stream is to end is let go. Raises :class:`InputError` where the first line shows
        that this is no stream of JSON Lines.
        """
        silence = self.stream.watermark.lateness / 1_000_000
        arrivals = Arrivals(descriptor, stop, silence, self.silence, reader)
        for record in records(BufferedReader(arrivals, _BUFFER), Start(1, Layout.LINES)):
            if arrivals.cut:
                break
            if record.line == 1:
                _check_beginning(record, self._name)
            self.take(record)
        self._found(self.stream.alerts())

    def take(self, record: Record) -> None:
        """Judge a line."""
        texts = self._scan.texts
        seen = texts.read(record.data) if self._reading.plain else None
        if seen is not None and texts.settles_read(seen, record.line):
            time, uuid = microseconds(seen.published or ""), seen.uuid
        else:
            event = decode(record.data, self._reading)
            if isinstance(event, NoEvent):
                place = Place(self._name, record.line)
                self._on_reject(Reject(place, event.reason, record.data))
                return
            for alert in self._scan.add(event, record.line):
                self._write(alert)
            time, uuid = event_time(event), uuid_of(event)
        if time is not None:
            found = self.stream.reach(time, uuid)
            if found:
                self._found(found)
        if self.stream.untimely != self._told:
            self._tell(Place(self._name, record.line))

    def silence(self) -> None:
        """Nothing has come for as long as the lateness."""
        self._found(self.stream.catch_up())

    def _found(self, found: Iterable[CorrelationAlert]) -> None:
        for alert in self._scan.correlated(found):
            self._write(alert)

    def _tell(self, place: Place) -> None:
        for kind, new in (self.stream.untimely - self._told).items():
            self._on_untimely(kind, new, place)
        self._told = self.stream.untimely.copy()


def _check_beginning(record: Record, name: str) -> None:
    """Refuse what would only come to one complaint a line."""
    begin = record.data[:64]
    if begin.startswith(_COMPRESSED):
        reason, hint = "it is compressed", "unpack it on the way: zcat, zstdcat"
    elif b"\0" in begin[:4] or begin[:2] in (b"\xff\xfe", b"\xfe\xff"):
        reason, hint = "it is UTF-16 or UTF-32", "iconv -f UTF-16 -t UTF-8 makes it readable"
    elif _ARRAY.match(begin):
        reason, hint = "it is a JSON array", "jq -c '.[]' writes an event a line"
    elif record.data == b"{":
        reason, hint = "its events go over several lines", "jq -c . writes an event a line"
    else:
        return
    raise InputError(
        f"{reason}; a stream is followed line by line, an event on each",
        span=Span.whole(name),
        hint=hint,
    )
