"""What is sent, and what the reference finds in it: the demo week and made-up histories.

A SIEM looks back from now, so each piece is moved until it ends a little ago. Copies of
an event keep one uuid; events of two pieces never share one. Of made-up events those are left out
that Splunk does not hold as the log does (``okta_access.spl.fields``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from okta_access.api.generating import generate_events
from okta_access.api.rulebook import RuleBook
from okta_access.api.scanning import time_range
from okta_access.catalog.model import PUBLISHED, UUID
from okta_access.catalog.times import event_time, time_text
from okta_access.content import fixtures_dir
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.rules.model import Correlation, EventRule, Level, Rule, Timespan
from okta_access.scan.engine import Scan
from okta_access.spl.fields import Losses

Event = Mapping[str, Any]
Key = tuple[str, ...]
"""What an alert is known by: its event's uuid, or the values of its group."""
SECOND = 1_000_000  # microseconds
_AGO = 600 * SECOND
_EACH = 5  # events of an event rule, or histories of a correlation


@dataclass(frozen=True, slots=True)
class Corpus:
    """Events in the order of their times, the rules that alert, and what the reference finds.

    Rules that are switched off are among them, for a SIEM gets them all. ``found`` holds for each
    rule the time of each alert by its key, in microseconds since 1970.
    """

    events: tuple[Event, ...]
    rules: Mapping[str, Rule]
    found: Mapping[str, Mapping[Key, int]]
    book: RuleBook

    @property
    def first(self) -> int:
        """The time of the first event."""
        return _time(self.events[0])

    def groups(self, rule: Correlation, span: int, now: int) -> set[Key]:
        """The groups in which a correlation fires, of events of the last ``span`` seconds."""
        seen = [event for event in self.events if now - span * SECOND <= _time(event) <= now]
        wider = replace(rule, timespan=Timespan(f"{span}s", span))
        bases = self.book.tuned.shipped.referenced(rule)
        return {_key(one.group) for one in find_alerts(wider, bases, seen, self.book.catalog)}


def corpus(book: RuleBook, now: int) -> Corpus:
    """The corpus as of ``now``, in microseconds since 1970."""
    week = (fixtures_dir() / "demo" / "week.jsonl").read_text("utf-8")
    losses = Losses(book.catalog)
    pieces = {"week": [json.loads(line) for line in week.splitlines()]}
    rules = {rule.name: rule for rule in book.tuned.shipped.all_rules if _alerts(rule)}
    for name, rule in rules.items():
        whole = isinstance(rule, Correlation)
        kinds = ("history",) if whole else ("match",)
        made = generate_events(book, name, kinds=kinds, count=_EACH).events
        fit = [event for event in made if event_time(event) and not losses.of(event)]
        pieces |= {name: fit} if whole else {f"{name}-{n}": [e] for n, e in enumerate(fit)}
    events = [one for name, piece in pieces.items() for one in moved(piece, name, now - _AGO)]
    events.sort(key=_time)
    found: dict[str, dict[Key, int]] = {}
    scan = Scan(book.tuned.shipped, book.catalog, Level.INFORMATIONAL, time_range(None, None))
    scan.next_file("events")
    alerts = [one for number, event in enumerate(events) for one in scan.add(event, number)]
    for alert in [*alerts, *scan.finish()]:
        if alert.time is not None and alert.meta.name in rules:
            event = (alert.events[0] or "",)
            key = _key(alert.group) if alert.kind == "correlation" else event
            found.setdefault(alert.meta.name, {}).setdefault(key, alert.time)
    return Corpus(tuple(events), rules, found, book)


def moved(piece: Iterable[Event], name: str, end: int) -> list[dict[str, Any]]:
    """The events with uuids of their own, as much later or earlier as makes them end at ``end``."""
    events = [dict(event) for event in piece]
    by = end - max(map(_time, events), default=end)
    return [
        {**event, UUID: f"{name}-{event.get(UUID)}", PUBLISHED: time_text(_time(event) + by)}
        for event in events
    ]


def _alerts(rule: Rule) -> bool:
    """Whether the rule alerts by itself: neither audit rules nor bases of correlations do."""
    return not (isinstance(rule, EventRule) and (rule.silent or rule.audit))


def _key(group: Iterable[tuple[str, str]]) -> Key:
    return tuple(value for _, value in group)


def _time(event: Event) -> int:
    time = event_time(event)
    assert time is not None
    return time
