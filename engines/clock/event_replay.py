"""Rules on single events replayed: one for all whose schedule is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from engines.clock.arrivals import HOUR, Arrival, Numbered, Pause
from engines.clock.event_scenarios import COPIES, EVENT_SCENARIOS, EventScenario, event_arrivals
from engines.clock.findings import Finding
from engines.clock.kibana_events import KibanaEventRule
from engines.clock.promised import Promise
from engines.clock.schedules import Alike
from engines.clock.splunk import Reading, SplunkSearch
from engines.clock.tally import Tally
from okta_access.catalog.model import PUBLISHED, UUID, Catalog
from okta_access.catalog.times import time_text
from okta_access.generate.event_makers import MatchMaker, NearMissMaker
from okta_access.generate.sample import sample
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import EventRule

_SEED = 1
_MATCHES, _MISSES = 18, 6
_START = 1_767_225_600_000  # milliseconds since 1970: any will do
_LENGTH = 12 * HOUR


def made(rule: EventRule, catalog: Catalog, number: int) -> list[dict[str, Any]]:
    """A history of a rule: events that match and events that miss by one condition, in 12 hours.

    They come in bursts and alone, no two of one history or of two with one uuid.
    """
    seed = f"{_SEED} {rule.name} {number}"
    events = sample(MatchMaker(rule, catalog), _MATCHES, seed)
    events += [one.event for one in sample(NearMissMaker(rule, catalog), _MISSES, seed)]
    dice, history = Random(seed), []
    hour = 0
    for place, event in enumerate(dice.sample(events, len(events))):
        hour = dice.choice((hour, dice.randrange(_LENGTH // HOUR)))
        time = _START + hour * HOUR + dice.randrange(HOUR)
        uuid = f"{number:08x}-0000-4000-8000-{place:012x}"
        history.append({**event, UUID: uuid, PUBLISHED: time_text(1000 * time)})
    return history


def numbered(histories: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[Numbered]:
    """The histories with their places, where each event has room for its copies."""
    place = 0
    for history in histories:
        yield [(place + COPIES * n, event) for n, event in enumerate(history)]
        place += COPIES * len(history)


@dataclass(frozen=True, slots=True)
class EventReplay:
    """Histories of a rule, and what both SIEMs make of them, with a tally for each scenario.

    ``alike`` are the rules that the replay stands for, that one among them.
    """

    rule: EventRule
    alike: Alike
    catalog: Catalog
    histories: Sequence[Numbered]

    def on_kibana(self, rule: KibanaEventRule, promise: Promise) -> Iterator[Tally]:
        """As Kibana runs it; a copy may alert again where another index holds it."""
        schedule = rule.schedule
        for scenario in _possible(promise):
            counts = _Counts(scenario.promised)
            for dice, sent, pause in self._sent(scenario, promise):
                early = dice.randrange(schedule.interval)
                runs = [*schedule.runs(sent, early, skips=scenario.skips, pause=pause)]
                told = [*rule.alerts(sent, runs)]
                places = Counter(uuid for uuid, _ in {(a.uuid, a.index) for a in sent})
                counts.add(self._matching(sent), told, len(runs), places.__getitem__)
            yield counts.told(self.alike, "kibana", scenario.name, "")

    def on_splunk(self, search: SplunkSearch, promise: Promise) -> Iterator[Tally]:
        """As Splunk runs it; a copy never alerts again."""
        for scenario in _possible(promise):
            for reading in Reading:
                if reading is Reading.MIXED:
                    continue  # its text does not ask for now()
                made_up = reading is Reading.SCHEDULE and scenario.down is not None
                counts = _Counts(scenario.promised or made_up)
                for dice, sent, pause in self._sent(scenario, promise):
                    runs = [*search.runs(sent, dice, reading, skips=scenario.skips, pause=pause)]
                    each = [[*search.findings(sent, [run])] for run in runs]
                    told = search.told([one for found in each for one in found])
                    counts.add(self._matching(sent), told, len(runs), lambda _: 1)
                    counts.twice(each)
                yield counts.told(self.alike, "splunk", scenario.name, reading.value)

    def _sent(
        self, scenario: EventScenario, promise: Promise
    ) -> Iterator[tuple[Random, list[Arrival], Pause | None]]:
        for number, history in enumerate(self.histories):
            dice = Random(f"{_SEED} {scenario.name} {number}")
            begins = _START + dice.randrange(_LENGTH)
            pause = Pause(begins, scenario.down(promise)) if scenario.down else None
            yield dice, event_arrivals(history, scenario, promise, pause, dice), pause

    def _matching(self, sent: Iterable[Arrival]) -> set[str]:
        return {a.uuid for a in sent if matches(self.rule.expr, a.event, self.catalog)}


def _possible(promise: Promise) -> Iterator[EventScenario]:
    """All scenarios, without what comes too late where nothing does."""
    late = promise.late is not None
    yield from (s for s in EVENT_SCENARIOS if late or s.name != EVENT_SCENARIOS[-1].name)


class _Counts:
    """A tally in the making."""

    def __init__(self, promised: bool) -> None:
        self._promised = promised
        self._histories = self._runs = self._findings = 0
        self._alerts = self._missed = self._repeats = 0
        self._faults: list[str] = []

    def add(
        self,
        matching: set[str],
        told: Sequence[Finding],
        runs: int,
        most: Callable[[str], int],
    ) -> None:
        """A history replayed: its events that match, and the alerts; so many of an event may be."""
        times = Counter(one.group[0] for one in told)
        missed = sorted(matching - times.keys())
        self._histories += 1
        self._runs += runs
        self._findings += len(told)
        self._alerts += len(matching)
        self._missed += len(missed)
        self._repeats = max([self._repeats, *times.values()])
        if self._promised:
            self._faults += [f"misses {uuid}" for uuid in missed]
        self._faults += [f"finds {uuid}, which does not match" for uuid in times.keys() - matching]
        for uuid, number in times.items():
            if number > most(uuid):
                self._faults.append(f"alerts {number} times of {uuid}, not at most {most(uuid)}")

    def twice(self, runs: Iterable[Sequence[Finding]]) -> None:
        """Whether a run's results hold an event twice, which no throttle is there for."""
        for found in runs:
            for group, number in Counter(one.group for one in found).items():
                if number > 1:
                    self._faults.append(f"shows {group[0]} {number} times in one run")

    def told(self, alike: Alike, siem: str, scenario: str, reading: str) -> Tally:
        """The tally."""
        return Tally(
            alike.rules, siem, alike.type, scenario, reading, "exact", self._promised,
            self._histories, self._runs, self._findings, self._alerts, self._missed, 0,
            self._repeats, tuple(self._faults),
        )  # fmt: skip
