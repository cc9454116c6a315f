"""Alerts of a scan: all of them counted, and so many kept whole as a page can hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from okta_access.catalog.times import SECOND
from okta_access.rules.model import Level, Metadata
from okta_access.scan.alerts import Alert
from okta_access.scan.context import Actor
from okta_access.scan.reports.text import earlier, later

MOST = 300
"""Alerts that a page shows whole."""

_T = TypeVar("_T")
QUARTER = 900 * SECOND
"""A quarter of an hour in microseconds."""

_OF_A_RULE = 20
_OF_A_RULE_AND_ACTOR = 3


@dataclass(slots=True)
class Count:
    """How many alerts there are of something, of which levels and rules, and from when to when."""

    alerts: int = 0
    level: Level = Level.INFORMATIONAL
    first: int | None = None
    last: int | None = None
    rules: set[str] = field(default_factory=set)

    def add(self, alert: Alert) -> None:
        """Count an alert."""
        self.alerts += 1
        self.level = max(self.level, alert.level, key=lambda level: level.rank)
        self.first = earlier(self.first, alert.first)
        self.last = later(self.last, alert.time)
        self.rules.add(alert.meta.name)


@dataclass(slots=True)
class KeptAlerts:
    """Alerts in, one by one: as many as a page can show stay whole; of the others only counts.

    Where there are more, examples are shown: of a rule and an actor the first few, and of a rule
    some more. So each rule has its own, and nobody is left out because somebody else acts more.
    ``quarters`` counts alerts by quarters of an hour since 1970, which make days in any zone.
    """

    everything: Count = field(default_factory=Count)
    people: dict[Actor, Count] = field(default_factory=dict)
    addresses: dict[str, Count] = field(default_factory=dict)
    objects: dict[str, Count] = field(default_factory=dict)
    rules: dict[str, Count] = field(default_factory=dict)
    levels: Counter[Level] = field(default_factory=Counter)
    quarters: Counter[int] = field(default_factory=Counter)
    metas: dict[str, Metadata] = field(default_factory=dict)
    _first: list[Alert] = field(default_factory=list)
    _examples: list[Alert] = field(default_factory=list)
    _kept: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def add(self, alert: Alert) -> None:
        """Count an alert, and keep it where it is one of the first of its kind."""
        self.everything.add(alert)
        self.levels[alert.level] += 1
        self.metas[alert.meta.name] = alert.meta
        if alert.time is not None:
            self.quarters[alert.time // QUARTER] += 1
        self._count(self.rules, (alert.meta.name,), alert)
        self._count(self.people, alert.context.actors, alert)
        self._count(self.addresses, alert.context.addresses, alert)
        self._count(self.objects, alert.context.targets, alert)
        if len(self._first) < MOST:
            self._first.append(alert)
        of_rule = (alert.meta.name,)
        of_both = (*of_rule, *(str(actor) for actor in alert.context.actors[:1]), "")
        if self._kept[of_rule] < _OF_A_RULE and self._kept[of_both] < _OF_A_RULE_AND_ACTOR:
            self._kept[of_rule] += 1
            self._kept[of_both] += 1
            self._examples.append(alert)

    def shown(self) -> list[Alert]:
        """The alerts to show, by time; of too many examples the gravest."""
        chosen = self._first
        if self.everything.alerts > MOST:
            chosen = sorted(self._examples, key=lambda one: -one.level.rank)[:MOST]
        return sorted(chosen, key=lambda one: (one.time is None, one.time or 0))

    @staticmethod
    def _count(counts: dict[_T, Count], things: Iterable[_T], alert: Alert) -> None:
        for thing in things:
            counts.setdefault(thing, Count()).add(alert)
