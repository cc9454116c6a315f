"""Which events a scan judges, and what it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec

from okta_access.logs.place import Place
from okta_access.matching.events.type_check import WrongType
from okta_access.rules.model import Level

NAMED = 20  # so many places are named; all are counted


class TimeRange(msgspec.Struct, frozen=True):
    """Events to judge, in microseconds since 1970: from ``since``, before ``until``."""

    since: int | None = None
    until: int | None = None

    @property
    def bound(self) -> bool:
        """Whether there is a range at all."""
        return self.since is not None or self.until is not None

    def holds(self, time: int | None) -> bool:
        """Whether an event of that time is judged; one of unreadable time always is."""
        if time is None:
            return True
        after = self.since is None or time >= self.since
        return after and (self.until is None or time < self.until)


class Tally(msgspec.Struct):
    """What a scan saw, for its summary.

    ``events`` were judged; ``others`` are of types that neither the catalogue nor a rule names.
    ``passed_over`` counts lines that were not decoded, for they hold none of these types: others
    too, unless they are no events at all. So the figures are the same however a log is laid out.
    ``untimed`` counts events that a correlation would have counted had their ``published`` been
    readable; ``untimed_places`` names the first of them.
    """

    events: int = 0
    others: int = 0
    passed_over: int = 0
    outside_range: int = 0
    untimed: int = 0
    untimed_places: list[Place] = msgspec.field(default_factory=list)
    alerts: Counter[tuple[Level, str]] = msgspec.field(default_factory=Counter)
    wrong_types: Counter[WrongType] = msgspec.field(default_factory=Counter)

    def join(self, later: Tally, placed: Callable[[Place], Place]) -> None:
        """Count what another tally counted; ``placed`` says where its places really are."""
        self.events += later.events
        self.others += later.others
        self.passed_over += later.passed_over
        self.outside_range += later.outside_range
        self.untimed += later.untimed
        self.untimed_places += map(placed, later.untimed_places)
        del self.untimed_places[NAMED:]
        self.wrong_types += later.wrong_types
