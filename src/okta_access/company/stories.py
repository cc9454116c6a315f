"""Stories of intruders, as steps: what each does, told so that one can ask which rules notice.

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


_CONDITION = "access.request.condition"
_SEQUENCE = "access.request.sequence"
_SETTINGS = "access.request.settings.update"
_CREATE, _RESOLVE = "access.request.create", "access.request.resolve"
_REVIEW = "access.review"
_SESSIONS = "the rules on sessions are opt-in until a log shows one session for each person"
_ASKING = frozenset({_CREATE, "access.request.cancel"})
_DECIDING = frozenset({_RESOLVE, "access.request.reject", f"{_REVIEW}.action", f"{_REVIEW}.close"})

STORIES = (
    story(
        "night-shift",
        "A stolen administrator's session behind a proxy swaps the approvers, asks, resolves the "
        "own request and puts everything back.",
        [
            (1, f"{_SEQUENCE}.update", "intruder_admin", "seq-1"),
            (3, f"{_CONDITION}.deactivate", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.update", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.activate", "intruder_admin", "rco-1"),
            (4, _CREATE, "intruder_admin", "req-1"),
            (5, _RESOLVE, "intruder_admin", "req-1"),
            (3, f"{_CONDITION}.deactivate", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.update", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.activate", "intruder_admin", "rco-1"),
        ],
    ),
    story(
        "wrecking-ball",
        "An administrator who was given notice deletes conditions and sequences before leaving.",
        [
            Step(4, f"{_CONDITION}.delete", "admin", "rco-{n}", times=4),
            Step(4, f"{_SEQUENCE}.delete", "admin", "seq-{n}", times=2),
        ],
    ),
    story(
        "stolen-client",
        "The credentials of an OAuth client leak; whoever finds them rewrites a condition by API.",
        [
            (1, f"{_CONDITION}.deactivate", "stolen_client", "rco-2"),
            (0.2, f"{_CONDITION}.update", "stolen_client", "rco-2"),
            (0.2, f"{_CONDITION}.activate", "stolen_client", "rco-2"),
        ],
    ),
    story(
        "side-door",
        "A stolen administrator's account behind a proxy adds a condition of its own: a way to "
        "ask that did not exist.",
        [
            (1, f"{_CONDITION}.create", "intruder_admin", "rco-99"),
            (2, f"{_CONDITION}.activate", "intruder_admin", "rco-99"),
        ],
    ),
    story(
        "own-approver",
        "An employee who also approves opens a request and resolves it.",
        [(1, _CREATE, "insider", "req-2"), (12, _RESOLVE, "insider", "req-2")],
    ),
    story(
        "rubber-stamp",
        "A stolen approver's account resolves everything in its queue.",
        [Step(0.3, _RESOLVE, "approver", "req-{n}", times=25)],
    ),
    story(
        "shopping-list",
        "A stolen employee's account asks for every resource it can find.",
        [Step(2, _CREATE, "intruder_employee", "req-{n}", times=14)],
    ),
    story(
        "cookie-script",
        "A stolen session cookie is used by a script to ask for access.",
        [Step(5, _CREATE, "intruder_script", "req-{n}", times=3)],
    ),
    story(
        "two-browsers",
        "The cookie of an employee at work is used in another browser as well.",
        [
            (1, _CREATE, "employee", "req-3"),
            (7, _CREATE, "intruder_elsewhere", "req-4"),
            (4, "access.request.cancel", "intruder_elsewhere", "req-4"),
        ],
        _SESSIONS,
    ),
    story(
        "one-session-two-people",
        "One session acts under two identities, as in abuse of support's impersonation.",
        [(1, _CREATE, "intruder_employee", "req-5"), (9, _CREATE, "intruder_other", "req-6")],
        _SESSIONS,
    ),
    story(
        "helpful-support",
        "An identity of the vendor's staff changes who may ask for what.",
        [(1, f"{_CONDITION}.update", "support", "rco-3")],
    ),
    story(
        "one-switch",
        "An administrator's account, from its usual place, changes the tenant's request settings.",
        [(1, _SETTINGS, "admin", "settings")],
    ),
    story(
        "early-verdict",
        "Somebody under review changes the review's dates and ends it, behind a proxy.",
        [
            (1, "access.review.update", "intruder_admin", "rev-1"),
            (20, "access.review.close", "intruder_admin", "rev-1"),
        ],
    ),
    story(
        "own-judge",
        "The reviewed user decides in the review about themselves.",
        [Step(1, "access.review.action", "insider", "rev-2", also="insider")],
    ),
    story(
        "silenced-response",
        "A stolen response tool's client ends the reviews that an incident started.",
        [Step(3, "access.review.close", "stolen_client", "rev-{n}", times=3)],
    ),
    story(
        "tired-approver",
        "Somebody keeps asking the same approver, who keeps turning it down.",
        [Step(2, "access.request.reject", "approver", "req-{n}", times=10)],
    ),
    story(
        "new-approvers",
        "A stolen administrator's account, at home and with a browser, goes through all conditions "
        "and puts its own approver into each.",
        [Step(3, f"{_CONDITION}.update", "admin", "rco-{n}", times=10)],
    ),
    story(
        "rattling-doors",
        "An account without the right role tries to change guardrails, again and again.",
        [Step(4, f"{_CONDITION}.update", "employee", "rco-{n}", times=4, result="DENY")],
    ),
    story(
        "open-for-lunch",
        "An administrator opens a condition for twenty minutes; a friend asks meanwhile.",
        [
            (1, f"{_CONDITION}.activate", "admin", "rco-4"),
            (6, _CREATE, "employee", "req-7"),
            (14, f"{_CONDITION}.deactivate", "admin", "rco-4"),
        ],
        "the rule for it is low, for two edits in the Admin Console look the same",
    ),
    story(
        "two-places",
        "An administrator works at home while a copy of the session works abroad.",
        [
            (1, f"{_CONDITION}.update", "admin", "rco-5"),
            (15, f"{_SEQUENCE}.update", "intruder_abroad", "seq-5"),
        ],
    ),
    story(
        "swapped-approver",
        "A stolen administrator's account, at home and with a browser, puts another approver into "
        "one sequence, and a friend asks.",
        [
            (1, f"{_SEQUENCE}.update", "admin", "seq-6"),
            (30, _CREATE, "friend", "req-20"),
            (20, _RESOLVE, "approver", "req-20"),
        ],
    ),
    story(
        "one-afternoon",
        "A condition is created, used by a friend and deleted within three hours.",
        [
            (1, f"{_CONDITION}.create", "admin", "rco-20"),
            (5, f"{_CONDITION}.activate", "admin", "rco-20"),
            (40, _CREATE, "friend", "req-21"),
            (90, f"{_CONDITION}.deactivate", "admin", "rco-20"),
            (5, f"{_CONDITION}.delete", "admin", "rco-20"),
        ],
    ),
    story(
        "ten-minute-review",
        "A review that an incident started is closed before anybody can look.",
        [
            (1, f"{_REVIEW}.start", "okta", "rev-20"),
            (10, f"{_REVIEW}.close", "approver", "rev-20"),
        ],
    ),
    story(
        "two-hands",
        "One account exchanges the reviewers, another closes the review.",
        [
            (1, f"{_REVIEW}.update", "admin", "rev-21"),
            (90, f"{_REVIEW}.close", "colleague", "rev-21"),
        ],
    ),
    story(
        "early-end",
        "The end date of a review is moved to the next hour, and Okta closes it.",
        [
            (1, f"{_REVIEW}.update", "admin", "rev-22"),
            (65, f"{_REVIEW}.close", "okta", "rev-22"),
        ],
    ),
    story(
        "vendor-verdict",
        "An identity of the vendor's staff closes a review.",
        [(1, f"{_REVIEW}.close", "support", "rev-23")],
    ),
    story(
        "stolen-switch",
        "The credentials of an OAuth client leak; whoever finds them changes the settings by API.",
        [(1, _SETTINGS, "stolen_client", "settings")],
    ),
    story(
        "hammering",
        "A script tries guardrails until the rate limit stops it.",
        [Step(0.5, f"{_CONDITION}.update", "employee", "rco-{n}", times=6, result="RATE_LIMIT")],
    ),
    story(
        "new-chain",
        "An administrator's account makes a sequence without approvers and points a condition at "
        "it, asks, and points the condition back.",
        [
            (1, f"{_SEQUENCE}.create", "admin", "seq-7"),
            (4, f"{_CONDITION}.update", "admin", "rco-21"),
            (9, _CREATE, "admin", "req-22"),
            (9, f"{_CONDITION}.update", "admin", "rco-21"),
        ],
    ),
    story(
        "loosened-for-a-friend",
        "An administrator edits one condition in the ordinary way, and a friend asks under it.",
        [
            (1, f"{_CONDITION}.deactivate", "admin", "rco-22"),
            (3, f"{_CONDITION}.update", "admin", "rco-22"),
            (3, f"{_CONDITION}.activate", "admin", "rco-22"),
            (60, _CREATE, "friend", "req-23"),
        ],
        "an edit is daily work, and none of the 16 fields joins a request with its condition",
    ),
    story(
        "patient-approver",
        "A stolen approver's account resolves a friend's request at the pace of an ordinary day.",
        [(1, _CREATE, "friend", "req-24"), (240, _RESOLVE, "intruder_nearby", "req-24")],
        "resolving is daily work; that it was not the owner of the account is in no field",
    ),
    story(
        "good-neighbour",
        "A copied session asks for access from the same city with the same user agent.",
        [(1, _CREATE, "employee", "req-25"), (60, _CREATE, "intruder_nearby", "req-26")],
        "neither the user agent nor the country differs, and addresses change all the time",
    ),
    story(
        "flagged-approver",
        "A stolen approver's account resolves requests through a proxy.",
        [Step(30, _RESOLVE, "intruder_approver", "req-{n}", times=4)],
        "the rule for it is opt-in: where the company's VPN is marked as a proxy it is constant",
    ),
    story(
        "four-guardrails",
        "Four conditions are switched off, one fewer than a burst.",
        [Step(10, f"{_CONDITION}.deactivate", "admin", "rco-{n}", times=4)],
        "switching off begins every edit in the Admin Console, so only a burst of five counts",
    ),
    story(
        "self-made-reviewer",
        "Somebody makes themselves the reviewer of a review and decides in it.",
        [
            (1, f"{_REVIEW}.update", "colleague", "rev-24"),
            (30, f"{_REVIEW}.action", "colleague", "rev-24"),
        ],
        "only the actor joins the two events, so the rule for it is low",
    ),
    story(
        "far-cookie",
        "The cookie of an employee at work is used abroad with a copied user agent.",
        [(1, _CREATE, "employee", "req-27"), (45, _CREATE, "intruder_far", "req-28")],
        _SESSIONS,
    ),
)
