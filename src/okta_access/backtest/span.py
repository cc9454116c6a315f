"""The stretch of time that a log covers: its first and its last event."""

from __future__ import annotations

from okta_access.backtest.days import Covered, day_of
from okta_access.catalog.times import microseconds, time_text
from okta_access.logs.place import Place
from okta_access.scan.tally import TimeRange

_LENGTH = len("2026-01-01T00:00:00.000Z")
_NEVER = ("~", "")  # no text lies between these


class Span:
    """The first and the last event within a range, and where they stand.

    ``file`` is the file that is being read.
    """

    def __init__(self, range_: TimeRange) -> None:
        self.file = ""
        self._range = range_
        self._first: tuple[int, Place] | None = None
        self._last: tuple[int, Place] | None = None
        self._low, self._high = _NEVER  # their texts, where these are written as Okta does

    def add(self, published: object, line: int) -> bool:
        """Take note of an event by its ``published``; says whether the range holds it.

        An event of unreadable time is held by every range, and has no part in the span.
        """
        if not isinstance(published, str):
            return True
        oktas = len(published) == _LENGTH and published[10] == "T" and published[-1] == "Z"
        if oktas and self._low <= published <= self._high:
            return True  # texts of this form sort as the times do
        time = microseconds(published)
        if time is None:
            return True
        if not self._range.holds(time):
            return False
        if self._first is None or time < self._first[0]:
            self._first = time, Place(self.file, line)
            self._low = published if oktas else _NEVER[0]
        if self._last is None or time > self._last[0]:
            self._last = time, Place(self.file, line)
            self._high = published if oktas else _NEVER[1]
        return True

    @property
    def covered(self) -> Covered:
        """The first and the last day: of the range where it has an end there, else of the events.

        None where that leaves an end open.
        """
        first = self._first[0] if self._first is not None else None
        last = self._last[0] if self._last is not None else None
        if self._range.since is not None:
            first = self._range.since
        if self._range.until is not None:
            last = self._range.until - 1  # the range ends before this time
        first_day, last_day = day_of(first), day_of(last)
        return None if first_day is None or last_day is None else (first_day, last_day)

    def __str__(self) -> str:
        if self._first is None or self._last is None:
            return "no event with a readable time"
        (first, first_place), (last, last_place) = self._first, self._last
        return f"events from {time_text(first)} ({first_place}) to {time_text(last)} ({last_place})"
