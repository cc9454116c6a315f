"""The first and the last event of a log, however their times are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.backtest.days import day_of
from okta_access.backtest.span import Span
from okta_access.catalog.times import microseconds, time_text
from okta_access.logs.place import Place
from okta_access.scan.tally import TimeRange

START = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = st.integers(0, 3 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def oktas(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


FORMS = st.sampled_from(
    [
        oktas,
        lambda time: oktas(time).replace("T", " "),
        lambda time: oktas(time).replace("T", "t"),
        datetime.isoformat,
        lambda time: time.astimezone(timezone(timedelta(hours=-9))).isoformat(),
        lambda time: time.astimezone(timezone(timedelta(hours=9))).isoformat(),
        lambda time: f"long before {time}",
    ]
)
BLANK = "2026-01-02 23:00:00.000Z"  # sorts before what it comes after
EARLY_TEXT = "2026-01-01T00:00:00-05:00"  # sorts before what it comes after, too
WRITTEN = st.tuples(TIMES, FORMS).map(lambda one: one[1](one[0]))


@example(["2026-01-01T00:00:00.000Z", "2026-01-02T10:00:00.000Z", BLANK], None, None)
@example([EARLY_TEXT, "2026-01-02T00:00:00.000Z", "2026-01-01T03:00:00.000Z"], None, None)
@given(st.lists(WRITTEN), st.none() | TIMES, st.none() | TIMES)
def test_first_and_last(texts: list[str], since: datetime | None, until: datetime | None) -> None:
    ends = [None if end is None else microseconds(oktas(end)) for end in (since, until)]
    range_ = TimeRange(*ends)
    span = Span(range_)
    span.file = "log"
    inside = [span.add(text, line) for line, text in enumerate(texts, 1)]
    times = [microseconds(text) for text in texts]
    assert inside == [range_.holds(time) for time in times]
    known = [
        (time, Place("log", line))
        for line, time in enumerate(times, 1)
        if time is not None and range_.holds(time)
    ]
    if not known:
        assert str(span) == "no event with a readable time"
        return
    first = min(known, key=lambda one: one[0])
    last = max(known, key=lambda one: one[0])  # of equal times the one read first
    assert str(span) == (
        f"events from {time_text(first[0])} ({first[1]}) to {time_text(last[0])} ({last[1]})"
    )
    assert span.covered == (
        day_of(ends[0] if ends[0] is not None else first[0]),
        day_of(ends[1] - 1 if ends[1] is not None else last[0]),
    )


@given(st.none() | st.integers() | st.lists(st.text()))
def test_what_is_no_text_is_held_by_every_range(published: object) -> None:
    span = Span(TimeRange(5, 6))
    assert span.add(published, 1)
    assert str(span) == "no event with a readable time"
