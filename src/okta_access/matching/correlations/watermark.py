"""How far a stream of events has come, by their own times and by nothing else.

An event says when it happened and not how many earlier ones are still under way. So the stream is
taken to have come as far as the greatest time seen, less a lateness that is left to stragglers. Two
things keep a single wrong time from carrying it away, for what is older than the watermark is late:
a time counts once a second event has reached it, and no event counts that this machine's clock puts
into the future by more than the lateness. In a live stream the watermark is thus never ahead of the
clock; and a log of long ago runs as fast as it is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""This machine's time, in microseconds since 1970."""


def wall_clock() -> int:
    """The time now, in microseconds since 1970."""
    return time.time_ns() // 1000


class Watermark:
    """The time before which no event is expected any more; ``lateness`` is in microseconds.

    >>> mark = Watermark(10, clock=lambda: 1000)
    >>> for number, time in enumerate((100, 130, 9999, 120)):
    ...     mark.reach(time, str(number))
    >>> mark.time, mark.greatest
    (110, 130)
    """

    def __init__(self, lateness: int, clock: Clock = wall_clock) -> None:
        self.lateness = lateness
        self.greatest: int | None = None
        self._uuid: str | None = None
        self._confirmed: int | None = None
        self._clock = clock
        self._horizon = clock() + lateness

    @property
    def time(self) -> int | None:
        """The watermark; None as long as no two events have come."""
        return None if self._confirmed is None else self._confirmed - self.lateness

    @property
    def horizon(self) -> int:
        """The latest time that is believed: now and the lateness. It never goes back."""
        self._horizon = max(self._horizon, self._clock() + self.lateness)
        return self._horizon

    def reach(self, time: int, uuid: str | None) -> None:
        """An event of that time has come. A copy of the one that reached furthest tells nothing."""
        if self._confirmed is not None and time <= self._confirmed:
            return
        if time > self.horizon:
            return
        if self.greatest is None or time > self.greatest:
            self._confirmed = self.greatest
            self.greatest, self._uuid = time, uuid
        elif time < self.greatest or uuid != self._uuid:
            self._confirmed = time
