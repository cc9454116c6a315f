"""Objects over their lives: whether what happens to one later names the id that it began with."""

from __future__ import annotations

from dataclasses import dataclass, field

from okta_access.assumptions.events import AccessEvent


@dataclass(slots=True)
class Lifetimes:
    """The ids that were opened, and those that later events name, each with its time."""

    first: int | None = None
    opened: set[str] = field(default_factory=set)
    later: list[tuple[int, str]] = field(default_factory=list)

    def tell_time(self, event: AccessEvent) -> None:
        """Hear of an event of any type: the log reaches back to it."""
        if event.time is not None:
            self.first = event.time if self.first is None else min(self.first, event.time)

    def joined(self) -> tuple[int, int]:
        """How many of the late ids were opened in the log, and how many late ones there are.

        Before the middle of the log an object may have been opened before its beginning.
        """
        if not self.later:
            return 0, 0
        first = self.first or 0
        middle = first + (max(time for time, _ in self.later) - first) // 2
        late = [id_ for time, id_ in self.later if time >= middle]
        return sum(id_ in self.opened for id_ in late), len(late)
