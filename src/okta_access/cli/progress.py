"""How far a scan is, in one line on stderr that is drawn twice a second by a thread of its own."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MEGA = 1_000_000
_ERASE = "\r\x1b[K"


def progress_line(done: int, total: int | None, events: int, seconds: float) -> str:
    """Bytes done of all, the rates so far, and the time left where the total is known.

    >>> progress_line(250_000_000, 1_000_000_000, 200_000, 2.0)
    '250 of 1,000 MB, 25%, 125 MB/s, 100,000 events judged/s, 6 s left'
    >>> progress_line(5_000_000, None, 0, 2.0)
    '5 MB, 2 MB/s, 0 events judged/s'
    """
    rate = done / seconds
    rates = f"{rate / _MEGA:,.0f} MB/s, {events / seconds:,.0f} events judged/s"
    if not total:
        return f"{done / _MEGA:,.0f} MB, {rates}"
    part = min(done / total, 1.0)
    left = f", {_duration((total - done) / rate)} left" if 0 < done <= total else ""
    return f"{done / _MEGA:,.0f} of {total / _MEGA:,.0f} MB, {part:.0%}, {rates}{left}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


class Progress:
    """The line on a terminal. ``done`` and ``events`` are asked for the state, by a thread.

    It is drawn ``every`` so many seconds; what is done sooner shows nothing.
    """

    def __init__(
        self,
        total: int | None,
        done: Callable[[], int],
        events: Callable[[], int],
        every: float = 0.5,
    ):
        self._every = every
        self._total = total
        self._done = done
        self._events = events
        self._lock = threading.Lock()
        self._end = threading.Event()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw the line until the block ends, then take it away."""
        thread = threading.Thread(target=self._draw, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            thread.join()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the line away while something else is printed on the same terminal."""
        with self._lock:
            self._write(_ERASE)
            yield

    def _draw(self) -> None:
        from shutil import get_terminal_size  # only a terminal needs it

        start = time.monotonic()
        while not self._end.wait(self._every):
            seconds = time.monotonic() - start
            line = progress_line(self._done(), self._total, self._events(), seconds)
            with self._lock:
                self._write(_ERASE + line[: get_terminal_size().columns - 1])
        self._write(_ERASE)

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
