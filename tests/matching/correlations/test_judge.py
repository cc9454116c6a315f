"""Correlations over time: agreement with a plain oracle, and each boundary by name."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.matching.correlations import judge as correlate
from okta_access.matching.correlations.judge import Arrival, Judge, Occurrence
from okta_access.rules.model import (
    Correlation,
    CorrelationType,
)
from tests.builders.judging import Candidate, judge, random_history
from tests.builders.models import COUNT, ORDERED, TOGETHER, VALUES, S, correlation
from tests.matching.oracle import expected_alerts, first_times, shown


def seen(
    seconds: float,
    rules: int = 1,
    *,
    uuid: str | None = "",
    values: tuple[str, ...] = (),
    keys: tuple[tuple[str, ...], ...] = (("u",),),
    source: int = -1,
) -> Candidate:
    """An event at that second; without a uuid given it has one of its own."""
    own = f"{seconds:09.6f}-{rules}-{values}-{keys}" if uuid == "" else uuid
    number = round(seconds * S) if source < 0 else source
    return Candidate(Occurrence(round(seconds * S), own, "t", number), rules, keys, values)


def times(alerts: list[tuple[float, int]]) -> list[tuple[int, int]]:
    return [(round(seconds * S), value) for seconds, value in alerts]


def fired(rule: Correlation, candidates: list[Candidate]) -> list[tuple[int, int]]:
    """Time and value of each alert, the same for every order of the candidates tried."""
    found = [shown(alert) for alert in judge(rule, candidates)]
    assert found == expected_alerts(rule, candidates)
    for order in ([*reversed(candidates)], random.Random(0).sample(candidates, len(candidates))):
        assert [shown(alert) for alert in judge(rule, order)] == found
    return [(time, value) for time, _, value, _ in found]


# --- small histories, all kinds, against the oracle -------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_judge_is_the_definition(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:  # forget old groups at every step, not only where there are very many
        monkeypatch.setattr(correlate, "_FIRST_SWEEP", 0)
    dice = random.Random(seed)
    fired = 0
    for _ in range(1000):
        rule, candidates = random_history(dice)
        found = [shown(alert) for alert in judge(rule, candidates)]
        assert found == expected_alerts(rule, candidates), (rule, candidates)
        fired += bool(found)
    assert 250 < fired < 750


@given(st.randoms(use_true_random=False))
def test_a_group_first_fires_with_the_first_set_of_events_that_suffices(
    dice: random.Random,
) -> None:
    rule, candidates = random_history(dice)
    first: dict[tuple[str, ...], int] = {}
    for alert in judge(rule, candidates):
        first.setdefault(tuple(text for _, text in alert.group), alert.time)
    assert first == first_times(rule, candidates)


@given(st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(dice: random.Random) -> None:
    rule, candidates = random_history(dice)
    shuffled = dice.sample(candidates, len(candidates))
    assert judge(rule, shuffled) == judge(rule, candidates)


# --- boundaries -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([0, 5, 10], [(10, 3)]),
        ([0, 5, 10.000001], []),
        ([0, 5], []),
        ([3595, 3600, 3604], [(3604, 3)]),
        ([0, 0, 0], [(0, 3)]),
        ([0, 1, 1, 1], [(1, 4)]),
    ],
)
def test_event_count(seconds: list[float], expected: list[tuple[float, int]]) -> None:
    events = [seen(second, uuid=f"u-{n}", source=n) for n, second in enumerate(seconds)]
    assert fired(correlation(COUNT, 3), events) == times(expected)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([seen(0, values=("a",)), seen(10, values=("b",))], [(10, 2)]),
        ([seen(0, values=("a",)), seen(10.1, values=("b",))], []),
        ([seen(0, values=("a",)), seen(1, values=("a",))], []),
        ([seen(0, values=("a",)), seen(1, values=("A",))], [(1, 2)]),
        ([seen(0, values=("a", "b"))], [(0, 2)]),
        ([seen(0, values=("a",)), seen(1), seen(2)], []),
        # The value seen again stays in the window though its first event has left.
        ([seen(0, values=("a",)), seen(8, values=("a",)), seen(12, values=("b",))], [(12, 2)]),
    ],
)
def test_value_count(events: list[Candidate], expected: list[tuple[float, int]]) -> None:
    assert fired(correlation(VALUES, 2), events) == times(expected)


def test_an_event_without_a_counted_value_neither_counts_nor_is_listed() -> None:
    events = [seen(0, values=("a",)), seen(1), seen(2, values=("b",)), seen(13)]
    (alert,) = judge(correlation(VALUES, 2), events)
    assert [event.time // S for event in alert.events] == [0, 2]


@pytest.mark.parametrize(
    ("type_", "events", "expected"),
    [
        (TOGETHER, [seen(0, 0b10), seen(10, 0b01)], [(10, 2)]),
        (TOGETHER, [seen(0, 0b10), seen(10.1, 0b01)], []),
        (TOGETHER, [seen(0, 0b11)], [(0, 2)]),
        (TOGETHER, [seen(0, 0b01), seen(1, 0b01)], []),
        (ORDERED, [seen(0, 0b01), seen(10, 0b10)], [(10, 2)]),
        (ORDERED, [seen(0, 0b01), seen(10.1, 0b10)], []),
        (ORDERED, [seen(0, 0b10), seen(10, 0b01)], []),
        (ORDERED, [seen(5, 0b10), seen(5, 0b01)], [(5, 2)]),
        (ORDERED, [seen(0, 0b11)], []),
        (ORDERED, [seen(0, 0b11), seen(1, 0b11)], [(1, 2)]),
        (ORDERED, [seen(0, 0b11), seen(0, 0b10)], [(0, 2)]),
        (ORDERED, [seen(0, 0b01), seen(1, 0b10), seen(2, 0b01), seen(12, 0b10)], [(1, 2), (12, 2)]),
    ],
)
def test_temporal(
    type_: CorrelationType, events: list[Candidate], expected: list[tuple[float, int]]
) -> None:
    assert fired(correlation(type_), events) == times(expected)


def test_a_chain_whose_beginning_has_left_begins_anew() -> None:
    rule = correlation(ORDERED, rules=3)
    events = [seen(0, 0b001), seen(8, 0b010), seen(9, 0b001), seen(12, 0b100), seen(13, 0b010)]
    assert fired(rule, events) == []
    assert fired(rule, [*events, seen(14, 0b100)]) == times([(14, 3)])


# --- throttling -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        # 10 is one timespan after the alert at 0: muted still. 10.000001 is not.
        ([0, 0, 10, 10], [(0, 2)]),
        ([0, 0, 10, 10.000001], [(0, 2), (10.000001, 2)]),
        ([0, 0, 5, 6, 11], [(0, 2), (11, 3)]),
        # What came while muted counts afterwards, as long as it is in the window.
        ([0, 0, 9, 10, 19, 20], [(0, 2), (19, 3)]),
        ([0, 1, 2, 3, 4, 25, 26], [(1, 2), (26, 2)]),
    ],
)
def test_throttling(seconds: list[float], expected: list[tuple[float, int]]) -> None:
    events = [seen(second, uuid=f"u-{n}", source=n) for n, second in enumerate(seconds)]
    assert fired(correlation(COUNT, 2), events) == times(expected)


def test_groups_are_muted_one_by_one() -> None:
    events = [
        seen(second, uuid=f"{second}{key}", keys=((key,),)) for second in (0, 1, 2) for key in "ab"
    ]
    found = judge(correlation(COUNT, 2), events)
    assert [(alert.time // S, alert.group) for alert in found] == [
        (1, (("actor.id", "a"),)),
        (1, (("actor.id", "b"),)),
    ]


# --- groups, copies, order --------------------------------------------------------------------


def test_lists_in_keys_put_an_event_into_each_group_once() -> None:
    rule = correlation(COUNT, 1, group_by=("target.id", "client.ipAddress"))
    event = seen(0, keys=(("b", "a", "b"), ("1", "2")))
    groups = [alert.group for alert in judge(rule, [event])]
    assert groups == [
        (("target.id", one), ("client.ipAddress", two)) for one in "ab" for two in "12"
    ]


def test_a_null_key_takes_no_part_and_keys_compare_by_text() -> None:
    rule = correlation(COUNT, 2)
    assert fired(rule, [seen(0, keys=((),)), seen(1, keys=((),))]) == []
    assert fired(rule, [seen(0, keys=(("u",),)), seen(1, keys=(("U",),))]) == []


def test_copies_count_once_and_uuidless_events_each() -> None:
    rule = correlation(COUNT, 2)
    copies = [seen(0, uuid="u", source=n) for n in range(3)]
    assert fired(rule, copies) == []
    assert fired(rule, [*copies, seen(1, uuid="u")]) == times([(1, 2)])
    assert fired(rule, [seen(0, uuid=None, source=n) for n in range(2)]) == times([(0, 2)])


def test_copies_that_differ_are_one_event_that_is_both() -> None:
    one, other = seen(0, 0b01, uuid="u", source=1), seen(0, 0b10, uuid="u", source=0)
    assert fired(correlation(TOGETHER), [one, other]) == times([(0, 2)])
    assert fired(correlation(ORDERED), [one, other]) == []
    (alert,) = judge(correlation(TOGETHER), [one, other])
    assert [event.source for event in alert.events] == [0]


def test_an_alert_lists_its_window_by_time_and_uuid() -> None:
    events = [
        seen(0, uuid="left"),
        seen(20, uuid=None, source=7),
        seen(20, uuid="b"),
        seen(20, uuid="a"),
        seen(15, uuid="z"),
    ]
    (alert,) = judge(correlation(COUNT, 4), events)
    assert [event.uuid for event in alert.events] == ["z", "a", "b", None]
    assert alert.time == 20 * S


# --- long histories ---------------------------------------------------------------------------


@pytest.mark.parametrize("type_", CorrelationType)
def test_a_long_history_agrees_too(type_: CorrelationType) -> None:
    dice = random.Random(5)
    events = [
        seen(
            dice.randrange(2000) / 2,
            dice.choice([1, 1, 1, 2, 3]),
            uuid=str(number),
            values=(dice.choice("xyz"),),
            keys=((str(dice.randrange(300)) if number % 2 else "u",),),
            source=number,
        )
        for number in range(3000)
    ]
    rule = correlation(type_, 3, 5)
    found = judge(rule, events)
    assert len(found) > 50
    alone = []
    for key in {event.keys for event in events}:
        mine = [event for event in events if event.keys == key]
        alerts = judge(rule, mine)
        alone += alerts
        if len(mine) < 100:
            assert [shown(alert) for alert in alerts] == expected_alerts(rule, mine)
    alone.sort(key=lambda alert: (alert.time, alert.group))
    assert found == alone


def test_groups_of_the_past_are_forgotten() -> None:
    one_judge = Judge(correlation(COUNT, 2))
    for second in range(20_000):
        one_judge.advance(second * S, [Arrival(second, None, 1, ((str(second),),), ())])
    assert len(one_judge._groups) < 3_000


def test_time_does_not_go_back() -> None:
    one_judge = Judge(correlation(COUNT, 2))
    one_judge.advance(5, [])
    with pytest.raises(ValueError, match="time 5 is not after 5"):
        one_judge.advance(5, [])
