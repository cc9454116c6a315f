"""A plan carried out, a write at a time, each on what the plan saw."""

from __future__ import annotations

from collections.abc import Callable

from okta_access.deploy.errors import ChangedSincePlan, NotKept
from okta_access.deploy.model import Shipped, Siem, There
from okta_access.deploy.plan import Action, Change, Plan, differences


def apply(siem: Siem, plan: Plan, done: Callable[[Change], None]) -> None:
    """Do what can be done; ``done`` hears each change that was made.

    Each thing is read again before it is written, for no SIEM lets a writer say which state it
    means to change. Between that read and the write somebody else may still come.

    Raises:
        ChangedSincePlan: somebody came before; the changes until then are made.
        NotKept: the SIEM holds something else than it was given.
        SiemError: the SIEM cannot be used; the changes until then are made.
    """
    for change in plan.doable:
        if siem.read(change.key) != change.there:
            raise ChangedSincePlan(
                f"{change.name}: somebody changed it since the plan was made",
                hint="look at a new plan",
            )
        _make(siem, change)
        done(change)


def _make(siem: Siem, change: Change) -> None:
    shipped, there = change.shipped, change.there
    match change.action:
        case Action.CREATE:
            assert shipped is not None
            _kept(shipped, siem.create(shipped))
        case Action.UPDATE:
            assert shipped is not None
            assert there is not None
            names = [difference.name for difference in change.differences]
            _kept(shipped, siem.update(shipped, there, names))
        case Action.DISABLE:
            assert there is not None
            if siem.disable(there).enabled:
                raise NotKept(f"{change.name}: it was switched off, and is on")
        case Action.DELETE:
            assert there is not None
            siem.delete(there)


def _kept(shipped: Shipped, there: There) -> None:
    wrong = [difference.name for difference in differences(shipped, there)]
    if wrong:
        raise NotKept(
            f"{shipped.name}: other values were kept than were sent: {', '.join(wrong)}",
            hint="is it an older version, that does not know these fields?",
        )
