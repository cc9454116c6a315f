"""Events on their way to a SIEM: late, twice, or all at once after an outage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from okta_access.catalog.model import UUID
from okta_access.catalog.times import event_time

MINUTE = 60_000
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event, its own time and when the SIEM came to hold it, in milliseconds since 1970.

    ``place`` is its place among the documents loaded; a copy has one of its own.
    """

    place: int
    event: Mapping[str, Any]
    time: int
    seen: int

    @property
    def uuid(self) -> str:
        """The event's uuid, which copies share."""
        return str(self.event[UUID])


Delay = Callable[[Random, int], int]
"""How late an event comes, given how late a rule says that it may."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """How events come, and how punctually rules run.

    ``copies``: each event comes a second time. ``skips``: every third run does not take place.
    ``promised``: whether a rule says that it misses nothing then. What it finds must be true in
    each of them.
    """

    name: str
    delay: Delay
    copies: bool = False
    skips: bool = False
    promised: bool = True


def _prompt(dice: Random, _most: int) -> int:
    return dice.randrange(MINUTE)


def _late(dice: Random, most: int) -> int:
    return dice.choice((0, most, dice.randrange(most + 1)))


def _too_late(dice: Random, most: int) -> int:
    return dice.choice((dice.randrange(MINUTE), most + dice.randrange(1, 48) * HOUR))


def _outage(_dice: Random, most: int) -> int:
    return most + 12 * HOUR


SCENARIOS = (
    Scenario("on time", _prompt),
    Scenario("as late as is allowed", _late),
    Scenario("each event twice", _late, copies=True),
    Scenario("every third run skipped", _prompt, skips=True),
    Scenario("some come too late", _too_late, copies=True, promised=False),
    Scenario("all come after an outage", _outage, promised=False),
)


def arrivals(
    events: Sequence[tuple[int, Mapping[str, Any]]], scenario: Scenario, most: int, dice: Random
) -> list[Arrival]:
    """The events with their places, each followed by that of its copy, on their way.

    ``most`` is how many milliseconds late an event may come by the rule's word.
    """
    found = []
    for place, event in events:
        microseconds = event_time(event)
        assert microseconds is not None, "histories tell the time"
        time = microseconds // 1000
        found.append(Arrival(place, event, time, time + scenario.delay(dice, most)))
        if scenario.copies:
            found.append(Arrival(place + 1, event, time, time + scenario.delay(dice, most)))
    return found
