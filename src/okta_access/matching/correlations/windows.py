"""What a window of time holds for one group of a correlation: events, different things, chains."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol

_SHORTEST_CUT = 32


class Window:
    """Row numbers of events by time, of which the oldest leave as time goes on."""

    __slots__ = ("_rows", "_start", "_times")

    def __init__(self) -> None:
        self._times: list[int] = []
        self._rows: list[int] = []
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

    def enter(self, time: int, row: int) -> None:
        """Takes in an event no older than those before it."""
        self._times.append(time)
        self._rows.append(row)

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


class Chain:
    """temporal_ordered: how many of the rules were matched in their order, each by its own event.

    For each number of steps it keeps the latest time at which a chain of so many steps could have
    begun: of two chains of one length the later begun is in every window that the other is in,
    and whatever can follow the one can follow the other. Events of one time stand in no order
    among themselves, so one time may carry a chain several steps on, each by another event.
    """

    __slots__ = ("_begun", "_now")

    def __init__(self, steps: int) -> None:
        self._begun: list[int | None] = [None] * (steps + 1)
        self._now: list[int] = []

    def see(self, time: int, rules: int, values: tuple[str, ...]) -> None:  # noqa: ARG002 - the protocol's
        """Keeps the event until all of its time are there."""
        self._now.append(rules)

    def end_of_time(self, time: int) -> None:
        """Carries every chain as far as the events of this time can."""
        steps = len(self._begun) - 1
        begun = list(self._begun)
        for done in range(steps):
            start = time if done == 0 else self._begun[done]
            if start is None:
                break
            for step in range(done + 1, done + 1 + longest_run(self._now, done, steps)):
                known = begun[step]
                begun[step] = start if known is None else max(known, start)
        self._begun = begun
        self._now = []

    def value(self, oldest: int) -> int:
        """The most steps of a chain that lies within the window."""
        return sum(start is not None and start >= oldest for start in self._begun)


def longest_run(events: Sequence[int], first: int, steps: int) -> int:
    """How many rules from ``first`` on can each have an event of its own among these events.

    An event is the bits of the rules it matched. Where the next rule finds no free event, events
    taken before are exchanged, if they can be (augmenting paths).

    >>> longest_run([0b11, 0b01], 0, 2), longest_run([0b11], 0, 2)
    (2, 1)
    """
    taken: dict[int, int] = {}

    def take(step: int, tried: set[int]) -> bool:
        for index, rules in enumerate(events):
            if rules >> step & 1 and index not in tried:
                tried.add(index)
                if index not in taken or take(taken[index], tried):
                    taken[index] = step
                    return True
        return False

    run = 0
    while first + run < steps and take(first + run, set()):
        run += 1
    return run
