"""What a page tells of an event: read once, in texts that are short enough to be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.catalog.times import event_time
from okta_access.logs.place import Place
from okta_access.scan.context import WHO, Actor

_LONGEST = 160
_NO_SESSION = ("", "unknown")
_PATHS = {
    "actor": "actor.id",
    "session": "authenticationContext.externalSessionId",
    "address": "client.ipAddress",
    "object": "target.id",
}


@dataclass(frozen=True, slots=True)
class Target:
    """An object of an event: what it is and how it is called, as far as the event says."""

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One event. An empty text stands for what is not there; ``time`` is in microseconds."""

    place: Place
    time: int | None
    uuid: str
    type: str
    message: str
    who: Actor
    address: str
    country: str
    agent: str
    result: str
    reason: str
    targets: tuple[Target, ...]


def facts_of(event: Event, place: Place, catalog: Catalog) -> Facts:
    """What is told of an event."""

    def one(path: str) -> str:
        return cut(", ".join(texts(event, path, catalog)))

    return Facts(
        place=place,
        time=event_time(event),
        uuid=cut(uuid_of(event) or ""),
        type=cut(event_type_of(event)),
        message=one("displayMessage"),
        who=Actor(*(one(path) or None for path in WHO)),
        address=one("client.ipAddress"),
        country=one("client.geographicalContext.country"),
        agent=one("client.userAgent.rawUserAgent"),
        result=one("outcome.result"),
        reason=one("outcome.reason"),
        targets=tuple(_targets(event, catalog)),
    )


def keys_of(event: Event, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """What events have in common with others: actor, session, address and objects, each named."""
    for kind, path in _PATHS.items():
        for text in texts(event, path, catalog):
            if kind != "session" or text.lower() not in _NO_SESSION:
                yield kind, text


def cut(text: str) -> str:
    """A text that is not longer than a page can bear.

    >>> len(cut("x" * 9000))
    180
    """
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _targets(event: Event, catalog: Catalog) -> Iterator[Target]:
    members = event.get("target")
    if not isinstance(members, list) or not all(isinstance(one, dict) for one in members):
        yield from (Target(cut(text), "", "") for text in texts(event, "target.id", catalog))
        return
    for member in members:
        id_, type_, name, login = (
            cut(", ".join(texts({"target": member}, f"target.{key}", catalog)))
            for key in ("id", "type", "displayName", "alternateId")
        )
        if id_ or name or login:
            yield Target(id_, type_, name or login)
