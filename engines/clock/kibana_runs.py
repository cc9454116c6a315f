"""When Kibana runs a rule, and what of time each run asks for.

After Kibana's own code and documentation: a run asks for what lies between ``from`` and now. Where
more time than that has passed since the run before, it asks again for as much as lies one
interval earlier, and one more, up to four times; what is left is reported as a gap, for somebody
to fill by hand. A run that was due while Kibana was down starts when it is back, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.clock.arrivals import MINUTE, Arrival, Pause

_UNITS = {"s": 1000, "m": MINUTE, "h": 60 * MINUTE, "d": 1440 * MINUTE}
_SPAN = re.compile(r"(?:now-)?([0-9]+)([smhd])")
MADE_UP_FOR = 4
"""The most intervals before ``from`` of which a late run makes up."""


def milliseconds(text: str) -> int:
    """A length of time as Kibana writes it.

    >>> milliseconds("now-80m"), milliseconds("5m")
    (4800000, 300000)
    """
    found = _SPAN.fullmatch(text)
    assert found is not None, f"{text!r} is no length of time"
    return int(found[1]) * _UNITS[found[2]]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that starts at ``now``; the times that it asks for, the earliest first."""

    now: int
    spans: tuple[tuple[int, int], ...]

    def views(self, arrivals: Sequence[Arrival], *, own_time: bool) -> Iterator[list[Arrival]]:
        """What is seen in each of the times, by ``@timestamp`` or by arrival; never nothing."""
        for first, last in self.spans:
            seen = [
                a
                for a in arrivals
                if a.seen <= self.now and first <= (a.time if own_time else a.stamped) <= last
            ]
            if seen:
                yield seen


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every ``interval`` milliseconds a rule looks at the last ``reach``."""

    interval: int
    reach: int

    @classmethod
    def of(cls, shipped: Mapping[str, Any]) -> Schedule:
        """A rule's, as its line of the NDJSON says it."""
        assert shipped.get("to", "now") == "now"
        return cls(milliseconds(shipped["interval"]), milliseconds(shipped["from"]))

    @property
    def most_runs(self) -> int:
        """How many runs can see one and the same event."""
        return self.reach // self.interval + 1

    def runs(
        self, arrivals: Sequence[Arrival], early: int, *, skips: bool, pause: Pause | None = None
    ) -> Iterator[Run]:
        """The runs that can see one of these, the first ``early`` before the first can be seen.

        One comes before the pause. ``skips``: every third does not take place.
        """
        first = min(a.stamped for a in arrivals)
        now = min(first, pause.begins - 1 if pause else first) - early
        last = max(a.seen for a in arrivals) + self.reach + self.interval
        number, before = 0, None
        while now < last:
            if pause is not None and now >= pause.begins:
                now, pause = now + pause.length, None
            if not (skips and number % 3 == 2):
                yield Run(now, tuple(self._spans(now, before)))
                before = now
            now, number = now + self.interval, number + 1

    def _spans(self, now: int, before: int | None) -> Iterator[tuple[int, int]]:
        gap = 0 if before is None else now - before - self.reach
        made_up = min(MADE_UP_FOR, -(-gap // self.interval)) if gap > 0 else 0
        for earlier in range(made_up, -1, -1):
            end = now - earlier * self.interval
            yield end - self.reach, end
