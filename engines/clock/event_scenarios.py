"""How single events come, once and again, and how punctually rules run meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from engines.clock.arrivals import HOUR, MINUTE, Arrival, Numbered, Pause, time_of
from engines.clock.promised import Promise
from engines.clock.scenarios import LONG

COPIES = 3
"""How often an event comes at most."""
_OLD = 7 * 24 * HOUR
"""How late an event comes where any age is allowed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How a copy of an event comes: how late, searchable how long after that, and where."""

    late: int
    lag: int = 0
    index: int = 0


@dataclass(frozen=True, slots=True)
class EventScenario:
    """How events come, and how punctually rules run.

    ``sends`` gives the copies of an event, the first of them sooner than a rule's promise says.
    ``at_once``: they all come in one hour, ten hours after the last. ``skips``: every third run
    does not take place. ``down``: for how long there are no runs; with ``dark`` nothing comes in
    then either, but right after. ``promised``: whether a rule says that it misses nothing then.
    """

    name: str
    sends: Callable[[Random, Promise], Sequence[Sent]]
    at_once: bool = False
    skips: bool = False
    down: Callable[[Promise], int] | None = None
    dark: bool = False
    promised: bool = True


def _prompt(dice: Random, _promise: Promise) -> Sequence[Sent]:
    return [Sent(dice.randrange(MINUTE))]


def _late(dice: Random, promise: Promise) -> Sequence[Sent]:
    most = _OLD if promise.late is None else promise.late
    return [Sent(dice.choice((0, most, dice.randrange(most + 1))))]


def _lagging(dice: Random, promise: Promise) -> Sequence[Sent]:
    return [
        Sent(dice.randrange(MINUTE), dice.choice((promise.lag, dice.randrange(promise.lag + 1))))
    ]


def _again(dice: Random, promise: Promise) -> Sequence[Sent]:
    return [*_prompt(dice, promise), *_late(dice, promise)]


def _elsewhere(dice: Random, promise: Promise) -> Sequence[Sent]:
    copies = (_late(dice, promise)[0].late for _ in range(dice.randrange(COPIES)))
    later = (Sent(late, index=dice.randrange(COPIES)) for late in copies)
    return [*_prompt(dice, promise), *later]


def _too_late(dice: Random, promise: Promise) -> Sequence[Sent]:
    most = promise.late or 0
    return [Sent(dice.choice((dice.randrange(MINUTE), most + dice.randrange(1, 48) * HOUR)))]


EVENT_SCENARIOS = (
    EventScenario("on time", _prompt),
    EventScenario("as late as is allowed, out of order", _late),
    EventScenario("searchable as late as is allowed", _lagging),
    EventScenario("each again, in the same index", _again),
    EventScenario("some again, in other indices", _elsewhere),
    EventScenario("all at once, ten hours later", _prompt, at_once=True),
    EventScenario("every third run skipped", _prompt, skips=True),
    EventScenario("a restart, as long as is allowed", _prompt, down=lambda promise: promise.down),
    EventScenario("no runs for 12 hours", _again, down=lambda _: LONG, promised=False),
    EventScenario(
        "nothing runs or comes for 12 hours",
        _prompt,
        down=lambda _: LONG,
        dark=True,
        promised=False,
    ),
    EventScenario("some come later than is allowed", _too_late, promised=False),
)


def event_arrivals(
    events: Numbered, scenario: EventScenario, promise: Promise, pause: Pause | None, dice: Random
) -> list[Arrival]:
    """The events with their places, and at the next places their copies, on their way."""
    last = max(time_of(event) for _, event in events)
    found = []
    for place, event in events:
        time = time_of(event)
        for copy, sent in enumerate(scenario.sends(dice, promise)):
            stamped = time + sent.late
            if scenario.at_once:
                stamped = last + 10 * HOUR + dice.randrange(HOUR)
            if scenario.dark and pause and pause.begins <= stamped < pause.begins + pause.length:
                stamped = pause.begins + pause.length + dice.randrange(5 * MINUTE)
            seen = stamped + sent.lag
            found.append(Arrival(place + copy, event, time, seen, sent.lag, sent.index))
    return found
