"""Histories of one correlation put together: what makes it fire, and events put in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from okta_access.catalog.model import PUBLISHED, UUID, Catalog
from okta_access.catalog.template import EPOCH, Event, rfc3339
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import FormulaMaker
from okta_access.generate.group_events import GroupEvents, Key, plain_event
from okta_access.rules.model import Correlation, CorrelationType, EventRule
from okta_access.rules.solver.logic import negated, some
from okta_access.rules.solver.satisfy import Unsatisfiable

HOUR, DAY = 3_600_000, 86_400_000  # milliseconds, the unit of all offsets here
_COUNTING = (CorrelationType.EVENT_COUNT, CorrelationType.VALUE_COUNT)
_EPOCH = datetime.fromisoformat(EPOCH)

Steps = list[tuple[int, Event]]
"""Events with their offsets in milliseconds from the history's start."""


@dataclass(frozen=True, slots=True)
class History:
    """Events in the order in which a reader meets them, and how many alerts they must raise."""

    kind: str
    events: tuple[Event, ...]
    alerts: int


class HistoryBuilder:
    """What the histories of one correlation have in common.

    ``size`` events are enough to fire, ``span`` is the timespan in milliseconds. ``exclusive``
    says that no event need match two rules of a temporal correlation at once, so that leaving one
    event out leaves one rule out.
    """

    def __init__(
        self, correlation: Correlation, rules: Sequence[EventRule], catalog: Catalog
    ) -> None:
        self.correlation = correlation
        self.catalog = catalog
        self.source = GroupEvents(correlation, rules, catalog)
        self.span = correlation.timespan.seconds * 1000
        self.size = correlation.threshold
        self.counts = correlation.type in _COUNTING
        self.ordered = correlation.type is CorrelationType.TEMPORAL_ORDERED
        self.value_field = correlation.value_field
        if self.value_field is not None and len(self.source.values) < self.size:
            raise Unsatisfiable(
                (),
                f"`{self.value_field}` cannot have {self.size} different values in one group",
            )
        self._numbers = range(len(rules))
        key = self.source.keys[0]
        # An event of two rules that read the key from different fields is in two groups.
        self._apart = not self.counts or bool(correlation.aliases)
        self.exclusive = not self._apart or all(
            self.source.maker(self.source.alone(n, self._numbers), self.source.pins(key, n))
            for n in self._numbers
        )
        self.other_keys = tuple(key for key in self.source.keys[1:] if self._can_fire(key))

    def slots(self, choices: Choices, key: Key | None = None) -> list[FormulaMaker]:
        """Makers of as many events as are enough; the last of them makes the correlation fire."""
        key = self.source.keys[0] if key is None else key
        found = []
        for place in range(self.size):
            number = choices.index(len(self._numbers)) if self.counts else place
            made = self._slot(number, key, place)
            assert made is not None, "the groups were found so that each rule can match in them"
            found.append(made)
        return found

    def _slot(self, number: int, key: Key, place: int) -> FormulaMaker | None:
        others = self._numbers if self._apart and self.exclusive else ()
        return self.source.maker(self.source.alone(number, others), self.pins(key, number, place))

    def _can_fire(self, key: Key) -> bool:
        numbers = [(n, place) for place in range(self.size) for n in self._numbers]
        if not self.counts:
            numbers = [(n, n) for n in self._numbers]
        return all(self._slot(n, key, place) is not None for n, place in numbers)

    def pins(self, key: Key, number: int, place: int) -> list[tuple[str, str]]:
        """What the event of a rule in this place must hold: the key and, where counted, a value."""
        value = [(self.value_field, self.source.values[place])] if self.value_field else []
        return [*self.source.pins(key, number), *value]

    def number(self, place: int) -> int:
        """The rule that the event in this place is of, where all places are filled in one way."""
        return 0 if self.counts else place

    def path(self, name: str, place: int) -> str:
        """Where the event in this place holds a group key."""
        keys = self.correlation.keys[self.number(place)]
        return dict(zip(self.correlation.group_by, keys, strict=True))[name]

    def all_slots(
        self, pins: Sequence[Sequence[tuple[str, str]]], absent: Sequence[str] = ()
    ) -> list[FormulaMaker] | None:
        """Makers of events with these pins instead, one per place; nothing if any is impossible.

        ``absent`` are the paths that hold nothing, one per place.
        """
        exprs = self.source.exprs
        found = [
            self.source.maker(exprs[self.number(place)], one, absent[place] if absent else None)
            for place, one in enumerate(pins)
        ]
        whole = [maker for maker in found if maker is not None]
        return whole if len(whole) == len(found) else None

    def timed(
        self, slots: Sequence[FormulaMaker], choices: Choices, span: int | None = None
    ) -> Steps:
        """An event of each, over the given span or (without one) any within the timespan."""
        if span is None:
            span = choices.index(self.span + 1)
        between = sorted(choices.index(span + 1) for _ in range(len(slots) - 2))
        offsets = [0, *between, span][: len(slots)]
        return [(at, plain_event(slot, choices)) for at, slot in zip(offsets, slots, strict=True)]

    def unmatched(self, choices: Choices) -> Steps:
        """Sometimes events of the same group that no rule matches."""
        count = choices.pick((0, 0, 0, 1, 2))
        nothing = negated(some(*self.source.exprs))
        key = self.source.keys[0]
        pins = [pin for number in self._numbers for pin in self.source.pins(key, number)]
        made = self.source.maker(nothing, pins) if count else None
        if made is None:
            return []
        return [(choices.index(self.span + 1), plain_event(made, choices)) for _ in range(count)]

    def history(self, kind: str, steps: Steps, alerts: int, choices: Choices) -> History:
        """The steps from a chosen moment on."""
        return self.history_from(choices.index(300) * DAY + choices.index(DAY), kind, steps, alerts)

    def history_from(self, start: int, kind: str, steps: Steps, alerts: int) -> History:
        """The steps from ``start`` milliseconds after the template's time on."""
        events = []
        for number, (offset, event) in enumerate(sorted(steps, key=lambda step: step[0]), 1):
            time = _EPOCH + timedelta(milliseconds=start + offset)
            uuid = f"00000000-0000-4000-8000-{number:012x}"
            events.append({**event, UUID: uuid, PUBLISHED: rfc3339(time)})
        return History(kind, tuple(events), alerts)


def moved(history: History, clock: int, number: int, timespan: int) -> tuple[History, int, int]:
    """The history set at ``clock`` (seconds after the template's time), its uuids counted on.

    Gives it with the clock and the number for the next one: two timespans and a day later, so that
    neither windows nor throttling reach across.
    """
    times = [datetime.fromisoformat(str(event[PUBLISHED])) for event in history.events]
    shift = _EPOCH + timedelta(seconds=clock) - min(times)
    uuids: dict[str, str] = {}
    events = []
    for event, time in zip(history.events, times, strict=True):
        uuid = uuids.setdefault(
            str(event[UUID]), f"00000000-0000-4000-8000-{number + len(uuids) + 1:012x}"
        )
        events.append({**event, UUID: uuid, PUBLISHED: rfc3339(time + shift)})
    length = int((max(times) - min(times)).total_seconds()) + 1
    later = clock + length + 2 * timespan + 86_400
    return History(history.kind, tuple(events), history.alerts), later, number + len(uuids)
