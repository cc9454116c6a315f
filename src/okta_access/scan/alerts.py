"""An alert, as scanning raises it; its JSON form is a contract (docs/scan.md, What comes out)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from okta_access.catalog.template import rfc3339
from okta_access.logs.place import Place
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.rules.model import EventRule, Level, Metadata

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
)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. ``events``, ``event_types`` and ``source`` run in parallel.

    ``time`` is the last event's, in microseconds since 1970, None where it cannot be read.
    ``details`` says who, what and where, for people; it is no part of the JSON form.
    """

    meta: Metadata
    kind: str
    time: int | None
    events: tuple[str | None, ...]
    event_types: tuple[str, ...]
    group: tuple[tuple[str, str], ...]
    value: int
    source: tuple[Place, ...]
    details: tuple[tuple[str, str], ...] = ()

    @property
    def level(self) -> Level:
        """The rule's level."""
        return self.meta.level

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, with its keys in their fixed order."""
        return {
            "rule": self.meta.name,
            "id": self.meta.id,
            "title": self.meta.title,
            "level": self.meta.level.value,
            "kind": self.kind,
            "time": self.when,
            "events": list(self.events),
            "event_types": list(self.event_types),
            "group": dict(self.group),
            "value": self.value,
            "source": [{"file": place.file, "line": place.line} for place in self.source],
        }

    def as_json(self) -> str:
        """One line; characters beyond ASCII are escaped, so any terminal and pipe takes it."""
        return json.dumps(self.as_dict())

    @property
    def when(self) -> str | None:
        """The time as Okta writes times."""
        if self.time is None:
            return None
        seconds, micros = divmod(self.time, 1_000_000)
        return rfc3339(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros))


_DETAILS = {
    "actor": ("actor.alternateId", "actor.id"),
    "actor id": ("actor.id",),
    "actor type": ("actor.type",),
    "target": ("target.id",),
    "address": ("client.ipAddress",),
    "country": ("client.geographicalContext.country",),
    "outcome": ("outcome.result",),
}


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
    details: tuple[tuple[str, str], ...]


def details_of(values: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Who, what and where; ``values`` holds the texts of the fields that people look at."""
    found = []
    for label, paths in _DETAILS.items():
        texts = next((values[path] for path in paths if values[path]), ())
        if texts:
            found.append((label, ", ".join(texts)))
    return tuple(found)


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
        pending.details,
    )


def detail_paths() -> tuple[str, ...]:
    """The fields that :func:`details_of` wants the texts of."""
    return tuple(path for paths in _DETAILS.values() for path in paths)


def correlation_alert(found: CorrelationAlert, places: Sequence[Place]) -> Alert:
    """The alert of a correlation; ``places`` are those of its events, in their order."""
    return Alert(
        found.correlation.meta,
        "correlation",
        found.time,
        tuple(event.uuid for event in found.events),
        tuple(event.event_type for event in found.events),
        found.group,
        found.value,
        tuple(places),
        (*found.group, ("value", str(found.value)), ("events", str(len(found.events)))),
    )
