"""An alert, as scanning raises it; its JSON form is a contract (docs/scan.md, What comes out)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from okta_access.catalog.template import rfc3339
from okta_access.logs.place import Place
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.rules.model import EventRule, Level, Metadata
from okta_access.rules.words import EVENTS, RULES, STEPS, counted
from okta_access.scan.context import Context, context_of, together

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEYS = (
    "rule",
    "id",
    "title",
    "level",
    "kind",
    "time",
    "events",
    "event_types",
    "group",
    "value",
    "source",
    "actors",
    "targets",
    "addresses",
    "countries",
    "agents",
    "outcomes",
    "first",
    "last",
    "counts",
)


class Step(msgspec.Struct, frozen=True):
    """The event of a step: its time in microseconds since 1970, and who, what and where it says."""

    time: int
    context: Context


class Alert(msgspec.Struct, frozen=True):
    """One alert. ``events``, ``event_types`` and ``source`` run in parallel.

    ``time`` is the last event's and ``first`` the first one's, in microseconds since 1970, None
    where it cannot be read. ``context`` says who, what and where, of all events together.
    ``counts`` says what ``value`` is a number of: ``events``, ``different`` and a field, ``rules``
    or ``steps``; of these ``steps`` tells each by itself, and is empty else.
    """

    meta: Metadata
    kind: str
    time: int | None
    events: tuple[str | None, ...]
    event_types: tuple[str, ...]
    group: tuple[tuple[str, str], ...]
    value: int
    source: tuple[Place, ...]
    context: Context
    first: int | None
    counts: str
    steps: tuple[Step, ...] = ()

    @property
    def level(self) -> Level:
        """The rule's level."""
        return self.meta.level

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, with its keys in their fixed order."""
        context, when = self.context, self.when
        return {
            "rule": self.meta.name,
            "id": self.meta.id,
            "title": self.meta.title,
            "level": self.meta.level.value,
            "kind": self.kind,
            "time": when,
            "events": list(self.events),
            "event_types": list(self.event_types),
            "group": dict(self.group),
            "value": self.value,
            "source": [{"file": place.file, "line": place.line} for place in self.source],
            "actors": [msgspec.structs.asdict(actor) for actor in context.actors],
            "targets": list(context.targets),
            "addresses": list(context.addresses),
            "countries": list(context.countries),
            "agents": list(context.agents),
            "outcomes": list(context.outcomes),
            "first": when if self.first == self.time else _written(self.first),
            "last": when,
            "counts": self.counts,
        }

    def as_json(self) -> str:
        """One line; characters beyond ASCII are escaped, so any terminal and pipe takes it."""
        return json.dumps(self.as_dict())

    @property
    def amount(self) -> str:
        """How many events it is about, and what is counted among them where that is another thing.

        All rules of a temporal correlation must match, so its value is also their number.
        """
        if self.counts == STEPS:
            return f"{self.value} of {self.value} steps"
        events = f"{len(self.events):,} event{'' if len(self.events) == 1 else 's'}"
        if self.counts == EVENTS:
            return events
        of = f" of {self.value}" if self.counts == RULES else ""
        return f"{events}, {self.value:,}{of} {self.counts}"

    @property
    def when(self) -> str | None:
        """The time as Okta writes times."""
        return _written(self.time)


def _written(time: int | None) -> str | None:
    if time is None:
        return None
    return rfc3339(_EPOCH + timedelta(microseconds=time))


class PendingAlert(msgspec.Struct, frozen=True, gc=False):
    """That an event rule holds for an event; an alert unless a copy of the event has raised it.

    ``rule`` is the rule's number in its scan; ``mark`` is the same for all copies of the event and
    for nothing else, None where copies cannot be told.
    """

    rule: int
    mark: bytes | None
    line: int
    time: int | None
    uuid: str | None
    event_type: str
    context: Context


def event_alert(rule: EventRule, pending: PendingAlert, place: Place) -> Alert:
    """The alert of one event."""
    return Alert(
        rule.meta,
        "event",
        pending.time,
        (pending.uuid,),
        (pending.event_type,),
        (),
        1,
        (place,),
        pending.context,
        pending.time,
        EVENTS,
    )


def correlation_alert(found: CorrelationAlert, places: Sequence[Place]) -> Alert:
    """The alert of a correlation; ``places`` are of its events, in their order."""
    counts = counted(found.correlation)
    contexts = [context_of(event.further) for event in found.events]
    times = [event.time for event in found.events] if counts == STEPS else ()
    return Alert(
        found.correlation.meta,
        "correlation",
        found.time,
        tuple(event.uuid for event in found.events),
        tuple(event.event_type for event in found.events),
        found.group,
        found.value,
        tuple(places),
        together(contexts),
        found.events[0].time,
        counts,
        tuple(map(Step, times, contexts)),
    )
