"""A busy month of a large company, on top of its ordinary days.

How often what happens is a guess, made on the noisy side: batches of approvals, new hires who need
everything at once, a ticketing integration, reviews, mistakes, browsers that update.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from random import Random

from okta_access.catalog.model import PUBLISHED, Catalog
from okta_access.catalog.template import Event
from okta_access.company.debug_data import add_debug_data
from okta_access.company.events import Log, later
from okta_access.company.life import Life
from okta_access.company.neighbours import Neighbours, changes_by_people
from okta_access.company.people import (
    OKTA,
    TERRAFORM,
    TICKETING,
    Company,
    Person,
    found_company,
)
from okta_access.company.upheaval import upheaval
from okta_access.company.worlds import World

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_REQUEST = "ACCESS_REQUEST"
_CONDITION = "ACCESS_REQUEST_CONDITION"
_SEQUENCE = "ACCESS_REQUEST_SEQUENCE"
_SETTINGS = "ACCESS_REQUEST_SETTINGS"
_UPDATED = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
)


def company_month(
    catalog: Catalog,
    world: World,
    *,
    people: int = 2000,
    days: int = 30,
    seed: int = 1,
    packs: Collection[str] = (),
    only: tuple[str, ...] = ("",),
) -> list[Event]:
    """The log of a month without any intruder, oldest event first; the same for the same seed.

    ``packs`` names the opt-in packs whose keys of debugData or neighbouring events it has as well;
    everything else in it is the same with and without them. Only types that begin with
    one of ``only`` are kept, and neighbouring ones.
    """
    random = Random(seed)  # noqa: S311 - a simulation
    company = found_company(random, people)
    log = Log(catalog, random, world, only=only)
    month = Month(company, log, random, world)
    for number in range(days):
        month.day(MONDAY + timedelta(days=number))
    end = MONDAY + timedelta(days=days)
    events = log.events(end)
    if "neighbours" in packs:
        random = Random(f"neighbours {seed}")  # noqa: S311 - a simulation
        log_beside = Log(catalog, random, world)
        beside = Neighbours(company, log_beside, random, changes_by_people(events))
        for number in range(days):
            beside.day(MONDAY + timedelta(days=number))
        events = sorted([*events, *log_beside.events(end)], key=itemgetter(PUBLISHED))
    if "debugdata" in packs:
        random = Random(f"debugdata {seed}")  # noqa: S311 - a simulation
        add_debug_data(events, log.for_others, people, random)
    return events


class Month(Life):
    """The days of a large company: some approvers own many apps, and some things go wrong."""

    def __init__(self, company: Company, log: Log, random: Random, world: World) -> None:
        super().__init__(company, log, random)
        self.world = world
        self.owners = company.managers[: max(1, len(company.managers) // 25)]

    def day(self, day: datetime) -> None:
        """One day: sign-ins of some, requests of a few, and what administrators do."""
        working = day.weekday() < 5
        for person in self.company.people:
            if self.random.random() < (0.25 if working else 0.02):
                self.log.write(self.at_work(person, day), "user.session.start", person)
            if working and self.random.random() < 0.05:
                self._one_request(self._browser(person), self.at_work(person, day))
        if working:
            self._owners(day)
            self._changes(day)
            self._slips(day)
        if day.day in (2, 16):
            self._onboarding(day)
        if self.random.random() < 0.3:
            self._reviewed(day)

    def _browser(self, person: Person) -> Person:
        """The person with today's browser; now and then it has just been updated."""
        return replace(person, agent=_UPDATED) if self.random.random() < 0.002 else person

    def _one_request(self, person: Person, time: datetime) -> None:
        kind = self.random.random()
        if self.world.for_others and self.random.random() < self.world.for_others:
            manager = self.random.choice(self.company.managers)
            self._request(manager, self.at_work(manager, _midnight(time)), for_another=True)
        elif kind < 0.15:
            self._ticket(person, time)
        elif kind < 0.17:
            request = (self.new_id(), _REQUEST)
            reason = "resource not available: request failed"
            self.log.write(
                time, "access.request.create", person, request, result="FAILURE", reason=reason
            )
            self._request(person, later(self.random, time, 1, 5))
        else:
            self._request(person, time)

    def _ticket(self, person: Person, time: datetime) -> None:
        """A request that a ticketing integration opens; a manager decides."""
        request = (self.new_id(), _REQUEST)
        manager = self.random.choice([m for m in self.company.managers if m is not person])
        self.log.write(time, "access.request.create", TICKETING, request)
        self.log.write(
            later(self.random, time, 0.1, 1), "access.request.update", TICKETING, request
        )
        decided = max(later(self.random, time, 3, 600), self.at_work(manager, _midnight(time)))
        self.log.write(decided, "access.request.update", manager, request)
        self.log.write(
            later(self.random, decided, 0.02, 0.2), "access.request.resolve", manager, request
        )

    def _owners(self, day: datetime) -> None:
        """App owners work through their queue: some requests one after another."""
        for owner in self.owners:
            decides = self.owners[0] if self.world.delegates else owner
            if self.random.random() < 0.5:
                time = self.at_work(owner, day)
                for _ in range(self.random.randint(3, 12)):
                    requester = self.random.choice(self.company.people)
                    request = (self.new_id(), _REQUEST)
                    opened = time - timedelta(minutes=self.random.uniform(30, 900))
                    self.log.write(opened, "access.request.create", requester, request)
                    self.log.write(time, "access.request.resolve", decides, request)
                    time = later(self.random, time, 0.5, 3)

    def _changes(self, day: datetime) -> None:
        """Administrators' work, as seldom as it is planned, and the pipeline where there is one."""
        admin = self.random.choice(self.company.admins)
        time = self.at_work(admin, day)
        if self.random.random() < 0.8:
            self._edit(admin, time)
        if self.random.random() < 0.3:
            sequence = (f"{self.random.randint(1, 12):024x}", _SEQUENCE)
            self.log.write(time, "access.request.sequence.update", admin, sequence)
        for chance, event_type, target in (
            (0.05, "access.request.condition.delete", (f"rco{self.new_id()[:17]}", _CONDITION)),
            (0.03, "access.request.sequence.create", (self.new_id(), _SEQUENCE)),
            (0.02, "access.request.sequence.delete", (self.new_id(), _SEQUENCE)),
            (0.02, "access.request.settings.update", ("settings", _SETTINGS)),
        ):
            if self.random.random() < chance:
                self.log.write(later(self.random, time, 1, 90), event_type, admin, target)
        if self.random.random() < 0.05:
            condition = (f"rco{self.random.randint(1, 30):017}", _CONDITION)
            self.log.write(time, "access.request.condition.invalidate", OKTA, condition)
        if self.world.terraform:
            self._edit(
                TERRAFORM, day + timedelta(hours=4, minutes=self.random.randint(0, 20)), 0.05
            )
        if self.world.rate_limits and day.weekday() == 2:
            self._limited(day + timedelta(hours=5))
        if self.world.upheavals:
            upheaval(self, day)

    def _limited(self, time: datetime) -> None:
        """The pipeline applies much at once, meets the limit, and tries again."""
        for _ in range(self.random.randint(2, 8)):
            condition = (f"rco{self.random.randint(1, 30):017}", _CONDITION)
            update = "access.request.condition.update"
            self.log.write(
                time, update, TERRAFORM, condition, result="RATE_LIMIT", reason="too many requests"
            )
            time = later(self.random, time, 0.5, 2)
            self.log.write(time, update, TERRAFORM, condition)

    def _edit(self, who: Person, time: datetime, pace: float = 3.0) -> None:
        """A condition is edited: disabled, changed, enabled, or through the API in one step."""
        condition = (f"rco{self.random.randint(1, 30):017}", _CONDITION)
        for verb in (
            ("update",) if self.world.edits_by_api else ("deactivate", "update", "activate")
        ):
            self.log.write(time, f"access.request.condition.{verb}", who, condition)
            time = later(self.random, time, pace / 3, pace * 2)

    def _slips(self, day: datetime) -> None:
        """An administrator's form that does not pass, and somebody who changes their mind."""
        if self.random.random() < 0.1:
            admin = self.random.choice(self.company.admins)
            time = self.at_work(admin, day)
            condition = (f"rco{self.random.randint(1, 30):017}", _CONDITION)
            for _ in range(self.random.randint(1, 3)):
                self.log.write(
                    time,
                    "access.request.condition.update",
                    admin,
                    condition,
                    result="FAILURE",
                    reason="the request is invalid",
                )
                time = later(self.random, time, 1, 5)
        if self.random.random() < 0.2:
            person = self.random.choice(self.company.people)
            time = self.at_work(person, day)
            for _ in range(self.random.randint(2, 4)):
                request = (self.new_id(), _REQUEST)
                self.log.write(time, "access.request.create", person, request)
                time = later(self.random, time, 1, 5)
                self.log.write(time, "access.request.cancel", person, request)

    def _onboarding(self, day: datetime) -> None:
        """New hires: a few managers ask for everything at once, and owners approve in batches."""
        for manager in self.random.sample(
            self.company.managers, min(6, len(self.company.managers))
        ):
            time = self.at_work(manager, day)
            owner = self.random.choice(self.owners)
            wanted = self.random.randint(3, 11)
            for _ in range(wanted):
                request = (self.new_id(), _REQUEST)
                self.log.for_others.add(request[0])
                self.log.write(time, "access.request.create", manager, request)
                decided = time + timedelta(hours=2)
                self.log.write(decided, "access.request.resolve", owner, request)
                time = later(self.random, time, 1, 6)

    def _reviewed(self, day: datetime) -> None:
        """A review of somebody after an incident; now and then its dates move, or a step fails."""
        reviewer = self.random.choice(self.company.managers)
        reviewed = self.random.choice([p for p in self.company.people if p is not reviewer])
        review = (self.new_id(), "ACCESS_REVIEW")

        def write(
            time: datetime, verb: str, who: Person, reason: str | None = None, result: str = ""
        ) -> None:
            result = result or ("SUCCESS" if reason is None else "FAILURE")
            type_ = f"access.review.{verb}"
            self.log.write(time, type_, who, review, result=result, reason=reason)
            if not self.world.bare_reviews:
                self.log.add_target(reviewed.id, "User")

        time = self.at_work(reviewer, day)
        write(time, "create", OKTA)
        time = later(self.random, time, 1, 5)
        write(time, "start", OKTA)
        if self.random.random() < 0.2:
            write(later(self.random, time, 5, 60), "update", reviewer)
        for _ in range(self.random.randint(1, 6)):
            time = later(self.random, time, 2, 90)
            write(time, "action", reviewer)
            failed = self.random.random() < 0.03
            reason = "the grant could not be revoked: request failed" if failed else None
            by_hand = self.world.skipped and self.random.random() < self.world.skipped
            done = "SKIPPED" if by_hand else ""
            write(later(self.random, time, 0.1, 2), "remediate", OKTA, reason, done)
        who = reviewer if self.random.random() < 0.15 else OKTA
        write(time + timedelta(days=3), "close", who)


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)
