"""The catalogue as values: event types, fields, and how they belong together."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec


class FieldType(StrEnum):
    """The type of a field; an ``enum`` is a string whose known values are listed."""

    STRING = "string"
    ENUM = "enum"
    BOOLEAN = "boolean"
    IP = "ip"


class Family(StrEnum):
    """The object an event is about."""

    REQUEST = "request"
    CONDITION = "condition"
    SEQUENCE = "sequence"
    SETTINGS = "settings"
    REVIEW = "review"
    OTHER = "other"


class Field(msgspec.Struct, frozen=True):
    """One field of an event.

    ``path`` is dotted and has no array brackets (``target.id``); ``member`` says that it stands
    inside an array, so one event may hold several values. ``splunk`` and ``elastic`` are the
    names under which the two products keep it.
    """

    path: str
    type: FieldType
    nullable: bool
    member: bool
    values: tuple[str, ...]
    description: str
    splunk: str
    elastic: str

    @property
    def steps(self) -> tuple[str, ...]:
        """The keys from the event's root to the value.

        >>> Field("actor.id", FieldType.STRING, False, False, (), "", "", "").steps
        ('actor', 'id')
        """
        return tuple(self.path.split("."))


class Sighting(msgspec.Struct, frozen=True):
    """Somebody else published that they saw an event live: what they say, not the event itself."""

    source: str
    date: str
    note: str


class EventType(msgspec.Struct, frozen=True):
    """One event type: what happened (``verb``) to which object (``family``), since when.

    ``seen_live`` is None where nobody is known to have published that they saw one.
    """

    name: str
    family: Family
    verb: str
    release: str
    description: str
    reference: str
    seen_live: Sighting | None = None


class Catalog(msgspec.Struct, frozen=True):
    """All event types and fields. ``fields`` may stand in rules; ``envelope`` may not."""

    events: Mapping[str, EventType]
    fields: Mapping[str, Field]
    envelope: Mapping[str, Field]

    def field(self, path: str) -> Field | None:
        """The field of that path, envelope fields included."""
        return self.fields.get(path) or self.envelope.get(path)


EVENT_TYPE = "eventType"
UUID = "uuid"
PUBLISHED = "published"


def catalog_of(events: list[EventType], fields: list[Field], envelope: list[Field]) -> Catalog:
    """A catalogue of these parts, in this order."""
    return Catalog(
        MappingProxyType({event.name: event for event in events}),
        MappingProxyType({field.path: field for field in fields}),
        MappingProxyType({field.path: field for field in envelope}),
    )
