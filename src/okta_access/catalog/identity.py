"""When two lines are one event: a log may hold an event several times."""

from __future__ import annotations

from typing import Any

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.catalog.paths import Event, json_text, leaves
from okta_access.catalog.times import event_time

Identity = tuple[str, str, int | str]


def uuid_of(event: Event) -> str | None:
    """The event's uuid as text (of several the first), or None where it has none.

    >>> uuid_of({"uuid": "u-1"}), uuid_of({"uuid": ""})
    ('u-1', None)
    """
    found = leaves(event, [UUID])
    return _text(found[0]) if found else None


def event_type_of(event: Event) -> str:
    """The event's type as text."""
    return _text(event.get(EVENT_TYPE))


def identity_of(event: Event) -> Identity | None:
    """What copies of one event share: uuid, eventType and published; None without a uuid.

    Two ways to write one time are one time; a time that cannot be read is told by its text.
    """
    uuid = uuid_of(event)
    if uuid is None:
        return None
    time = event_time(event)
    published = _text(event.get(PUBLISHED)) if time is None else time
    return uuid, event_type_of(event), published


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)
