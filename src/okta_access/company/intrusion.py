"""One intruder's night: an administrator's session, taken over behind a proxy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

from okta_access.company.events import Log, later
from okta_access.company.people import Office, Person

_HIDEOUT = Office("Amsterdam", "North Holland", "Netherlands", 1, "198.51.100")


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
