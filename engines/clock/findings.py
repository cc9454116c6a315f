"""What a run of a rule finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A group that a run at ``now`` finds.

    ``uuids`` are those of the events that the run could count; ``last`` the time of the last
    event that it did count, where the SIEM goes on from there.
    """

    group: Group
    uuids: frozenset[str]
    now: int = 0
    last: int = 0

    def at(self, now: int) -> Finding:
        """The same, found at another time."""
        return replace(self, now=now)

    def of(self, uuids: Iterable[str]) -> Finding:
        """The same, of these events."""
        return replace(self, uuids=frozenset(uuids))
