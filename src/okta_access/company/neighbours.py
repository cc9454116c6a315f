"""Events beside access requests that the pack of that name joins with changes of guardrails.

All rates are made up, for a company of 2,000 and in proportion for others:

- 10 memberships of groups a working day by hand, for most come by group rules; and one more after
  one change of a guardrail in ten, where a group and its condition are set up together;
- 3 resets of all authenticators a working day: everybody has a new phone once in three years;
- 2 administrator roles given a month: 20 people administer, for a year or two each;
- support let in once in two months; one time in three by who has just changed a guardrail and goes
  on with it, because the case is about that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from okta_access.catalog.model import PUBLISHED
from okta_access.catalog.template import Event
from okta_access.company.events import Log, later
from okta_access.company.life import Life
from okta_access.company.people import Company, Person

_GUARDRAILS = ("access.request.condition.", "access.request.sequence.", "access.request.settings.")
_GROUPS_A_DAY = 10 / 2000
_GROUP_WITH_CHANGE = 0.1
_RESETS_A_DAY = 3 / 2000
_ROLES_A_DAY = 2 / 21 / 2000
_SUPPORT_A_DAY = 0.5 / 21 / 2000
_ABOUT_GUARDRAILS = 1 / 3


class Neighbours(Life):
    """The working days of those who administer groups, roles and authenticators.

    ``changes`` are the times at which guardrails were changed, and by whom.
    """

    def __init__(
        self, company: Company, log: Log, random: Random, changes: Iterable[tuple[datetime, int]]
    ) -> None:
        super().__init__(company, log, random)
        self._changes: dict[date, list[tuple[datetime, Person]]] = {}
        for time, number in changes:
            whose = (time, company.people[number - 1])
            self._changes.setdefault(time.date(), []).append(whose)

    def day(self, day: datetime) -> None:
        """One day; nobody does any of this at the week-end."""
        if day.weekday() >= 5:
            return
        changes = self._changes.get(day.date(), [])
        for time, admin in changes:
            if self.random.random() < _GROUP_WITH_CHANGE:
                self._add_to_group(admin, later(self.random, time, 2, 30))
        for _ in range(self._how_many(_GROUPS_A_DAY)):
            self._add_to_group(*self._somebody(day))
        for _ in range(self._how_many(_RESETS_A_DAY)):
            admin, time = self._somebody(day)
            user = self.random.choice(self.company.people)
            self.log.write(time, "user.mfa.factor.reset_all", admin, (user.id, "User"))
        for _ in range(self._how_many(_ROLES_A_DAY)):
            admin, time = self._somebody(day)
            user = self.random.choice(self.company.people)
            self.log.write(time, "user.account.privilege.grant", admin, (user.id, "User"))
        for _ in range(self._how_many(_SUPPORT_A_DAY)):
            admin, time = self._somebody(day)
            if changes and self.random.random() < _ABOUT_GUARDRAILS:
                changed, admin = self.random.choice(changes)
                time = changed - timedelta(minutes=self.random.uniform(10, 120))
            self.log.write(time, "user.session.impersonation.grant", admin, (admin.id, "User"))

    def _add_to_group(self, admin: Person, time: datetime) -> None:
        group = (f"00g{self.random.randint(1, 200):017}", "UserGroup")
        user = self.random.choice(self.company.people)
        self.log.write(time, "group.user_membership.add", admin, (user.id, "User"))
        self.log.add_target(*group)

    def _somebody(self, day: datetime) -> tuple[Person, datetime]:
        admin = self.random.choice(self.company.admins)
        return admin, self.at_work(admin, day)

    def _how_many(self, rate: float) -> int:
        """How often on one day what happens that often a head: whole times, the rest by chance."""
        mean = rate * len(self.company.people)
        return int(mean) + (self.random.random() < mean % 1)


def changes_by_people(events: Iterable[Event]) -> list[tuple[datetime, int]]:
    """When people changed guardrails, and the number that each has in the company."""
    return [
        (datetime.fromisoformat(event[PUBLISHED]), int(event["actor"]["id"][3:]))
        for event in events
        if event["eventType"].startswith(_GUARDRAILS) and event["actor"]["type"] == "User"
    ]
