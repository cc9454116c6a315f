"""Rules against a lock: what is new, what changed, and what may not be as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from okta_access.rules.lock.file import Lock, Locked


class Fault(StrEnum):
    """Why a rule may not be locked as it is."""

    UNRAISED = "unraised"
    """Its meaning changed, and its version did not."""
    LOWERED = "lowered"
    """Its version is below the one that was locked."""
    REUSED = "reused"
    """Its id was that of a rule that was retired."""


class Change(Enum):
    """What became of a rule, in the order in which people are told."""

    NEW = "new"
    MEANING = "changed meaning"
    RENAMED = "renamed"
    RETIRED = "retired"


def fault_of(rule: Locked, before: Locked | None) -> Fault | None:
    """What is wrong with a rule, whose line in the lock is ``before``."""
    if before is None:
        return None
    if before.retired:
        return Fault.REUSED
    if rule.version < before.version:
        return Fault.LOWERED
    if rule.version == before.version and rule.meaning != before.meaning:
        return Fault.UNRAISED
    return None


def relocked(lock: Lock, rules: Iterable[Locked]) -> Lock:
    """The lock of these rules; a rule that is not among them any more is retired."""
    now = {one.id: one for one in rules}
    gone = {id_: replace(one, retired=True) for id_, one in lock.rules.items() if id_ not in now}
    return Lock({**gone, **now})


@dataclass(frozen=True, slots=True)
class Changed:
    """One rule that two locks tell apart; ``before`` or ``after`` is None where it is in one."""

    kind: Change
    before: Locked | None
    after: Locked | None

    @property
    def name(self) -> str:
        """What it is called, or was."""
        found = self.after or self.before
        assert found is not None  # it is in one of the two
        return found.name


def changes(before: Lock, after: Lock) -> tuple[Changed, ...]:
    """What differs between two locks, by kind and name. What was retired before is passed over."""
    found = []
    for id_ in {**before.rules, **after.rules}:
        old, new = before.rules.get(id_), after.rules.get(id_)
        old = None if old is None or old.retired else old
        new = None if new is None or new.retired else new
        kind = _kind(old, new)
        if kind is not None:
            found.append(Changed(kind, old, new))
    order = [*Change]
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.name)))


def _kind(old: Locked | None, new: Locked | None) -> Change | None:
    if old is None or new is None:
        return Change.RETIRED if old else Change.NEW if new else None
    if old.meaning != new.meaning:
        return Change.MEANING
    return Change.RENAMED if old.name != new.name else None
