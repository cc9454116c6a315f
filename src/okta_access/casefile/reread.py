"""The logs read once more: the events of alerts, what happened around them, what rules rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from io import BufferedReader

from okta_access.assumptions.answers import LogCount
from okta_access.casefile.facts import Facts, facts_of, keys_of
from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.catalog.times import SECOND, event_time
from okta_access.errors import InputError
from okta_access.logs.events import events_of, read_events
from okta_access.logs.inputs import STDIN
from okta_access.logs.place import Place
from okta_access.logs.reading import Reading
from okta_access.logs.records import Record, Start, records
from okta_access.scan.alerts import Alert

AROUND = 3600 * SECOND
"""How long before and after an alert its neighbours may be, in microseconds."""

MOST_EVENTS = 20
"""Events of an alert that are shown; a correlation may have thousands."""

_NEIGHBOURS = 12  # of an alert, the nearest in time

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An event near an alert, and what the two have in common."""

    facts: Facts
    shared: tuple[str, ...]


@dataclass(slots=True)
class Around:
    """What was found near one alert; ``seen`` counts all of it."""

    neighbours: list[Neighbour] = field(default_factory=list)
    seen: int = 0


def events_of_alerts(
    alerts: Sequence[Alert], reading: Reading
) -> dict[Place, dict[str | None, Event]]:
    """The events of alerts, by the place where they begin and their uuid.

    What is not found any more (stdin, a file that has changed) is left out.
    """
    wanted: dict[str, set[int]] = {}
    for alert in alerts:
        for place in alert.source[:MOST_EVENTS]:
            wanted.setdefault(place.file, set()).add(place.line)
    found: dict[Place, dict[str | None, Event]] = {}
    for name, lines in wanted.items():
        for line, event in _at(name, lines, reading):
            found.setdefault(Place(name, line), {}).setdefault(uuid_of(event), event)
    return found


def _at(name: str, lines: set[int], reading: Reading) -> Iterator[tuple[int, Event]]:
    def chosen(stream: BufferedReader, start: Start) -> Iterator[Record]:
        return (one for one in records(stream, start) if one.line in lines)

    if name == STDIN:
        return
    try:
        for line, event in events_of(name, _ignore, reading, chosen):
            if line in lines:  # a table gives all its rows
                yield line, event
    except InputError:
        return


def read_on(
    names: tuple[str, ...],
    own: Sequence[tuple[Alert, Sequence[Event]]],
    catalog: Catalog,
    reading: Reading,
) -> tuple[list[Around], LogCount]:
    """What lies around each alert, whose events are given, and what the logs say of the ledger.

    Events of alerts are no neighbours. Copies of an event count once for an alert.
    """
    search = _Search(own, catalog)
    log = LogCount(catalog)
    files = tuple(name for name in names if name != STDIN)
    for place, event in read_events(files, _ignore, _ignore, reading=reading):
        log.add(event)
        search.see(place, event)
    return search.found(), log


class _Search:
    """Looks at every event of a log for what it shares with alerts that are near in time."""

    def __init__(self, own: Sequence[tuple[Alert, Sequence[Event]]], catalog: Catalog) -> None:
        self._catalog = catalog
        self._spans = [_span(alert) for alert, _ in own]
        self._by_key: dict[Key, list[int]] = {}
        self._own: set[tuple[str | None, str]] = set()
        for number, (_, events) in enumerate(own):
            for event in events:
                self._own.add((uuid_of(event), event_type_of(event)))
                for key in keys_of(event, catalog):
                    alerts = self._by_key.setdefault(key, [])
                    if alerts[-1:] != [number]:
                        alerts.append(number)
        known = [span for span in self._spans if span is not None]
        self._from = min((first for first, _ in known), default=0) - AROUND
        self._to = max((last for _, last in known), default=0) + AROUND
        self._around = [_Nearest() for _ in own]

    def see(self, place: Place, event: Event) -> None:
        """Look at one event."""
        time = event_time(event)
        if time is None or not self._from <= time <= self._to:
            return
        name = uuid_of(event), event_type_of(event)
        if name in self._own and name[0] is not None:
            return
        shared: dict[int, dict[str, None]] = {}
        for key in keys_of(event, self._catalog):
            for number in self._by_key.get(key, ()):
                shared.setdefault(number, {})[key[0]] = None
        for number, kinds in shared.items():
            span = self._spans[number]
            distance = None if span is None else max(span[0] - time, time - span[1], 0)
            if distance is not None and distance <= AROUND:
                nearest = self._around[number]
                if nearest.has_room(distance, name[0]):
                    facts = facts_of(event, place, self._catalog)
                    nearest.add(distance, Neighbour(facts, tuple(kinds)))

    def found(self) -> list[Around]:
        """What was found, alert by alert."""
        return [one.around() for one in self._around]


class _Nearest:
    """The nearest neighbours of an alert, and how many there were."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Neighbour]] = []
        self._seen = 0
        self._uuids: set[str] = set()

    def has_room(self, distance: int, uuid: str | None) -> bool:
        """Count an event; whether it is among the nearest so far, and no copy of one of these."""
        if uuid is not None and uuid in self._uuids:
            return False
        self._seen += 1
        return len(self._heap) < _NEIGHBOURS or -self._heap[0][0] > distance

    def add(self, distance: int, neighbour: Neighbour) -> None:
        """Keep a neighbour; the farthest goes where there are too many."""
        entry = (-distance, -self._seen, neighbour)
        if neighbour.facts.uuid:
            self._uuids.add(neighbour.facts.uuid)
        if len(self._heap) < _NEIGHBOURS:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)

    def around(self) -> Around:
        """What is left, by time."""
        left = [neighbour for _, _, neighbour in self._heap]
        left.sort(key=lambda one: (one.facts.time or 0, one.facts.uuid))
        return Around(left, self._seen)


def _span(alert: Alert) -> tuple[int, int] | None:
    if alert.time is None:
        return None
    return (alert.time if alert.first is None else alert.first), alert.time


def _ignore(_: object) -> None:
    """The scan has told of it."""


def own_events(alert: Alert, found: dict[Place, dict[str | None, Event]]) -> list[Event | None]:
    """The first events of an alert, in its order; None where one is not found again."""
    pairs: Iterable[tuple[Place, str | None]] = zip(alert.source, alert.events, strict=True)
    return [found.get(place, {}).get(uuid) for place, uuid in [*pairs][:MOST_EVENTS]]
