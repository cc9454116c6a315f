"""A stretch of a company's log, with or without an intruder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.company.events import Log
from okta_access.company.intrusion import loosen_ask_resolve_restore
from okta_access.company.life import Life
from okta_access.company.people import found_company

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def company_log(
    catalog: Catalog, *, people: int, days: int, seed: int, intrusion: bool
) -> list[Event]:
    """The log of so many days from a Monday on, oldest event first; the same for the same seed.

    With ``intrusion`` somebody takes over an administrator's account in the fourth night (in the
    last one where there are fewer days).
    """
    random = Random(seed)  # noqa: S311 - a simulation
    company = found_company(random, people)
    log = Log(catalog, random)
    life = Life(company, log, random)
    for number in range(days):
        life.day(MONDAY + timedelta(days=number))
    if intrusion:
        night = MONDAY + timedelta(days=min(3, days - 1), hours=2, minutes=12)
        loosen_ask_resolve_restore(log, random, company.admins[0], night)
    return log.events(MONDAY + timedelta(days=days))
