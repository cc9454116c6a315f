"""How the events of correlations come, and how punctually rules run meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from engines.clock.arrivals import HOUR, MINUTE, Arrival, Numbered, time_of

Delay = Callable[[Random, int], int]
"""How late an event comes, given how late a rule says that it may."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """How events come, and how punctually rules run.

    ``copies``: each event comes a second time. ``lags``: searches find it as late as they may after
    it came, which is of Splunk alone: a rule by ``@timestamp`` knows no other lateness.
    ``skips``: every third run does not take place. ``down``: for how long no run takes place, given
    the longest time that is promised to do no harm. ``promised``: whether a rule says that it
    misses nothing then. What it finds must be true in each of them.
    """

    name: str
    delay: Delay
    copies: bool = False
    lags: bool = False
    skips: bool = False
    down: Callable[[int], int] | None = None
    promised: bool = True


def _prompt(dice: Random, _most: int) -> int:
    return dice.randrange(MINUTE)


def _late(dice: Random, most: int) -> int:
    return dice.choice((0, most, dice.randrange(most + 1)))


def _too_late(dice: Random, most: int) -> int:
    return dice.choice((dice.randrange(MINUTE), most + dice.randrange(1, 48) * HOUR))


def _outage(_dice: Random, most: int) -> int:
    return most + 12 * HOUR


LONG = 12 * HOUR
"""A night without the SIEM."""

SCENARIOS = (
    Scenario("on time", _prompt),
    Scenario("as late as is allowed", _late),
    Scenario("searchable as late as is allowed", _prompt, lags=True),
    Scenario("each event twice", _late, copies=True),
    Scenario("every third run skipped", _prompt, skips=True),
    Scenario("a restart, as long as is allowed", _prompt, down=lambda longest: longest),
    Scenario("no runs for 12 hours", _prompt, down=lambda _: LONG, promised=False),
    Scenario("some come too late", _too_late, copies=True, promised=False),
    Scenario("all come after an outage", _outage, promised=False),
)


def arrivals(
    events: Numbered, scenario: Scenario, most: int, dice: Random, most_lag: int = 0
) -> Sequence[Arrival]:
    """The events with their places, each followed by that of its copy, on their way.

    ``most`` is how many milliseconds late an event may come by the rule's word, ``most_lag`` how
    much later searches may come to find it.
    """
    found = []
    for place, event in events:
        time = time_of(event)
        for copy in range(1 + scenario.copies):
            late = scenario.delay(dice, most)
            lag = dice.choice((most_lag, dice.randrange(most_lag + 1))) if scenario.lags else 0
            found.append(Arrival(place + copy, event, time, time + late + lag, lag, index=copy))
    return found
