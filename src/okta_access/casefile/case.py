"""A case: the alerts that are shown, each with its events, their neighbours and its rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from okta_access.assumptions.bars import Answer
from okta_access.casefile.facts import Facts, facts_of
from okta_access.casefile.kept import KeptAlerts
from okta_access.casefile.matched import Matched, matched_parts
from okta_access.casefile.reread import Around, events_of_alerts, own_events, read_on
from okta_access.catalog.model import Catalog
from okta_access.logs.reading import Reading
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, Rule
from okta_access.scan.alerts import Alert

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event of an alert, and the parts of the rule that it matched."""

    facts: Facts
    parts: tuple[Matched, ...]


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert that is shown whole. ``lost`` counts its events that could not be read again.

    ``further`` counts events that there is no room for.
    """

    number: int
    alert: Alert
    rule: Rule
    events: tuple[ShownEvent, ...]
    lost: int
    further: int
    around: Around

    @property
    def is_correlation(self) -> bool:
        """Whether it is about several events."""
        return self.alert.kind == "correlation"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the timeline: an alert, or an event with the reasons why it stands there.

    A reason is what it has to do with alerts, and their numbers.
    """

    time: int | None
    shown: ShownAlert | None
    facts: Facts | None
    reasons: tuple[tuple[str, list[int]], ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What was read, and what could not be: sentences, with the first places."""

    read: str
    unreadable: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All that a page tells. ``answers`` are what the log says of the ledger, by assumption."""

    files: tuple[str, ...]
    kept: KeptAlerts
    shown: tuple[ShownAlert, ...]
    answers: Mapping[str, Answer]
    limits: Limits

    @property
    def is_whole(self) -> bool:
        """Whether every alert is shown."""
        return len(self.shown) == self.kept.everything.alerts

    def timeline(self) -> list[Row]:
        """Alerts, events of correlations and neighbours, by time; each event once."""
        reasons: dict[_Key, dict[str, list[int]]] = {}
        facts: dict[_Key, Facts] = {}
        for why, number, found in self._events():
            facts[_key(found)] = found
            reasons.setdefault(_key(found), {}).setdefault(why, []).append(number)
        rows = []
        for one in self.shown:
            alone = [] if one.is_correlation else [_key(event.facts) for event in one.events]
            its = [reason for key in alone for reason in reasons.get(key, {}).items()]
            rows.append(Row(one.alert.time, one, None, tuple(its)))
            for key in alone:
                facts.pop(key, None)
        rows += [Row(one.time, None, one, (*reasons[key].items(),)) for key, one in facts.items()]
        return sorted(rows, key=lambda row: (row.time is None, row.time or 0))

    def _events(self) -> Iterator[tuple[str, int, Facts]]:
        for one in self.shown:
            for event in one.events if one.is_correlation else ():
                yield "part of", one.number, event.facts
            for near in one.around.neighbours:
                yield f"same {', '.join(near.shared)} as", one.number, near.facts


def _key(facts: Facts) -> _Key:
    return facts.uuid, facts.place.file, facts.place.line


def case_of(
    kept: KeptAlerts,
    rules: RuleSet,
    catalog: Catalog,
    files: tuple[str, ...],
    reading: Reading,
    limits: Limits,
) -> Case:
    """The case that these alerts make; the logs are read once more for what lies around them."""
    by_name = {rule.name: rule for rule in rules.all_rules}
    alerts = kept.shown()
    again = events_of_alerts(alerts, reading)
    own = [(alert, own_events(alert, again)) for alert in alerts]
    known = [(alert, [one for one in events if one is not None]) for alert, events in own]
    arounds, log = read_on(files, known, catalog, reading)
    shown = []
    for number, ((alert, events), around) in enumerate(zip(own, arounds, strict=True), 1):
        rule = by_name[alert.meta.name]
        told = tuple(
            ShownEvent(facts_of(event, place, catalog), matched_parts(rule, event, rules, catalog))
            for event, place in zip(events, alert.source, strict=False)
            if event is not None
        )
        lost, further = len(events) - len(told), len(alert.events) - len(events)
        shown.append(ShownAlert(number, alert, rule, told, lost, further, around))
    return Case(files, kept, tuple(shown), log.answers(), limits)


def rests_on(rule: Rule, rules: RuleSet) -> tuple[str, ...]:
    """The assumptions that a rule rests on, with those of the rules it refers to."""
    bases = rules.referenced(rule) if isinstance(rule, Correlation) else ()
    named = (one for each in (rule, *bases) for one in each.meta.assumptions)
    return tuple(dict.fromkeys(named))
