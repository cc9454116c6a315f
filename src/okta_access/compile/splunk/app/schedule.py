"""When searches run, over which time, and when they say the same thing twice.

The scheduler's clock is not the events': an event arrives when it arrives. So each run takes what
was *indexed* in the last two intervals, of events from as far back as lateness allows. Two
intervals, because a run may start late and Splunk does not say whether a relative time then counts
from the schedule or from the start; what is thus seen twice is silenced by the throttle.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from okta_access.rules.settings.files import SplunkSettings
from okta_access.rules.timespans import seconds_of

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Schedule:
    """The interval between runs and the lateness allowed, in minutes."""

    interval: int
    lateness: int

    @property
    def slice(self) -> int:
        """The minutes of index time that a run looks at."""
        return 2 * self.interval

    @property
    def window(self) -> int:
        """The minutes by which the scheduler may delay a run; less than the interval."""
        return max(1, self.interval // 3)

    def cron(self, rule_id: str) -> str:
        """The minutes at which a rule's search runs: spread over the interval by the rule's id.

        >>> Schedule(20, 60).cron("b")
        '2,22,42 * * * *'
        """
        start = hashlib.sha256(rule_id.encode()).digest()[0] % self.interval
        return f"{','.join(map(str, range(start, 60, self.interval)))} * * * *"

    def earliest(self, window_seconds: int = 0) -> str:
        """The start of the time searched, for a correlation over so many seconds."""
        minutes = self.lateness + self.slice + -(-window_seconds // _MINUTE)
        return f"-{minutes}m@m"

    @property
    def least_silence(self) -> int:
        """For how many seconds the same event can be found anew."""
        return (self.slice + self.interval) * _MINUTE

    def silence(self, window_seconds: int | None = None) -> int:
        """For how many seconds a result is silenced: single events as long as they can be seen.

        For a correlation it is its timespan, but never less than events are seen twice.
        """
        if window_seconds is None:
            return self.lateness * _MINUTE + self.least_silence
        return max(window_seconds, self.least_silence)


def schedule_of(settings: SplunkSettings) -> Schedule:
    """The schedule that settings ask for."""
    interval, lateness = seconds_of(settings.interval), seconds_of(settings.lateness)
    assert interval is not None
    assert lateness is not None
    return Schedule(interval // _MINUTE, -(-lateness // _MINUTE))
