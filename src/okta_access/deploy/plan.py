"""What would make a SIEM hold what we ship: as little as possible, in a stable order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from okta_access.deploy.model import Shipped, Siem, There

_GONE = "it is no longer shipped"


class Action(StrEnum):
    """What is done to a thing."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as shipped; None where it is absent."""

    name: str
    there: Any
    shipped: Any


@dataclass(frozen=True, slots=True)
class Change:
    """Something to do; ``obstacle`` says why it cannot be done, ``reason`` why it should."""

    action: Action
    key: str
    name: str
    shipped: Shipped | None
    there: There | None
    differences: tuple[Difference, ...] = ()
    reason: str | None = None
    obstacle: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes, by action and name, and how many things are as shipped."""

    place: str
    changes: tuple[Change, ...]
    same: int

    @property
    def doable(self) -> tuple[Change, ...]:
        """The changes that nothing stands in the way of."""
        return tuple(change for change in self.changes if change.obstacle is None)


def differences(shipped: Shipped, there: There) -> tuple[Difference, ...]:
    """The fields that must be so and are not, by name."""
    return tuple(
        Difference(name, there.fields.get(name), value)
        for name, value in sorted(shipped.fields.items())
        if there.fields.get(name) != value
    )


def plan(siem: Siem, shipped: Sequence[Shipped], *, delete: bool = False) -> Plan:
    """What to do; nothing is written. With ``delete`` what is no longer shipped is taken away."""
    found = siem.find(shipped)
    changes: list[Change] = []
    same = 0
    for one in shipped:
        there = found.pop(one.key, None)
        change = _towards(siem, one, there)
        if change is not None:
            changes.append(change)
        elif there is not None:
            same += 1
    changes += [change for there in found.values() if (change := _away(there, delete=delete))]
    order = [*Action]
    changes.sort(key=lambda change: (order.index(change.action), change.name, change.key))
    return Plan(siem.place, tuple(changes), same)


def _towards(siem: Siem, one: Shipped, there: There | None) -> Change | None:
    if there is None:
        return None if one.optional else Change(Action.CREATE, one.key, one.name, one, None)
    changed = differences(one, there)
    if not changed:
        return None
    obstacle = there.obstacle or siem.obstacle(one, there)
    return Change(Action.UPDATE, one.key, one.name, one, there, changed, obstacle=obstacle)


def _away(there: There, *, delete: bool) -> Change | None:
    if delete and there.removable:
        return Change(Action.DELETE, there.key, there.name, None, there, reason=_GONE)
    if there.enabled:
        return Change(Action.DISABLE, there.key, there.name, None, there, reason=_GONE)
    return None
