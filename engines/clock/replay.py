"""Correlations replayed: histories made up, sent on their way, and what two SIEMs find in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Any

from engines.clock.arrivals import MINUTE, Arrival, Numbered, within
from engines.clock.findings import Finding
from engines.clock.kibana import KibanaRule, duration, licensed_alerts
from engines.clock.promised import Promise
from engines.clock.promises import Meaning
from engines.clock.scenarios import SCENARIOS, Scenario, arrivals
from engines.clock.shipped import Shipped
from engines.clock.splunk import Reading
from engines.clock.tally import Tally
from okta_access.catalog.model import UUID
from okta_access.compile.model import Job, Verdict
from okta_access.generate.choices import Choices
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.history_builder import History
from okta_access.generate.sample import draws
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import Correlation

_SEED = 1


class Replay:
    """The rules of a job, as both SIEMs are given them."""

    def __init__(
        self, job: Job, shipped: Shipped, engine: ElasticsearchOracle, histories: int = 1
    ) -> None:
        """``histories`` are how many are made up of each kind."""
        self._job, self._engine, self._histories = job, engine, histories
        self._shipped = shipped

    @property
    def rules(self) -> tuple[Correlation, ...]:
        """The correlations."""
        return self._job.rules.correlations

    def of(self, rule: Correlation) -> Iterator[Tally]:
        """A tally for each SIEM and scenario."""
        meaning = Meaning(rule, self._job.rules.referenced(rule), self._job.catalog)
        histories = self._made(rule)
        events = [event for history in histories for event in history]
        self._engine.delete()
        # Each event twice: a copy is a document of its own, as in another index.
        report = self._engine.load(event for one in events for event in (one, one))
        unlike = {*report.refused, *report.altered}
        numbered, place = [], 0
        for history in histories:
            numbered.append([(place + 2 * n, event) for n, event in enumerate(history)])
            place += 2 * len(history)
        whole = [h for h in numbered if not any(event[UUID] in unlike for _, event in h)]
        for scenario in SCENARIOS:
            if not scenario.lags:
                yield from self._on_kibana(meaning, whole, scenario)
            yield from self._on_splunk(meaning, whole, scenario)

    def _made(self, rule: Correlation) -> list[list[Mapping[str, Any]]]:
        """Histories of every kind, whose events share no uuid."""
        maker = HistoryMaker(rule, self._job.rules.referenced(rule), self._job.catalog)
        made = [
            maker.make_kind(kind, Choices(data))
            for kind in maker.kinds
            for data in islice(draws(f"{_SEED} {rule.name} {kind}", BYTES), self._histories)
        ]
        return [_own_uuids(number, one) for number, one in enumerate(made)]

    def _on_kibana(
        self, meaning: Meaning, histories: Sequence[Numbered], scenario: Scenario
    ) -> Iterator[Tally]:
        rule = KibanaRule(self._shipped.kibana[meaning.rule.meta.id], self._engine)
        schedule, span = rule.schedule, 1000 * meaning.rule.timespan.seconds
        verdict = self._shipped.verdicts[meaning.rule.name]
        bound = schedule.reach if verdict is Verdict.BOUNDED else None
        # A rule that has no time to spare for a run that does not take place promises none.
        promised = scenario.promised and (
            not scenario.skips or rule.slack(span) > schedule.interval + MINUTE
        )
        unlicensed, licensed = (_Counts(meaning, bound, promised=promised) for _ in range(2))
        for number, history in enumerate(histories):
            dice = Random(f"{_SEED} {scenario.name} {number}")
            sent = arrivals(history, scenario, rule.slack(span), dice)
            early = dice.randrange(schedule.interval)
            pause = within(sent, scenario.down(rule.slack(span)), dice) if scenario.down else None
            runs = [*schedule.runs(sent, early, skips=scenario.skips, pause=pause)]
            found = [*rule.findings(sent, runs)]
            # After an alert a threshold rule counts later events alone.
            whole = not rule.counts_on
            unlicensed.add(sent, found, len(runs), most=schedule.most_runs, whole=whole)
            told = licensed_alerts(found, duration(rule.shipped))
            # There what is told again are later events, which a threshold rule counts anew.
            once = None if rule.counts_on else 1
            licensed.add(sent, found, len(runs), most=once, whole=whole, told=told)
        kind, name = rule.shipped["type"], scenario.name
        yield unlicensed.told("kibana", kind, name, "suppression not licensed", verdict)
        yield licensed.told("kibana", kind, name, "suppression licensed", verdict)

    def _on_splunk(
        self, meaning: Meaning, histories: Sequence[Numbered], scenario: Scenario
    ) -> Iterator[Tally]:
        search = self._shipped.search(meaning.rule.name)
        promise = Promise.of_splunk(search, 1000 * meaning.rule.timespan.seconds)
        assert promise.late is not None
        for reading in Reading:
            if reading is Reading.MIXED and not (scenario.skips or scenario.down):
                continue  # runs are no later than `schedule_window` then
            sure = scenario.promised or (
                scenario.down is not None and reading is Reading.SCHEDULE and search.makes_up
            )
            tally = _Counts(meaning, None, promised=sure)
            for number, history in enumerate(histories):
                dice = Random(f"{_SEED} {scenario.name} {number}")
                sent = arrivals(history, scenario, promise.late, dice, promise.lag)
                down = scenario.down and scenario.down(promise.down)
                pause = within(sent, down, dice) if down else None
                runs = [*search.runs(sent, dice, reading, skips=scenario.skips, pause=pause)]
                found = [*search.findings(sent, runs)]
                tally.add(sent, found, len(runs), told=search.told(found))
            yield tally.told("splunk", "search", scenario.name, reading.value, Verdict.EXACT)


class _Counts:
    """A tally in the making."""

    def __init__(self, meaning: Meaning, bound: int | None, *, promised: bool) -> None:
        self._meaning, self._bound, self._promised = meaning, bound, promised
        self._histories = self._runs = self._findings = 0
        self._alerts = self._missed = self._silenced = self._repeats = 0
        self._faults: list[str] = []

    def add(
        self,
        sent: Sequence[Arrival],
        found: Sequence[Finding],
        runs: int,
        *,
        most: int | None = None,
        told: Sequence[Finding] | None = None,
        whole: bool = True,
    ) -> None:
        """A history replayed; ``most`` findings of one alert are promised, if any number is.

        ``whole``: a finding must have been able to count all events of the alert it stands for.
        ``told`` are those that a throttle lets through. It runs on the scheduler's clock, so that
        a second alert of a group may fall silent; the first may not.
        """
        meaning = self._meaning
        told = found if told is None else told
        missed = [*meaning.missed(sent, found, whole=whole)]
        silenced = [one for one in meaning.missed(sent, told, whole=False) if one not in missed]
        repeats = meaning.repeats(sent, told)
        self._silenced += len(silenced)
        heard = {one.group for one in told}
        self._faults += [f"says nothing of {g}" for g, _ in silenced if g not in heard]
        self._histories += 1
        self._runs += runs
        self._findings += len(told)
        self._alerts += len(meaning.alerts(sent))
        self._missed += len(missed)
        self._repeats = max(self._repeats, repeats)
        if self._promised:
            self._faults += [f"misses {group or 'the one group'}" for group, _ in missed]
        invented = meaning.invented(sent, found, self._bound)
        self._faults += [f"finds {one.group or 'the one group'}, which is not" for one in invented]
        if most is not None and repeats > most:
            self._faults.append(f"finds one alert {repeats} times, not at most {most}")

    def told(self, siem: str, type_: str, scenario: str, reading: str, verdict: Verdict) -> Tally:
        """The tally."""
        return Tally(
            (self._meaning.rule.name,),
            siem,
            type_,
            scenario,
            reading,
            verdict.value,
            self._promised,
            self._histories,
            self._runs,
            self._findings,
            self._alerts,
            self._missed,
            self._silenced,
            self._repeats,
            tuple(self._faults),
        )


def _own_uuids(number: int, history: History) -> list[Mapping[str, Any]]:
    """The events with uuids that no other history has; copies stay copies."""
    new: dict[str, str] = {}
    for event in history.events:
        new.setdefault(str(event[UUID]), f"{number:08x}-0000-4000-8000-{len(new):012x}")
    return [{**event, UUID: new[str(event[UUID])]} for event in history.events]
