"""Which time of a cluster is looked at."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from okta_access.backtest.on_cluster.asked import asked_range
from okta_access.errors import InputError
from okta_access.scan.tally import TimeRange

TIMES = st.none() | st.integers(0, 2**52)


@given(TIMES, TIMES, st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis wants it so
def test_a_range_has_two_ends(since: int | None, until: int | None, now: datetime) -> None:
    moment = now.replace(tzinfo=UTC)
    current = int(moment.timestamp() * 1_000_000)
    try:
        low, high = asked_range(TimeRange(since, until), moment)
    except InputError:
        assert since is not None
        assert since >= (current if until is None else until)
        return
    assert low < high
    assert since in (None, low)
    assert until in (None, high)
    assert high <= max(current, until or 0)
    if since is None:
        assert high - low == 30 * 86_400_000_000
    if since is None and until is None:
        assert high % 86_400_000_000 == 0
        assert current - high < 86_400_000_000
