"""Rare work of administrators and responders that looks like what rules are after.

Each is a false positive that a rule names of itself. How often they happen is a guess; that they
happen at all keeps the rules on rare events from being quiet because the company never does them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from okta_access.company.events import later
from okta_access.company.life import Life
from okta_access.company.people import OFFICES, OKTA, Person

_CHANCE = 0.05  # a working day, for each kind: once a month
_CONDITION = "access.request.condition"
_REVIEW = "access.review"


def upheaval(life: Life, day: datetime) -> None:
    """What of it happens on that working day, written into the log."""
    for kind in (_trial, _migration, _clear_out, _drill, _travel, _own_review):
        if life.random.random() < _CHANCE:
            admin = life.random.choice(life.company.admins)
            kind(life, admin, life.at_work(admin, day))


def _trial(life: Life, admin: Person, time: datetime) -> None:
    """A condition is made to try something out, and is gone on the same day."""
    condition = (f"rco{life.new_id()[:17]}", "ACCESS_REQUEST_CONDITION")
    for verb in ("create", "activate", "deactivate", "delete"):
        life.log.write(time, f"{_CONDITION}.{verb}", admin, condition)
        time = later(life.random, time, 5, 60)


def _migration(life: Life, admin: Person, time: datetime) -> None:
    """Many conditions are pointed to another sequence, one after another."""
    for number in life.random.sample(range(1, 31), life.random.randint(8, 20)):
        condition = (f"rco{number:017}", "ACCESS_REQUEST_CONDITION")
        life.log.write(time, f"{_CONDITION}.update", admin, condition)
        time = later(life.random, time, 1, 4)


def _clear_out(life: Life, admin: Person, time: datetime) -> None:
    """The conditions of apps that were retired go in one go."""
    for _ in range(life.random.randint(4, 9)):
        condition = (f"rco{life.new_id()[:17]}", "ACCESS_REQUEST_CONDITION")
        for verb in ("deactivate", "delete"):
            life.log.write(time, f"{_CONDITION}.{verb}", admin, condition)
            time = later(life.random, time, 0.5, 3)


def _drill(life: Life, admin: Person, time: datetime) -> None:
    """A review is begun as an exercise and closed within the hour."""
    review = (life.new_id(), "ACCESS_REVIEW")
    for verb, who in (("create", OKTA), ("start", OKTA), ("close", admin)):
        life.log.write(time, f"{_REVIEW}.{verb}", who, review)
        life.log.add_target(life.random.choice(life.company.people).id, "User")
        time = later(life.random, time, 1, 25)


def _travel(life: Life, admin: Person, time: datetime) -> None:
    """An administrator changes something by the office's line, and again by the phone's abroad."""
    elsewhere = next(office for office in OFFICES if office is not admin.office)
    abroad = replace(admin, office=elsewhere, address=f"{elsewhere.network}.254")
    for who in (admin, abroad):
        condition = (f"rco{life.random.randint(1, 30):017}", "ACCESS_REQUEST_CONDITION")
        life.log.write(time, f"{_CONDITION}.update", who, condition)
        time += timedelta(minutes=20)


def _own_review(life: Life, admin: Person, time: datetime) -> None:
    """Somebody tries the reviews out on their own account."""
    review = (life.new_id(), "ACCESS_REVIEW")
    for verb, who in (("create", OKTA), ("start", OKTA), ("action", admin), ("remediate", OKTA)):
        life.log.write(time, f"{_REVIEW}.{verb}", who, review)
        life.log.add_target(admin.id, "User")
        time = later(life.random, time, 1, 25)
