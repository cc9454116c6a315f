"""Events in, alerts out: event rules at once, correlations when everything has been read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.matching.engine import Glance, Hits, Matcher
from okta_access.matching.history import History
from okta_access.matching.identity import identity_of
from okta_access.matching.shape import WrongType
from okta_access.matching.times import event_time, microseconds
from okta_access.matching.values import texts
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, EventRule, Level, fields_read
from okta_access.scan.alerts import (
    Alert,
    Place,
    correlation_alert,
    detail_paths,
    event_alert,
)

NAMED = 20  # so many places are named; all are counted
_LINE_BITS = 40  # a source number is the file's number and, in the lower bits, the line


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Events to judge, in microseconds since 1970: from ``since``, before ``until``."""

    since: int | None = None
    until: int | None = None

    @property
    def bound(self) -> bool:
        """Whether there is a range at all."""
        return self.since is not None or self.until is not None

    def holds(self, time: int | None) -> bool:
        """Whether an event of that time is judged; one of unreadable time always is."""
        if time is None:
            return True
        after = self.since is None or time >= self.since
        return after and (self.until is None or time < self.until)


@dataclass(slots=True)
class Tally:
    """What a scan saw, for its summary.

    ``passed_over`` counts lines that were not decoded, for no rule can be about them. ``untimed``
    counts events that a correlation would have counted had their ``published`` been readable;
    ``untimed_places`` names the first of them.
    """

    events: int = 0
    passed_over: int = 0
    outside_range: int = 0
    untimed: int = 0
    untimed_places: list[Place] = field(default_factory=list)
    alerts: Counter[tuple[Level, str]] = field(default_factory=Counter)
    wrong_types: Counter[WrongType] = field(default_factory=Counter)


