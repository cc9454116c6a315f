"""Rules replayed: histories made up, sent on their way, and what two SIEMs find in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Any

import msgspec

from engines.clock.arrivals import MINUTE, SCENARIOS, Arrival, Scenario, arrivals
from engines.clock.findings import Finding
from engines.clock.kibana import KibanaRule
from engines.clock.promises import Meaning
from engines.clock.splunk import SplunkSearch
from okta_access.catalog.model import UUID
from okta_access.compile.model import Job, Verdict
from okta_access.compile.registry import target
from okta_access.compile.splunk.app.conffile import read
from okta_access.generate.choices import Choices
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.history_builder import History
from okta_access.generate.sample import draws
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import Correlation
from okta_access.spl.beliefs import PAIRWISE
from okta_access.spl.engine import Splunk

_SEED = 1
_RULE_NAME = "action.summary_index.okta_access_rule"


Numbered = list[tuple[int, Mapping[str, Any]]]
"""Events with their places among the documents."""


class Tally(msgspec.Struct, frozen=True):
    """What came of a rule on a SIEM when events came so.

    Of the ``alerts`` of the rule, ``missed`` have no finding, and ``silenced`` none that passes the
    throttle, which told of the group shortly before; ``repeats`` are the most findings of one
    alert; ``faults`` broken promises, in words.
    """

    rule: str
    siem: str
    scenario: str
    verdict: str
    histories: int
    runs: int
    findings: int
    alerts: int
    missed: int
    silenced: int
    repeats: int
    faults: tuple[str, ...]


class Replay:
    """The rules of a job, as both SIEMs are given them."""

    def __init__(self, job: Job, engine: ElasticsearchOracle, histories: int = 1) -> None:
        """``histories`` are how many are made up of each kind."""
        self._job, self._engine, self._histories = job, engine, histories
        kibana, splunk = target("kibana").compile(job), target("splunk-conf").compile(job)
        lines = b"".join(d for name, d in kibana.files.items() if name.endswith(".ndjson"))
        self.kibana = {rule["rule_id"]: rule for rule in map(json.loads, lines.splitlines())}
        self._kibana_verdicts = {one.rule: one.verdict for one in kibana.translations}
        stanzas = read(splunk.files["savedsearches.conf"].decode())
        self.stanzas = {one[_RULE_NAME]: one for _, one in stanzas if _RULE_NAME in one}
        macros = read(splunk.files["macros.conf"].decode())
        self._macros = {name: one["definition"] for name, one in macros}

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
            yield self._on_kibana(meaning, whole, scenario)
            yield self._on_splunk(meaning, whole, scenario)

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
    ) -> Tally:
        rule = KibanaRule(self.kibana[meaning.rule.meta.id], self._engine)
        span = 1000 * meaning.rule.timespan.seconds
        verdict = self._kibana_verdicts[meaning.rule.name]
        tally = _Counts(meaning, scenario, rule.reach if verdict is Verdict.BOUNDED else None)
        # A rule that has no time to spare for a run that does not take place promises none.
        tally.promised = scenario.promised and (
            not scenario.skips or rule.slack(span) > rule.interval + MINUTE
        )
        for number, history in enumerate(histories):
            dice = Random(f"{_SEED} {scenario.name} {number}")
            sent = arrivals(history, scenario, rule.slack(span), dice)
            times = [*rule.runs(sent, dice.randrange(rule.interval))]
            if scenario.skips:
                times = [time for place, time in enumerate(times) if place % 3 != 2]
            found = [*rule.findings(sent, iter(times))]
            most = rule.reach // rule.interval + 1
            # After an alert a threshold rule counts later events alone.
            tally.add(sent, found, len(times), most=most, whole=not rule.counts_on)
        return tally.told("kibana", verdict)

    def _on_splunk(
        self, meaning: Meaning, histories: Sequence[Numbered], scenario: Scenario
    ) -> Tally:
        name = meaning.rule.name
        search = SplunkSearch(self.stanzas[name], self._macros, Splunk(PAIRWISE[0]))
        span = 1000 * meaning.rule.timespan.seconds
        tally = _Counts(meaning, scenario, None)
        tally.promised = scenario.promised
        for number, history in enumerate(histories):
            for from_start in (False, True):
                dice = Random(f"{_SEED} {scenario.name} {number}")
                sent = arrivals(history, scenario, search.slack(span), dice)
                runs = [*search.runs(sent, dice, from_start=from_start, skips=scenario.skips)]
                found = [*search.findings(sent, iter(runs))]
                tally.add(sent, found, len(runs), told=search.told(found))
        return tally.told("splunk", Verdict.EXACT)


class _Counts:
    """A tally in the making."""

    def __init__(self, meaning: Meaning, scenario: Scenario, bound: int | None) -> None:
        self._meaning, self._scenario, self._bound = meaning, scenario, bound
        self.promised = True
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
        if self.promised:
            self._faults += [f"misses {group or 'the one group'}" for group, _ in missed]
        invented = meaning.invented(sent, found, self._bound)
        self._faults += [f"finds {one.group or 'the one group'}, which is not" for one in invented]
        if most is not None and repeats > most:
            self._faults.append(f"finds one alert {repeats} times, not at most {most}")

    def told(self, siem: str, verdict: Verdict) -> Tally:
        """The tally."""
        return Tally(
            self._meaning.rule.name,
            siem,
            self._scenario.name,
            verdict.value,
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
