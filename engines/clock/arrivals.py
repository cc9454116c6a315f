"""Events on their way to a SIEM: when it comes to hold them, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from okta_access.catalog.model import UUID
from okta_access.catalog.times import event_time

MINUTE = 60_000
HOUR = 60 * MINUTE

Numbered = list[tuple[int, Mapping[str, Any]]]
"""Events with their places among the documents loaded."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event, its own time and when the SIEM came to hold it, in milliseconds since 1970.

    ``place`` is its place among the documents loaded; a copy has one of its own. From ``seen`` on
    searches find it; it was stamped (``event.ingested``, ``_indextime``) ``lag`` milliseconds
    earlier. ``index`` is the backing index that holds it.
    """

    place: int
    event: Mapping[str, Any]
    time: int
    seen: int
    lag: int = 0
    index: int = 0

    @property
    def uuid(self) -> str:
        """The event's uuid, which copies share."""
        return str(self.event[UUID])

    @property
    def stamped(self) -> int:
        """When it reached the SIEM, by the SIEM's word."""
        return self.seen - self.lag


@dataclass(frozen=True, slots=True)
class Pause:
    """A time without runs: it begins just before the first run due at ``begins`` or later.

    What was due in the meantime starts, or is left out, ``length`` milliseconds after that.
    """

    begins: int
    length: int


def within(arrivals: Sequence[Arrival], length: int, dice: Random) -> Pause:
    """A pause of that length which begins while these events come."""
    first, last = min(a.seen for a in arrivals), max(a.seen for a in arrivals)
    return Pause(dice.randrange(first, last + 1), length)


def time_of(event: Mapping[str, Any]) -> int:
    """The event's own time."""
    microseconds = event_time(event)
    assert microseconds is not None, "histories tell the time"
    return microseconds // 1000
