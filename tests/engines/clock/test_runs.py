"""When both SIEMs run what is shipped: late, after a pause, and what a late run asks for."""

from __future__ import annotations

from random import Random

import pytest

from engines.clock.arrivals import HOUR, MINUTE, Arrival, Pause
from engines.clock.findings import Finding
from engines.clock.kibana import licensed_alerts
from engines.clock.kibana_runs import Run, Schedule
from engines.clock.splunk import Reading, SplunkSearch
from okta_access.spl.beliefs import PAIRWISE
from okta_access.spl.engine import Splunk

EVENT = {"uuid": "a"}
EVERY_FIVE = Schedule(5 * MINUTE, 20 * MINUTE)


def seen(*minutes: int) -> list[Arrival]:
    return [Arrival(n, EVENT, at * MINUTE, at * MINUTE) for n, at in enumerate(minutes)]


def search(**settings: str) -> SplunkSearch:
    stanza = {
        "search": "index=okta _index_earliest=-30m@m _index_latest=now | dedup uuid ",
        "cron_schedule": "0,15,30,45 * * * *",
        "dispatch.earliest_time": "-1470m@m",
        "dispatch.latest_time": "now",
        "schedule_window": "5",
        "realtime_schedule": "0",
        **settings,
    }
    return SplunkSearch(stanza, {}, Splunk(PAIRWISE[0]))


def minutes(run: Run) -> tuple[int, list[tuple[int, int]]]:
    return run.now // MINUTE, [(a // MINUTE, b // MINUTE) for a, b in run.spans]


def test_kibana_runs_until_nothing_can_be_seen() -> None:
    runs = [*EVERY_FIVE.runs(seen(10), 3 * MINUTE, skips=False)]
    assert [run.now // MINUTE for run in runs] == [7, 12, 17, 22, 27, 32]
    assert minutes(runs[0]) == (7, [(-13, 7)])


def test_of_three_runs_one_is_skipped() -> None:
    runs = [*EVERY_FIVE.runs(seen(10), 3 * MINUTE, skips=True)]
    assert [run.now // MINUTE for run in runs] == [7, 12, 22, 27]


@pytest.mark.parametrize(
    ("down", "spans"),
    [
        # From one start to the next no more than a run looks back.
        (15, [(10, 30)]),
        # A minute more, and it is made up for one interval.
        (16, [(6, 26), (11, 31)]),
        (35, [(10, 30), (15, 35), (20, 40), (25, 45), (30, 50)]),
        # Of what is longer ago nothing is made up for.
        (36, [(11, 31), (16, 36), (21, 41), (26, 46), (31, 51)]),
    ],
)
def test_kibana_makes_up_for_four_intervals(down: int, spans: list[tuple[int, int]]) -> None:
    pause = Pause(11 * MINUTE, down * MINUTE)
    runs = [*EVERY_FIVE.runs(seen(0, 60), 0, skips=False, pause=pause)]
    assert [minutes(run) for run in runs[:3]] == [(0, [(-20, 0)]), (5, [(-15, 5)]),
                                                  (10, [(-10, 10)])]  # fmt: skip
    assert minutes(runs[3]) == (15 + down, spans)
    assert minutes(runs[4]) == (20 + down, [(down, 20 + down)])


def test_a_pause_that_is_over_before_anything_comes_is_a_pause_then() -> None:
    pause = Pause(-120 * MINUTE, 60 * MINUTE)
    before, after, *others = EVERY_FIVE.runs(seen(0), 0, skips=False, pause=pause)
    assert (before.now, after.now) == (-120 * MINUTE - 1, -55 * MINUTE - 1)
    assert (len(before.spans), len(after.spans)) == (1, 5)
    assert [run.now for run in others] == [*range(-50 * MINUTE - 1, 25 * MINUTE, 5 * MINUTE)]


def test_a_view_is_by_arrival_or_by_the_events_own_time() -> None:
    late = Arrival(0, EVENT, 0, 30 * MINUTE)
    hidden = Arrival(1, EVENT, 25 * MINUTE, 31 * MINUTE, lag=5 * MINUTE)
    run = Run(30 * MINUTE, ((10 * MINUTE, 30 * MINUTE),))
    assert [*run.views([late, hidden], own_time=False)] == [[late]]
    assert [*run.views([late, hidden], own_time=True)] == []
    after = Run(35 * MINUTE, ((15 * MINUTE, 35 * MINUTE),))
    assert [*after.views([late, hidden], own_time=False)] == [[late, hidden]]
    assert [*after.views([late, hidden], own_time=True)] == [[hidden]]


def test_an_alert_takes_in_its_group_for_as_long_as_it_says() -> None:
    def found(group: str, at: int) -> Finding:
        return Finding((group,), frozenset(), at)

    findings = [found("a", 0), found("b", 5), found("a", 10), found("a", 11), found("a", 12)]
    assert licensed_alerts(findings, 10) == [found("a", 0), found("b", 5), found("a", 11)]
    assert licensed_alerts(findings, None) == findings


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("makes_up", [True, False])
def test_splunk_makes_up_for_a_pause_if_it_is_told_to(reading: Reading, makes_up: bool) -> None:
    asked = search(schedule_window="0", realtime_schedule="0" if makes_up else "1")
    pause = Pause(20 * MINUTE, 40 * MINUTE)
    runs = asked.runs(seen(0, 40), Random(0), reading, skips=False, pause=pause)
    found = [(one.starts // MINUTE, one.now // MINUTE, one.clock // MINUTE) for one in runs]
    due = [30, 45, 60] if makes_up else [60]
    late = {
        Reading.SCHEDULE: [(70, at, at) for at in due],
        Reading.START: [(70, 70, 70) for _ in due],
        Reading.MIXED: [(70, at, 70) for at in due],
    }
    assert found[:2] == [(0, 0, 0), (15, 15, 15)]
    assert found[2 : 2 + len(due)] == late[reading]
    assert found[2 + len(due)] == (75, 75, 75)


def test_a_search_takes_what_was_indexed_in_its_slice() -> None:
    asked, now = search(), 24 * HOUR
    run = next(r for r in asked.runs([Arrival(0, EVENT, now, now)], Random(0), Reading.SCHEDULE,
                                     skips=False) if r.now == now)  # fmt: skip
    found = {
        "before": Arrival(1, EVENT, now - HOUR, now - 31 * MINUTE),
        "in": Arrival(2, EVENT, now - HOUR, now - 30 * MINUTE),
        "stamped before": Arrival(3, EVENT, now - HOUR, now - 29 * MINUTE, lag=2 * MINUTE),
        "too old": Arrival(4, EVENT, now - 25 * HOUR, now - MINUTE),
        "to come": Arrival(5, EVENT, now - HOUR, now + HOUR),
    }
    assert [name for name, one in found.items() if asked.sees(run, one)] == ["in"]
