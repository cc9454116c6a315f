"""Events in, alerts out: event rules at once, correlations when everything has been read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from okta_access.catalog.identity import event_type_of, identity_of, uuid_of
from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.catalog.times import event_time, microseconds
from okta_access.logs.place import Place
from okta_access.matching.correlations.candidates import Candidates
from okta_access.matching.correlations.event_store import EventStore, Rows
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.matching.events.generated import Reader
from okta_access.matching.events.matcher import Glance, Hits, Matcher
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, EventRule, Level, fields_read
from okta_access.scan.alerts import (
    Alert,
    Raised,
    correlation_alert,
    detail_paths,
    details_of,
    event_alert,
)
from okta_access.scan.latest import Latest
from okta_access.scan.tally import NAMED, Tally, TimeRange

if TYPE_CHECKING:
    from okta_access.matching.correlations.stream import Stream

LATEST_ALERTS = 100_000  # of a stream, that are known when a copy of their event comes
_LINE_BITS = 40  # a source number is the file's number and, in the lower bits, the line


@dataclass(frozen=True, slots=True)
class Part:
    """What a scan found in a part of a file, whose lines are numbered from 1."""

    tally: Tally
    rows: Rows
    unseen: frozenset[str]


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
        self._rules = tuple(alerting)
        self._alerting = {id(rule): number for number, rule in enumerate(alerting)}
        self._bases = bases
        self._history = EventStore(bases, catalog)
        self._candidates: Candidates = self._history
        self._matcher = Matcher(
            [*alerting, *(r for key, r in needed.items() if key not in self._alerting)],
            catalog,
            self._history.paths,
        )
        self._effects: dict[Hits, tuple[int, Reader] | None] = {}
        self._kept_readers: dict[frozenset[str], Reader | None] = {}
        self._unseen = [path for path in self._readers_of if self._matcher.reader([path])]
        self._shows_unseen = self._matcher.presence(self._unseen)
        self._alerted: set[bytes] | Latest = set()
        self._paths = detail_paths()

    def follow(self, lateness: int, clock: Callable[[], int]) -> Stream:
        """Go on in bound memory: what can count in a correlation goes into the stream given here.

        ``lateness`` and the time that ``clock`` tells are in microseconds. What the stream finds is
        to be handed to :meth:`correlated`; :meth:`finish` has nothing to add.
        """
        from okta_access.matching.correlations.stream import Stream  # files do without

        self._candidates = stream = Stream(self._bases, self._catalog, lateness, clock=clock)
        self._alerted = Latest(LATEST_ALERTS)
        return stream

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
        return seen is not None and self.settle(seen, line)

    def look(self, data: bytes) -> Glance | None:
        """What an event's JSON text comes to; None where only the decoded event can tell."""
        return self._matcher.glance(data)

    def settle(self, seen: Glance, line: int) -> bool:
        """Judge an event by a look at it; False as :meth:`glance` says."""
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
            self._effects[hits] = self._effect(hits)
        effect = self._effects[hits]
        time = microseconds(seen.published or "")
        if effect is None or time is None:
            return False
        rules, reader = effect
        held, source = reader(seen.record), self._source(line)
        self._candidates.keep(time, seen.uuid, seen.event_type, rules, held, source)
        return True

    def _effect(self, hits: Hits) -> tuple[int, Reader] | None:
        """The rules that correlations refer to and what reads the fields they need; else None."""
        if any(id(rule) in self._alerting for rule in hits.rules):
            return None
        rules = self._candidates.rules_of(hits.rules)
        needed = self._candidates.needed(rules)
        if needed not in self._kept_readers:
            self._kept_readers[needed] = self._matcher.reader(self._candidates.paths, needed)
        reader = self._kept_readers[needed]
        return None if reader is None else (rules, reader)

    def add(self, event: Event, line: int) -> Iterator[Alert]:
        """Judge one event; gives the alerts of event rules, in the order of the rules."""
        for raised in self.judge(event, line):
            alert = self.accept(raised, Place(self._files[-1], line))
            if alert is not None:
                yield alert

    def judge(self, event: Event, line: int) -> list[Raised]:
        """Judge one event; what holds for it is still to be accepted."""
        if self._range.bound and not self._range.holds(event_time(event)):
            self.tally.outside_range += 1
            return []
        self.tally.events += 1
        if self._unseen:
            self._see(path for path in self._unseen if texts(event, path, self._catalog))
        evaluation = self._matcher.evaluate(event)
        for wrong in evaluation.wrong_types:
            self.tally.wrong_types[wrong] += 1
        if not evaluation.matched:
            return []
        if not self._candidates.add(event, evaluation.matched, self._source(line)):
            self.tally.untimed += 1
            if len(self.tally.untimed_places) < NAMED:
                self.tally.untimed_places.append(Place(self._files[-1], line))
        matched = [self._alerting[id(r)] for r in evaluation.matched if id(r) in self._alerting]
        return self._raised(matched, event, line) if matched else []

    def accept(self, raised: Raised, place: Place) -> Alert | None:
        """The alert, unless a copy of the event has raised it before."""
        if raised.mark is not None:
            if raised.mark in self._alerted:
                return None
            self._alerted.add(raised.mark)
        rule = self._rules[raised.rule]
        self._count(rule.meta.level, rule.name)
        return event_alert(rule, raised, place)

    def part(self) -> Part:
        """What has been added since the last part, for another scan of the same rules to join.

        This scan begins anew; it is one of those that only judge.
        """
        part = Part(self.tally, self._history.rows, frozenset(self._unseen))
        self.tally = Tally()
        self._candidates = self._history = EventStore(self._bases, self._catalog)
        self._files = []
        return part

    def join(self, part: Part, before: int) -> None:
        """Take over a part of the file that is being read; ``before`` lines come before it."""
        file = self._files[-1]
        self.tally.join(part.tally, lambda place: Place(file, place.line + before))
        self._history.extend(part.rows, self._source(before))
        self._see(path for path in self._unseen if path not in part.unseen)

    def finish(self) -> Iterator[Alert]:
        """The alerts of correlations over everything that was added, by time and rule."""
        return self.correlated(self._history.alerts())

    def correlated(self, found: Iterable[CorrelationAlert]) -> Iterator[Alert]:
        """The alerts of what correlations found."""
        for one in found:
            self._count(one.correlation.meta.level, one.correlation.name)
            yield correlation_alert(one, [self._place(event.source) for event in one.events])

    def _raised(self, matched: list[int], event: Event, line: int) -> list[Raised]:
        details = details_of({path: texts(event, path, self._catalog) for path in self._paths})
        time, uuid, event_type = event_time(event), uuid_of(event), event_type_of(event)
        identity = identity_of(event)
        text = "\0".join(map(repr, identity or ())).encode("utf-8", "surrogatepass")
        return [
            Raised(
                rule,
                None if identity is None else _mark(text, rule),
                line,
                time,
                uuid,
                event_type,
                details,
            )
            for rule in matched
        ]

    def _count(self, level: Level, rule: str) -> None:
        self.tally.alerts[level, rule] += 1

    def _source(self, line: int) -> int:
        return (len(self._files) - 1) << _LINE_BITS | line

    def _place(self, source: int) -> Place:
        return Place(self._files[source >> _LINE_BITS], source & ((1 << _LINE_BITS) - 1))


def _mark(identity: bytes, rule: int) -> bytes:
    return blake2b(identity, digest_size=16, salt=rule.to_bytes(16, "big")).digest()


def _readers_of(
    alerting: Sequence[EventRule], correlations: Sequence[tuple[Correlation, Sequence[EventRule]]]
) -> dict[str, tuple[str, ...]]:
    """The fields that these rules read, each with the names of the rules that raise alerts."""
    found: dict[str, dict[str, None]] = {}
    for rule in alerting:
        for path in fields_read(rule.expr):
            found.setdefault(path, {})[rule.name] = None
    for correlation, bases in correlations:
        for path in (*correlation.fields, *fields_read(*(base.expr for base in bases))):
            found.setdefault(path, {})[correlation.name] = None
    return {path: tuple(found[path]) for path in sorted(found)}
