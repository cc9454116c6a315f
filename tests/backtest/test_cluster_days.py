"""Periods are cut at midnights, and nothing of them is lost or counted twice."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from okta_access.backtest.on_cluster.days import DAY, Period, days_in, halves, months

times = st.integers(-(10**13), 10**13) | st.integers(-50, 50).map(lambda day: day * DAY)
periods = st.builds(
    lambda low, length: Period(low, low + length),
    times,
    st.integers(1, 400 * DAY) | st.integers(1, 80).map(lambda days: days * DAY),
)


def whole(parts: list[Period], period: Period) -> bool:
    """Whether the parts are the period in order, cut at midnights alone."""
    joined = all(a.high == b.low and a.high % DAY == 0 for a, b in pairwise(parts))
    return joined and (parts[0].low, parts[-1].high) == (period.low, period.high)


@given(periods)
def test_halves(period: Period) -> None:
    parts = halves(period)
    assert whole(parts, period)
    assert len(parts) == (1 if days_in(period) == 1 else 2)
    lengths = [days_in(part) for part in parts]
    assert sum(lengths) == days_in(period)
    assert max(lengths) - min(lengths) <= 1
    assert min(lengths) >= 1


@given(periods)
def test_months(period: Period) -> None:
    parts = months(period)
    assert whole(parts, period)
    assert sum(map(days_in, parts)) == days_in(period)
    assert all(days_in(part) == 31 for part in parts[:-1])
    assert 1 <= days_in(parts[-1]) <= 31
