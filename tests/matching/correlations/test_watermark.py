"""How far a stream has come: no single time, and none from the future, moves it alone."""

from __future__ import annotations

import time

import pytest

from okta_access.matching.correlations.watermark import Watermark, wall_clock

Come = tuple[int, str | None]


def marks(events: list[Come], lateness: int = 10, now: int = 1000) -> list[int | None]:
    """The watermark after each event."""
    mark = Watermark(lateness, lambda: now)
    found = []
    for one in events:
        mark.reach(*one)
        found.append(mark.time)
    return found


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([(100, "a"), (100, "b")], [None, 90]),
        ([(100, "a"), (120, "b"), (110, "c"), (130, "d")], [None, 90, 100, 110]),
        # Copies confirm nothing, neither next to each other nor later.
        ([(100, "a"), (100, "a"), (100, "a"), (99, "b")], [None, None, None, 89]),
        ([(100, "a"), (120, "b"), (120, "b"), (100, "a")], [None, 90, 90, 90]),
        ([(100, None), (100, None), (100, "a")], [None, None, 90]),
        # One wrong time moves nothing, wherever it comes; the next one is not alone any more.
        ([(900, "x"), (100, "a"), (101, "b")], [None, 90, 91]),
        ([(100, "a"), (101, "b"), (900, "x"), (102, "c")], [None, 90, 91, 92]),
        ([(100, "a"), (900, "x"), (890, "y")], [None, 90, 880]),
        # From the future nothing comes, however many say so.
        ([(100, "a"), (1011, "x"), (5000, "y"), (5000, "z"), (101, "b")], [None, *[None] * 3, 90]),
        ([(1010, "x"), (1010, "y")], [None, 1000]),
        # Time does not go back.
        ([(500, "a"), (500, "b"), (3, "c"), (4, "d")], [None, 490, 490, 490]),
        ([(-50, "a"), (-40, "b")], [None, -60]),
    ],
)
def test_the_watermark(events: list[Come], expected: list[int | None]) -> None:
    assert marks(events) == expected


def test_a_clock_that_is_set_back_takes_nothing_back() -> None:
    times = iter([1000, 2000, 500, 500])
    mark = Watermark(10, lambda: next(times))
    assert [mark.horizon, mark.horizon] == [2010, 2010]


def test_the_clock_of_this_machine() -> None:
    assert abs(wall_clock() / 1e6 - time.time()) < 5
