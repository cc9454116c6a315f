"""Correlations judged by several processes: the same alerts, also where one of these is ended."""

from __future__ import annotations

import os
import random
from multiprocessing.connection import Connection

import pytest

from okta_access.scan import correlate
from okta_access.scan.correlate import alerts_of_processes
from tests.builders.histories import candidates, correlations, event, kept


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correlate, "FEWEST_EVENTS", 0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_the_same_alerts(jobs: int, seed: int) -> None:
    dice = random.Random(seed)
    store = kept([event(dice) for _ in range(80)])
    alone = [*store.alerts()]
    assert alone
    assert [*alerts_of_processes(store, jobs)] == alone


def test_what_an_ended_process_had_taken_is_judged_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dice = random.Random(7)
    store = kept([event(dice) for _ in range(80)])
    alone = [*store.alerts()]
    mine = os.getpid()
    fired = type(store).fired

    def ended(self: object, number: int) -> object:
        if os.getpid() != mine:
            os._exit(1)
        return fired(self, number)  # type: ignore[arg-type]  # of this type

    monkeypatch.setattr(type(store), "fired", ended)
    assert [*alerts_of_processes(store, 3)] == alone


def test_what_breaks_off_is_judged_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(7)
    store = kept([event(dice) for _ in range(80)])

    def broken(_: Connection, sender: Connection, *others: object) -> None:
        os.write(sender.fileno(), b"\0\0\1\0, and no more")

    monkeypatch.setattr(correlate, "_send", broken)
    assert [*alerts_of_processes(store, 3)] == [*store.alerts()]


def test_that_for_which_most_events_count_comes_first() -> None:
    dice = random.Random(3)
    events = [event(dice) for _ in range(80)]
    counting = [
        len({one.event.source for one in candidates(rule, bases, events)})
        for rule, bases in correlations()
    ]
    assert len({*counting}) > 1
    rows = [counting[number] for number in kept(events).by_effort()]
    assert rows == sorted(counting, reverse=True)
