"""What an event says of who acted, from where, on what and with which end: for questions to a log.

Unlike a rule, which asks one thing, these questions look at whole populations of events.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from okta_access.assumptions.signs import APPS, BROWSER, NO_SESSION, PLANES, SYSTEM, TOOLS, USERS
from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.catalog.times import event_time


class ActorKind(StrEnum):
    """Who acts, as the rules tell them apart by ``actor.type``."""

    USER = "user"
    APP = "app"
    SYSTEM = "system"
    OTHER = "other"


_KINDS = {
    **dict.fromkeys(USERS, ActorKind.USER),
    **dict.fromkeys(APPS, ActorKind.APP),
    **dict.fromkeys(SYSTEM, ActorKind.SYSTEM),
}


class AgentKind(StrEnum):
    """What a user agent seems to be; a client chooses what it says."""

    BROWSER = "browser"
    TOOL = "tool"
    OTHER = "other"
    NONE = "none"


def agent_kind(agent: str) -> AgentKind:
    """What a user agent seems to be.

    >>> agent_kind("curl/8.5.0"), agent_kind("okta_iga_connector")
    (<AgentKind.TOOL: 'tool'>, <AgentKind.OTHER: 'other'>)
    """
    lowered = agent.lower()
    if any(tool in lowered for tool in TOOLS):  # PowerShell begins like a browser
        return AgentKind.TOOL
    if lowered.startswith(BROWSER):
        return AgentKind.BROWSER
    return AgentKind.OTHER if lowered else AgentKind.NONE


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One event of the catalogue's types, read once; an empty text stands for what is not there.

    ``time`` is in microseconds since 1970, ``proxy`` None where the flag is not there.
    """

    type: str
    plane: str
    time: int | None
    kind: ActorKind
    actor: str
    login: str
    actor_name: str
    address: str
    agent: str
    proxy: bool | None
    session: str
    targets: tuple[str, ...]
    target_types: tuple[str, ...]
    result: str
    reason: str

    @property
    def verb(self) -> str:
        """The last part of the event's type, such as create or resolve."""
        return self.type.rpartition(".")[2]


def read_event(event: Event, catalog: Catalog) -> AccessEvent:
    """Read what the questions ask of an event."""

    def one(path: str) -> str:
        found = texts(event, path, catalog)
        return found[0] if found else ""

    session = one("authenticationContext.externalSessionId")
    flag = one("securityContext.isProxy")
    type_ = str(event[EVENT_TYPE])
    return AccessEvent(
        type=type_,
        plane=PLANES[catalog.events[type_].family],
        time=event_time(event),
        kind=_KINDS.get(one("actor.type").lower(), ActorKind.OTHER),
        actor=one("actor.id"),
        login=one("actor.alternateId").lower(),
        actor_name=one("actor.displayName"),
        address=one("client.ipAddress"),
        agent=one("client.userAgent.rawUserAgent"),
        proxy=flag == "true" if flag else None,
        session="" if session.lower() in NO_SESSION else session,
        targets=texts(event, "target.id", catalog),
        target_types=texts(event, "target.type", catalog),
        result=one("outcome.result").upper(),
        reason=one("outcome.reason"),
    )


def clients_of_user(event: Event, catalog: Catalog) -> list[tuple[str, str]]:
    """The actor with the address and with the user agent of an event, where a user acted.

    >>> from okta_access.catalog.load import load_catalog
    >>> event = {"actor": {"id": "u", "type": "User"}, "client": {"ipAddress": "192.0.2.1"}}
    >>> clients_of_user(event, load_catalog())
    [('u', '192.0.2.1')]
    """
    kinds = texts(event, "actor.type", catalog)
    actors = texts(event, "actor.id", catalog)
    if not kinds or not actors or _KINDS.get(kinds[0].lower()) is not ActorKind.USER:
        return []
    paths = ("client.ipAddress", "client.userAgent.rawUserAgent")
    return [(actors[0], found[0]) for path in paths if (found := texts(event, path, catalog))]