class Scan:
    """One scan: the rules of at least ``level``, over events that come in any order."""

    def __init__(
        self, rules: RuleSet, catalog: Catalog, level: Level, range_: TimeRange | None = None
    ) -> None:
        self.tally = Tally()
        self._catalog = catalog
        self._range = range_ or TimeRange()
        self._files: list[str] = []
        correlations = [c for c in rules.correlations if c.meta.level.rank >= level.rank]
        bases = [(c, rules.referenced(c)) for c in correlations]
        alerting = [r for r in rules.rules if not r.silent and r.meta.level.rank >= level.rank]
        self._readers_of = _readers_of(alerting, bases)
        needed = {id(rule): rule for _, referred in bases for rule in referred}
        self._alerting = {id(rule) for rule in alerting}
        self._salts = {id(r): number.to_bytes(16, "big") for number, r in enumerate(alerting)}
        self._history = History(bases, catalog)
        self._matcher = Matcher(
            [*alerting, *(r for key, r in needed.items() if key not in self._alerting)],
            catalog,
            self._history.paths,
        )
        self._held = self._matcher.reader(self._history.paths)
        self._effects: dict[Hits, int | None] = {}
        self._unseen = [path for path in self._readers_of if self._matcher.reader([path])]
        self._shows_unseen = self._matcher.presence(self._unseen)
        self._alerted: set[bytes] = set()
        self._paths = detail_paths()

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""
        self._files.append(name)

    @property
    def types(self) -> frozenset[str] | None:
        """The event types that any rule is about; None where these cannot be listed."""
        return self._matcher.types

    def glance(self, data: bytes, line: int) -> bool:
        """Judge an event by its JSON text, where that settles it.

        False where it does not: an alert is to be written, or only the decoded event can tell.
        Nothing has been counted then, and the event is to be decoded and added.
        """
        seen = self._matcher.glance(data)
        if seen is None:
            return False
        if self._range.bound and not self._range.holds(microseconds(seen.published or "")):
            self.tally.outside_range += 1
            return True
        if seen.hits is not None and not self._keep(seen, seen.hits, line):
            return False
        self.tally.events += 1
        if self._unseen and self._shows_unseen(seen.record):
            self._see(path for path in self._unseen if self._matcher.presence([path])(seen.record))
        return True

    def never_seen(self) -> dict[str, tuple[str, ...]]:
        """Fields that rules read and that no judged event has held, with the names of the rules."""
        return {path: self._readers_of[path] for path in self._unseen}

    def _see(self, paths: Iterable[str]) -> None:
        seen = {*paths}
        self._unseen = [path for path in self._unseen if path not in seen]
        self._shows_unseen = self._matcher.presence(self._unseen)

    def _keep(self, seen: Glance, hits: Hits, line: int) -> bool:
        """Keep an event for correlations, where that is all that is to be done with it."""
        if hits not in self._effects:
            alerts = any(id(rule) in self._alerting for rule in hits.rules)
            self._effects[hits] = None if alerts else self._history.rules_of(hits.rules)
        rules = self._effects[hits]
        if rules is None or self._held is None:
            return False
        time = microseconds(seen.published or "")
        if time is None:
            return False
        held = self._held(seen.record)
        self._history.keep(time, seen.uuid, seen.event_type, rules, held, self._source(line))
        return True

    def add(self, event: Event, line: int) -> Iterator[Alert]:
        """Judge one event; gives the alerts of event rules, in the order of the rules."""
        if self._range.bound and not self._range.holds(event_time(event)):
            self.tally.outside_range += 1
            return
        self.tally.events += 1
        if self._unseen:
            self._see(path for path in self._unseen if texts(event, path, self._catalog))
        evaluation = self._matcher.evaluate(event)
        for wrong in evaluation.wrong_types:
            self.tally.wrong_types[wrong] += 1
        if not evaluation.matched:
            return
        if not self._history.add(event, evaluation.matched, self._source(line)):
            self.tally.untimed += 1
            if len(self.tally.untimed_places) < NAMED:
                self.tally.untimed_places.append(Place(self._files[-1], line))
        matched = [rule for rule in evaluation.matched if id(rule) in self._alerting]
        if matched:
            yield from self._event_alerts(self._first_seen(matched, event), event, line)

    def finish(self) -> Iterator[Alert]:
        """The alerts of correlations over everything that was added, by time and rule."""
        for found in self._history.alerts():
            self._count(found.correlation.meta.level, found.correlation.name)
            yield correlation_alert(found, [self._place(one.source) for one in found.events])

    def _event_alerts(self, matched: list[EventRule], event: Event, line: int) -> Iterator[Alert]:
        values = {path: texts(event, path, self._catalog) for path in self._paths}
        for rule in matched:
            self._count(rule.meta.level, rule.name)
            yield event_alert(rule, event, Place(self._files[-1], line), values)

    def _first_seen(self, matched: list[EventRule], event: Event) -> list[EventRule]:
        """The rules that no copy of this event has raised an alert of before."""
        identity = identity_of(event)
        if identity is None:
            return matched
        text = "\0".join(map(repr, identity)).encode("utf-8", "surrogatepass")
        first = []
        for rule in matched:
            digest = blake2b(text, digest_size=16, salt=self._salts[id(rule)]).digest()
            if digest not in self._alerted:
                self._alerted.add(digest)
                first.append(rule)
        return first

    def _count(self, level: Level, rule: str) -> None:
        self.tally.alerts[level, rule] += 1

    def _source(self, line: int) -> int:
        return (len(self._files) - 1) << _LINE_BITS | line

    def _place(self, source: int) -> Place:
        return Place(self._files[source >> _LINE_BITS], source & ((1 << _LINE_BITS) - 1))


def _readers_of(
    alerting: Sequence[EventRule], correlations: Sequence[tuple[Correlation, Sequence[EventRule]]]
) -> dict[str, tuple[str, ...]]:
    """The fields that these rules read, each with the names of the rules that raise alerts."""
    found: dict[str, dict[str, None]] = {}
    for rule in alerting:
        for path in fields_read(rule.expr):
            found.setdefault(path, {})[rule.name] = None
    for correlation, bases in correlations:
        value = () if correlation.value_field is None else (correlation.value_field,)
        inside = (path for base in bases for path in fields_read(base.expr))
        for path in (*correlation.group_by, *value, *inside):
            found.setdefault(path, {})[correlation.name] = None
    return {path: tuple(found[path]) for path in sorted(found)}
