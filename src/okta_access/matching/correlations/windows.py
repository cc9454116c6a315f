"""What a window of time holds for one group of a correlation: events, and different things."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Protocol

_SHORTEST_CUT = 32


class Window:
    """Row numbers of events by time, of which the oldest leave as time goes on.

    Where it is told to, it keeps with each row the rules that its event matched.
    """

    __slots__ = ("_rows", "_rules", "_start", "_times")

    def __init__(self, *, with_rules: bool = False) -> None:
        self._times: list[int] = []
        self._rows: list[int] = []
        self._rules: list[int] | None = [] if with_rules else None
        self._start = 0

    def __len__(self) -> int:
        return len(self._rows) - self._start

    @property
    def last(self) -> int:
        """The time of the newest event that ever entered; there must have been one."""
        return self._times[-1]

    def rows(self) -> tuple[int, ...]:
        """The rows of the events inside, by time."""
        return tuple(self._rows[self._start :])

    def rules(self) -> tuple[int, ...]:
        """For each of the rows the rules that it matched; nothing where these are not kept."""
        return () if self._rules is None else tuple(self._rules[self._start :])

    def enter(self, time: int, row: int, rules: int) -> None:
        """Takes in an event no older than those before it."""
        self._times.append(time)
        self._rows.append(row)
        if self._rules is not None:
            self._rules.append(rules)

    def drop_before(self, oldest: int) -> None:
        """Lets go of the events before this time; the newest stays as the mark of time."""
        start = self._start
        while start < len(self._times) and self._times[start] < oldest:
            start += 1
        self._start = start
        # Cutting a list moves all that stays, so it waits until as much goes as stays.
        cut = min(start, len(self._times) - 1)
        if cut >= _SHORTEST_CUT and 2 * cut >= len(self._times):
            del self._times[:cut], self._rows[:cut]
            if self._rules is not None:
                del self._rules[:cut]
            self._start -= cut


class Measure(Protocol):
    """The number that a correlation compares with its threshold."""

    def see(self, time: int, rules: int, values: tuple[str, ...]) -> None:
        """Takes in an event: the referenced rules it matched (bits), and its counted values."""

    def end_of_time(self, time: int) -> None:
        """All events of this time have been seen."""

    def value(self, oldest: int) -> int:
        """The number over the events since ``oldest``, which never goes back.

        The window has let go of older events before this is asked.
        """


class Events:
    """event_count: the number of events in the window."""

    __slots__ = ("_window",)

    def __init__(self, window: Window) -> None:
        self._window = window

    def see(self, time: int, rules: int, values: tuple[str, ...]) -> None:
        """Nothing to do: the window itself counts."""

    def end_of_time(self, time: int) -> None:
        """Nothing to do."""

    def value(self, oldest: int) -> int:  # noqa: ARG002 - the protocol's
        """The number of events."""
        return len(self._window)


class _LastSeen:
    """Things by the time they were last seen, oldest first: those since a time are the rest."""

    __slots__ = ("_last_seen",)

    def __init__(self) -> None:
        self._last_seen: dict[Hashable, int] = {}

    def end_of_time(self, time: int) -> None:
        """Nothing to do."""

    def value(self, oldest: int) -> int:
        """The number of different things."""
        gone = []
        for thing, time in self._last_seen.items():
            if time >= oldest:
                break
            gone.append(thing)
        for thing in gone:
            del self._last_seen[thing]
        return len(self._last_seen)

    def _see(self, time: int, things: Iterable[Hashable]) -> None:
        for thing in things:
            self._last_seen.pop(thing, None)
            self._last_seen[thing] = time


class Values(_LastSeen):
    """value_count: the number of different values in the window."""

    __slots__ = ()

    def see(self, time: int, rules: int, values: tuple[str, ...]) -> None:  # noqa: ARG002 - the protocol's
        """Counts each value."""
        self._see(time, values)


class Rules(_LastSeen):
    """temporal: the number of different rules matched in the window, in any order."""

    __slots__ = ()

    def see(self, time: int, rules: int, values: tuple[str, ...]) -> None:  # noqa: ARG002 - the protocol's
        """Counts each rule."""
        self._see(time, (bit for bit in range(rules.bit_length()) if rules >> bit & 1))
