"""What one act looks like in the log."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event, rfc3339, template_event
from okta_access.company.people import Person
from okta_access.company.worlds import QUIET, World


class Log:
    """Events as they are written; ordered by time at the end.

    Only event types that begin with one of ``only`` are kept; that changes nothing in these.
    """

    def __init__(
        self,
        catalog: Catalog,
        random: Random,
        world: World = QUIET,
        *,
        only: tuple[str, ...] = ("",),
    ) -> None:
        self._catalog = catalog
        self._world = world
        self._only = only
        self.for_others: set[str] = set()
        """The ids of requests that somebody makes for somebody else."""
        self._requesters: dict[str, str] = {}
        self._random = random
        self._events: list[tuple[datetime, int, Event]] = []
        self._last: Event | None = None

    def write(
        self,
        time: datetime,
        event_type: str,
        who: Person,
        target: tuple[str, str] | None = None,
        *,
        result: str = "SUCCESS",
        reason: str | None = None,
    ) -> None:
        """Write one event as this world logs it.

        ``target`` is the id and type of the object acted upon.
        """
        transaction, uuid = self._random.getrandbits(64), self._random.getrandbits(128)
        self._last = None
        if not event_type.startswith(self._only):
            return
        doer, who = who, self._world.actor_of(who, event_type, time)
        event = template_event(self._catalog, event_type)
        event["actor"] = {
            "id": who.id,
            "type": who.type,
            "alternateId": who.login,
            "displayName": who.name,
            "detailEntry": None,
        }
        event["client"] = _client(who)
        event["request"] = {"ipChain": []}
        if who.address is not None:
            event["request"] = {"ipChain": [{"ip": who.address, "version": "V4", "source": None}]}
        event["securityContext"] = _security(who, flag=self._world.proxy_flag)
        session: str | None = f"idx{(who.session_of or who.id)[-6:]}{time.date().toordinal()}"
        if who.type != "User" or not who.session:
            session = None
        event["authenticationContext"]["externalSessionId"] = session
        event["outcome"] = {"result": self._world.outcome_of(result), "reason": reason}
        event["target"] = None if target is None else self._targets(target, doer)
        event["transaction"] = {
            "type": "WEB" if who.type == "User" else "JOB",
            "id": f"tx{transaction:016x}",
            "detail": {},
        }
        event["uuid"] = str(UUID(int=uuid, version=4))
        event["published"] = rfc3339(time)
        self._events.append((time, len(self._events), event))
        self._last = event

    def add_target(self, id_: str, type_: str) -> None:
        """Give the event written last one more target, where it was kept."""
        if self._last is not None:
            self._last["target"].append(_target(id_, type_))

    def _targets(self, target: tuple[str, str], doer: Person) -> list[dict[str, Any]]:
        found = [_target(*target)]
        if self._world.two_targets and target[1] != "AppInstance":
            id_, type_ = target
            if type_ == "ACCESS_REQUEST":
                found.append(_target(self._requesters.setdefault(id_, doer.id), "User"))
            else:
                found.append(_target(f"0oa{zlib.crc32(id_.encode()) % 40 + 1:017}", "AppInstance"))
        return found

    def events(self, end: datetime) -> list[Event]:
        """Everything written before that time, oldest first."""
        return [event for time, _, event in sorted(self._events, key=lambda e: e[:2]) if time < end]


def later(random: Random, time: datetime, least: float, most: float) -> datetime:
    """A time some minutes later."""
    return time + timedelta(minutes=random.uniform(least, most))


def _client(who: Person) -> dict[str, Any]:
    place = None
    if who.office is not None:
        place = {
            "city": who.office.city,
            "state": who.office.state,
            "country": who.office.country,
            "postalCode": None,
            "geolocation": None,
        }
    agent = None
    if who.agent is not None:
        agent = {"rawUserAgent": who.agent, "os": "Unknown", "browser": "UNKNOWN"}
    return {
        "userAgent": agent,
        "zone": "null",
        "device": "Computer" if who.type == "User" else None,
        "id": None,
        "ipAddress": who.address,
        "geographicalContext": place,
    }


def _security(who: Person, *, flag: bool) -> dict[str, Any]:
    known = who.address is not None
    return {
        "asNumber": 64500 if known else None,
        "asOrg": "example networks" if known else None,
        "isp": "example networks" if known else None,
        "domain": None,
        "isProxy": who.proxy if known and flag else None,
    }


def _target(id_: str, type_: str) -> dict[str, Any]:
    return {
        "id": id_,
        "type": type_,
        "alternateId": _permalink(id_) if type_ == "ACCESS_REQUEST" else None,
        "displayName": None,
        "detailEntry": None,
        "changeDetails": None,
    }


def _permalink(id_: str) -> str | None:
    """The number under which Okta shows a request; made-up ids that are no number have none."""
    try:
        return str(int(id_[-6:], 16))
    except ValueError:
        return None
