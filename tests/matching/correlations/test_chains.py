"""Chains: the longest there are, and the one that an alert names."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.matching.correlations.chains import latest_chain, longest_run
from okta_access.matching.correlations.judge import Occurrence
from tests.builders.judging import Candidate, judge, random_history
from tests.builders.models import ORDERED, S, correlation

A, B, C = 1, 2, 4


def events(*steps: tuple[int, int], names: str = "abcdefgh") -> list[Candidate]:
    """Events of one group: each at a second, with the rules it matched; named in turn."""
    return [
        Candidate(Occurrence(second * S, name, "t", number), rules, (("u",),))
        for number, ((second, rules), name) in enumerate(zip(steps, names, strict=False))
    ]


@pytest.mark.parametrize(
    ("steps", "chains"),
    [
        # Steps before the chain that a later event could take the place of are not listed.
        ([(0, B), (1, A), (2, A), (3, B)], ["cd"]),
        ([(0, A), (1, A), (2, A | B)], ["bc"]),
        # In the order of the steps where the times are equal, whatever the uuids say.
        ([(5, B), (5, A)], ["ba"]),
        # Of equals the first by uuid, as long as there is another for the other step.
        ([(5, A), (5, A), (6, B), (6, B)], ["ac"]),
        ([(5, A | B), (5, A)], ["ba"]),
        # A chain that was whole while the group was quiet is past; a new last step is a new one.
        ([(0, A), (1, B), (5, A), (8, B), (12, A)], ["ab"]),
        ([(0, A), (1, B), (5, A), (8, B), (12, B)], ["ab", "ce"]),
    ],
)
def test_an_alert_names_the_latest_chain(steps: list[tuple[int, int]], chains: list[str]) -> None:
    found = judge(correlation(ORDERED), events(*steps))
    assert ["".join(str(event.uuid) for event in alert.events) for alert in found] == chains


def test_the_steps_between_are_the_latest_too() -> None:
    (alert,) = judge(
        correlation(ORDERED, rules=3), events((0, A), (1, B), (2, B), (3, A), (4, B | C))
    )
    assert [event.uuid for event in alert.events] == ["a", "c", "e"]


@given(st.randoms(use_true_random=False))
def test_a_chain_is_in_order_ends_at_the_alert_and_fires_alone(dice: random.Random) -> None:
    rule, candidates = random_history(dice, ORDERED)
    for alert in judge(rule, candidates):
        chain = alert.events
        assert len(chain) == len(rule.references) == alert.value
        assert len({event.order for event in chain}) == len(chain)
        times = [event.time for event in chain]
        assert times == sorted(times)
        assert times[-1] == alert.time
        assert times[-1] - times[0] <= rule.timespan.microseconds
        members = [_copies(event, candidates) for event in chain]
        for step, copies in enumerate(members):
            assert any(one.rules >> step & 1 for one in copies)
        alone = judge(rule, [one for copies in members for one in copies])
        assert alert in alone


def _copies(event: Occurrence, candidates: list[Candidate]) -> list[Candidate]:
    if event.uuid is None:
        return [one for one in candidates if one.event == event]
    name = event.time, event.uuid, event.event_type
    return [
        one for one in candidates if (one.event.time, one.event.uuid, one.event.event_type) == name
    ]


def test_a_chain_is_found_among_thousands_of_events() -> None:
    times = [number // 3 for number in range(30_000)]
    rules = [[A, B, C][number % 3] for number in range(30_000)]
    assert latest_chain(times, rules, 3) == [29_997, 29_998, 29_999]


@given(st.lists(st.integers(0, 15), max_size=5), st.permutations(range(4)), st.integers(0, 4))
def test_the_longest_run_is_the_longest_there_is(
    events: list[int], order: list[int], number: int
) -> None:
    steps = order[:number]

    def possible(done: int, left: list[int]) -> int:
        if done == len(steps):
            return 0
        return max(
            (
                1 + possible(done + 1, left[:n] + left[n + 1 :])
                for n, rules in enumerate(left)
                if rules >> steps[done] & 1
            ),
            default=0,
        )

    assert longest_run(events, steps) == possible(0, events)
