"""Chains: each rule of a temporal_ordered by an event of its own, in the order of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby


class Chain:
    """temporal_ordered: how many of the rules were matched in their order, each by its own event.

    For each number of steps it keeps the latest time at which a chain of so many steps could have
    begun: of two chains of one length the later begun is in every window that the other is in,
    and whatever can follow the one can follow the other. Events of one time stand in no order
    among themselves, so one time may carry a chain several steps on, each by another event. Only
    at the time of its last step is a chain whole; after that it is past.
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
        self._begun[steps] = None
        begun = list(self._begun)
        for done in range(steps):
            start = time if done == 0 else self._begun[done]
            if start is None:
                break
            for step in range(done + 1, done + 1 + longest_run(self._now, range(done, steps))):
                known = begun[step]
                begun[step] = start if known is None else max(known, start)
        self._begun = begun
        self._now = []

    def value(self, oldest: int) -> int:
        """The most steps of a chain within the window that can go on, or is whole now."""
        return sum(start is not None and start >= oldest for start in self._begun)


def longest_run(events: Sequence[int], steps: Iterable[int]) -> int:
    """How many of these steps, from the first one on, can each have an event of its own.

    An event is the bits of the rules it matched. Where the next step finds no free event, events
    taken before are exchanged, if they can be (augmenting paths).

    >>> longest_run([0b11, 0b01], (0, 1)), longest_run([0b11], (0, 1))
    (2, 1)
    """
    if len(events) == 1:
        return next((events[0] >> step & 1 for step in steps), 0)
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
    for step in steps:
        if not take(step, set()):
            break
        run += 1
    return run


def latest_chain(times: Sequence[int], rules: Sequence[int], steps: int) -> list[int]:
    """Of the chains among these events the latest: the numbers of its events, step by step.

    No chain of so many steps has any step later than this one has it, so it is the tightest too.
    The events are given in order, by their times and the rules they matched (bits); of those of
    one time that could each be a step, the first is.

    >>> latest_chain([0, 1, 2, 3], [0b10, 0b01, 0b01, 0b10], 2)
    [2, 3]
    """
    chain: list[int] = []
    for _, same in groupby(reversed(range(len(times))), key=times.__getitem__):
        now = sorted(same)
        left = steps - len(chain)
        run = longest_run([rules[one] for one in now], reversed(range(left)))
        chain[:0] = _placed(now, rules, range(left - run, left))
        if run == left:
            break
    return chain


def _placed(events: list[int], rules: Sequence[int], steps: range) -> list[int]:
    """For each of the steps an event of its own: the first that leaves one for each step after."""
    chosen: list[int] = []
    for step in steps:
        later = range(step + 1, steps.stop)
        free = [one for one in events if one not in chosen]
        chosen.append(
            next(
                one
                for one in free
                if rules[one] >> step & 1
                and longest_run([rules[other] for other in free if other != one], later)
                == len(later)
            )
        )
    return chosen
