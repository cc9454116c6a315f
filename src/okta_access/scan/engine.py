"""A scan: events in, alerts out; of event rules at once, of correlations when all has been read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.logs.place import Place
from okta_access.matching.correlations.event_store import EventStore
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.scan.alerts import Alert, PendingAlert, correlation_alert, event_alert
from okta_access.scan.context import CONTEXT_PATHS
from okta_access.scan.copies import AlertedCopies
from okta_access.scan.event_judge import EventJudge
from okta_access.scan.files import Files
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import Tally, TimeRange
from okta_access.scan.text_judge import TextJudge
from okta_access.scan.unseen import UnseenFields

if TYPE_CHECKING:
    from okta_access.matching.correlations.stream import Stream
    from okta_access.scan.piece_judge import Part


class Scan:
    """One scan: the rules of at least ``level``, over events that come in any order."""

    def __init__(
        self, rules: RuleSet, catalog: Catalog, level: Level, range_: TimeRange | None = None
    ) -> None:
        self.rules = ScanRules(rules, catalog, level)
        self.range = range_ or TimeRange()
        self.tally = Tally()
        self._store = EventStore(self.rules.correlations, catalog, CONTEXT_PATHS)
        self._files = Files()
        self._unseen = UnseenFields(self.rules)
        self._found = Findings(self.tally, self._store, self._unseen, self._files)
        self.texts = TextJudge(self.rules, self.range, self._found)
        self._events = EventJudge(self.rules, self.range, self._found)
        self._alerted = AlertedCopies()

    def follow(self, lateness: int, clock: Callable[[], int]) -> Stream:
        """Go on in bound memory: what can count in a correlation goes into the stream given here.

        ``lateness`` and the time that ``clock`` tells are in microseconds. What the stream finds is
        to be handed to :meth:`correlated`; :meth:`finish` has nothing to add.
        """
        from okta_access.matching.correlations.stream import Stream  # files do without

        correlations, catalog = self.rules.correlations, self.rules.catalog
        stream = Stream(correlations, catalog, lateness, CONTEXT_PATHS, clock=clock)
        self._found.candidates = stream
        self._alerted = AlertedCopies(endless=True)
        return stream

    @property
    def types(self) -> frozenset[str] | None:
        """The event types of interest; None where these cannot be listed."""
        return self.rules.types

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""
        self._files.next_file(name)

    @property
    def settled_by_text(self) -> Callable[[bytes, int], bool]:
        """As the protocol says; asked of every line, so without a call on the way."""
        return self.texts.settles

    def add(self, event: Event, line: int) -> Iterator[Alert]:
        """Judge one event; gives the alerts of event rules, in the order of the rules."""
        for pending in self._events.judge(event, line):
            alert = self.alert_of(pending, self._files.here(line))
            if alert is not None:
                yield alert

    def alert_of(self, pending: PendingAlert, place: Place) -> Alert | None:
        """The alert, counted; None where a copy of the event has raised it before."""
        if not self._alerted.is_first(pending.mark):
            return None
        rule = self.rules.alerting[pending.rule]
        self.tally.alerts[rule.meta.level, rule.name] += 1
        return event_alert(rule, pending, place)

    def join(self, part: Part, before: int) -> None:
        """Take over a part of the file that is being read; ``before`` lines come before it."""
        self.tally.join(part.tally, lambda place: self._files.here(place.line + before))
        self._store.extend(part.later, self._files.number(before))
        self._unseen.see(path for path in self._unseen.paths if path not in part.unseen)

    def finish(
        self, judged: Callable[[EventStore], Iterable[CorrelationAlert]] = EventStore.alerts
    ) -> Iterator[Alert]:
        """The alerts of correlations over everything that was added, by time and rule."""
        return self.correlated(judged(self._store))

    def correlated(self, found: Iterable[CorrelationAlert]) -> Iterator[Alert]:
        """The alerts of what correlations found, counted."""
        for one in found:
            self.tally.alerts[one.correlation.meta.level, one.correlation.name] += 1
            yield correlation_alert(one, [self._files.place(event.source) for event in one.events])

    def never_seen(self) -> dict[str, tuple[str, ...]]:
        """Fields that rules read and that no judged event has held, with the names of the rules."""
        return self._unseen.with_rules()
