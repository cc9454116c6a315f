"""How a story of an intruder becomes a log: steps, and the ways in which they can be told.

A step is what one person does. Steps are data, so that the same story can be told with a
browser's user agent, without the proxy flag, or ten times as slow: how far a rule can be evaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.company.events import Log
from okta_access.company.people import CLOUD, OKTA, Office, Person, found_company

BEGINNING = datetime.fromisoformat("2026-03-05T02:12:00+00:00")
_HIDEOUT = Office("Amsterdam", "North Holland", "Netherlands", 1, "198.51.100")
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
_SCRIPT = "python-requests/2.32.3"
_ASKING = frozenset({"access.request.create", "access.request.cancel"})
_DECIDING = frozenset(
    {
        "access.request.resolve",
        "access.request.reject",
        "access.review.action",
        "access.review.close",
    }
)


class Evasion(StrEnum):
    """A way to tell a story less loudly."""

    NONE = "as told"
    BROWSER = "browser's user agent"
    NO_PROXY = "no proxy flag"
    SLOW = "ten times as slow"
    REQUESTER = "another requester"
    APPROVER = "another approver"


@dataclass(frozen=True, slots=True)
class Step:
    """An act: after so many minutes, of what type, by whom, on what; ``times`` acts in a row.

    ``on`` names the object; with ``{n}`` in it each repetition has an object of its own.
    """

    after: float
    event_type: str
    who: str
    on: str
    times: int = 1
    result: str = "SUCCESS"
    also: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its name, what happens, and why no rule notices it, where none does."""

    name: str
    about: str
    steps: tuple[Step, ...]
    unseen: str = ""


def story_log(
    catalog: Catalog, story: Story, *, evasion: Evasion = Evasion.NONE, seed: int = 1
) -> list[Event]:
    """The events of a story alone, oldest first; the same for the same seed."""
    random = Random(seed)  # noqa: S311 - a simulation
    log = Log(catalog, random)
    people = _people(random, evasion)
    time = BEGINNING
    pace = 10 if evasion is Evasion.SLOW else 1
    for step in story.steps:
        for number in range(1, step.times + 1):
            time += timedelta(minutes=step.after * pace)
            target = (step.on.replace("{n}", str(number)), _object_type(step.event_type))
            reason = None if step.result == "SUCCESS" else "not permitted"
            who = _instead(people[step.who], step.event_type, evasion, people)
            log.write(time, step.event_type, who, target, result=step.result, reason=reason)
            if step.also is not None:
                log.add_target(people[step.also].id, "User")
    return log.events(time + timedelta(days=1))


def _instead(who: Person, event_type: str, evasion: Evasion, people: dict[str, Person]) -> Person:
    """Whose account acts: another one for what the evasion is about, behind the same client."""
    other = {
        Evasion.REQUESTER: ("friend", _ASKING),
        Evasion.APPROVER: ("second_approver", _DECIDING),
    }.get(evasion)
    if other is None or who.type != "User" or event_type not in other[1]:
        return who
    account = people[other[0]]
    return replace(who, id=account.id, login=account.login, name=account.name)


def _people(random: Random, evasion: Evasion) -> dict[str, Person]:
    """Who acts. An ``intruder_…`` is somebody else behind that person's account."""
    company = found_company(random, 40)
    admin, colleague = company.admins[0], company.admins[1]
    employees = [p for p in company.people if p not in company.admins + company.managers]
    employee, other, friend = employees[:3]
    approver, second = company.managers[:2]
    proxy = evasion is not Evasion.NO_PROXY
    script = _BROWSER if evasion is Evasion.BROWSER else _SCRIPT

    def behind(who: Person, *, agent: str = _BROWSER, flagged: bool = True) -> Person:
        return replace(
            who, office=_HIDEOUT, address="198.51.100.77", agent=agent, proxy=flagged and proxy
        )

    return {
        "admin": admin,
        "colleague": colleague,
        "employee": employee,
        "approver": approver,
        "second_approver": second,
        "friend": friend,
        "okta": OKTA,
        "intruder_admin": behind(admin),
        "intruder_abroad": behind(admin, flagged=False),
        "intruder_employee": behind(employee),
        "intruder_other": replace(behind(other), session_of=employee.id),
        "intruder_script": replace(employee, agent=script),
        "intruder_nearby": replace(employee, address="203.0.113.99"),
        "intruder_far": replace(behind(employee, flagged=False), agent=employee.agent),
        "intruder_approver": behind(approver),
        "intruder_elsewhere": replace(employee, agent=_BROWSER, address="198.51.100.78"),
        "insider": replace(employee),
        "stolen_client": Person(
            "0oa00000000000000911",
            "PublicClientApp",
            "unknown",
            "Portal",
            CLOUD,
            "192.0.2.9",
            script,
        ),
        "support": replace(admin, id="00u-support", login="sam.support@okta.com"),
    }


def _object_type(event_type: str) -> str:
    family = event_type.split(".")[2] if event_type.count(".") > 2 else event_type.split(".")[1]
    return {"review": "ACCESS_REVIEW", "request": "ACCESS_REQUEST"}.get(
        family, f"ACCESS_REQUEST_{family.upper()}"
    )


def _steps(*steps: tuple[float, str, str, str] | Step) -> tuple[Step, ...]:
    return tuple(step if isinstance(step, Step) else Step(*step) for step in steps)


def story(
    name: str, about: str, steps: Iterable[tuple[float, str, str, str] | Step], unseen: str = ""
) -> Story:
    """A story of these steps; a plain tuple is (after, event type, who, on)."""
    return Story(name, about, _steps(*steps), unseen)
