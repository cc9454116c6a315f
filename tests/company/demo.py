"""How the demo log was made: a stretch of a company's log, with or without an intruder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.company.events import Log, later
from okta_access.company.life import Life
from okta_access.company.people import Office, Person, found_company

_HIDEOUT = Office("Amsterdam", "North Holland", "Netherlands", 1, "198.51.100")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def company_log(
    catalog: Catalog, *, people: int, days: int, seed: int, intrusion: bool
) -> list[Event]:
    """The log of so many days from a Monday on, oldest event first; the same for the same seed.

    With ``intrusion`` somebody takes over an administrator's account in the fourth night (in the
    last one where there are fewer days).
    """
    random = Random(seed)
    company = found_company(random, people)
    log = Log(catalog, random)
    life = Life(company, log, random)
    for number in range(days):
        life.day(MONDAY + timedelta(days=number))
    if intrusion:
        night = MONDAY + timedelta(days=min(3, days - 1), hours=2, minutes=12)
        loosen_ask_resolve_restore(log, random, company.admins[0], night)
    return log.events(MONDAY + timedelta(days=days))


def loosen_ask_resolve_restore(log: Log, random: Random, admin: Person, night: datetime) -> None:
    """Change who must approve, ask, resolve the own request, and put everything back.

    The intruder has the administrator's account and comes through a proxy at night.
    """
    intruder = replace(admin, office=_HIDEOUT, address="198.51.100.77", proxy=True)
    sequence = (f"{random.randint(1, 12):024x}", "ACCESS_REQUEST_SEQUENCE")
    condition = (f"rco{random.randint(1, 30):017}", "ACCESS_REQUEST_CONDITION")
    request = (f"{random.getrandbits(96):024x}", "ACCESS_REQUEST")
    steps = (
        ("user.session.start", None),
        ("access.request.sequence.update", sequence),
        ("access.request.condition.deactivate", condition),
        ("access.request.condition.update", condition),
        ("access.request.condition.activate", condition),
        ("access.request.create", request),
        ("access.request.update", request),
        ("access.request.resolve", request),
        ("access.request.condition.deactivate", condition),
        ("access.request.condition.update", condition),
        ("access.request.condition.activate", condition),
        ("access.request.sequence.update", sequence),
    )
    time = night
    for event_type, target in steps:
        log.write(time, event_type, intruder, target)
        time = later(random, time, 1, 7)
