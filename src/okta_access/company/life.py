"""Ordinary days: people sign in and ask for access, managers decide, administrators tend the rules.

How often things happen is a guess, for nobody has published such a log: it is chosen to look like
a company that uses access requests every day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from okta_access.company.events import Log, later
from okta_access.company.people import OKTA, Company, Person

_REQUEST = "ACCESS_REQUEST"
_CONDITION = "ACCESS_REQUEST_CONDITION"
_SEQUENCE = "ACCESS_REQUEST_SEQUENCE"


class Life:
    """The days of a company, written into a log."""

    def __init__(self, company: Company, log: Log, random: Random) -> None:
        self.company = company
        self.log = log
        self.random = random

    def day(self, day: datetime) -> None:
        """One day, ``day`` being its midnight UTC; week-ends are quiet."""
        weekend = day.weekday() >= 5
        for person in self.company.people:
            if self.random.random() < (0.05 if weekend else 0.9):
                self._sign_in(person, self.at_work(person, day))
            if not weekend and self.random.random() < 0.06:
                self._request(person, self.at_work(person, day))
        if not weekend:
            self._administration(day)
        if self.random.random() < 0.15:
            self._review(day)

    def at_work(self, person: Person, day: datetime) -> datetime:
        """Some time in the person's office hours."""
        offset = person.office.utc_offset if person.office else 0
        hour = min(max(self.random.gauss(13, 2.2), 8), 18.5)
        return day + timedelta(hours=hour - offset)

    def _sign_in(self, person: Person, time: datetime) -> None:
        self.log.write(time, "user.session.start", person)
        for _ in range(self.random.randint(2, 8)):
            time = later(self.random, time, 1, 60)
            app = (f"0oa{self.random.randint(1, 40):017}", "AppInstance")
            self.log.write(time, "user.authentication.sso", person, app)

    def _request(self, person: Person, time: datetime, *, for_another: bool = False) -> None:
        request = (self.new_id(), _REQUEST)
        if for_another:
            self.log.for_others.add(request[0])
        manager = self.random.choice([m for m in self.company.managers if m is not person])
        self.log.write(time, "access.request.create", person, request)
        self.log.write(later(self.random, time, 0.01, 0.1), "access.request.update", OKTA, request)
        fate = self.random.random()
        if fate < 0.03:
            self.log.write(
                later(self.random, time, 5, 300), "access.request.cancel", person, request
            )
        elif fate < 0.08:
            expiry = time + timedelta(days=7)
            self.log.write(expiry, "access.request.expire", OKTA, request)
        else:
            decided = max(later(self.random, time, 3, 900), self.at_work(manager, _midnight(time)))
            self.log.write(decided, "access.request.update", manager, request)
            verb = "reject" if fate < 0.14 else "resolve"
            end = later(self.random, decided, 0.02, 0.2)
            self.log.write(end, f"access.request.{verb}", manager, request)

    def _administration(self, day: datetime) -> None:
        """A planned change now and then: a condition is edited as Okta wants it, disabled first."""
        admin = self.random.choice(self.company.admins)
        time = self.at_work(admin, day)
        if self.random.random() < 0.35:
            condition = (f"rco{self.random.randint(1, 30):017}", _CONDITION)
            for verb in ("deactivate", "update", "activate"):
                self.log.write(time, f"access.request.condition.{verb}", admin, condition)
                time = later(self.random, time, 1, 6)
        if self.random.random() < 0.15:
            sequence = (f"{self.random.randint(1, 12):024x}", _SEQUENCE)
            self.log.write(time, "access.request.sequence.update", admin, sequence)

    def _review(self, day: datetime) -> None:
        """A security access review of somebody, from its opening to its end some days later."""
        reviewer = self.random.choice(self.company.managers)
        review = (self.new_id(), "ACCESS_REVIEW")
        time = self.at_work(reviewer, day)
        self.log.write(time, "access.review.create", OKTA, review)
        time = later(self.random, time, 1, 5)
        self.log.write(time, "access.review.start", OKTA, review)
        for _ in range(self.random.randint(1, 6)):
            time = later(self.random, time, 2, 90)
            self.log.write(time, "access.review.action", reviewer, review)
            self.log.write(
                later(self.random, time, 0.1, 2), "access.review.remediate", OKTA, review
            )
        self.log.write(time + timedelta(days=3), "access.review.close", OKTA, review)

    def new_id(self) -> str:
        """An id that nothing has yet: 24 hex digits."""
        return f"{self.random.getrandbits(96):024x}"


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)
