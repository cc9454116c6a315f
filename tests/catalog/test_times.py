"""Times against Python's own datetime, and everything that is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog import times
from okta_access.catalog.times import event_time, microseconds, time_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE = timedelta(microseconds=1)
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59)
moments = st.builds(
    lambda moment, minutes: moment.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(),
    offsets,
)


@given(moments, st.sampled_from("Tt "), st.sampled_from(["auto", "seconds", "milliseconds"]))
def test_a_moment_as_python_writes_it(moment: datetime, separator: str, spec: str) -> None:
    text = moment.isoformat(separator, timespec=spec)
    try:
        exact = (datetime.fromisoformat(text).astimezone(UTC) - EPOCH) // ONE
    except OverflowError:
        assert microseconds(text) is None
        return
    assert microseconds(text) == exact
    assert microseconds(text[:-3] + text[-2:]) == exact  # +0100 for +01:00


@given(st.datetimes(), st.sampled_from(["", "Z", "z", "+00:00", "-00:00"]))
def test_no_zone_is_utc(moment: datetime, zone: str) -> None:
    expected = (moment.replace(tzinfo=UTC) - EPOCH) // ONE
    assert microseconds(moment.isoformat() + zone) == expected


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_written_is_read_again(moment: datetime) -> None:
    time = (moment - EPOCH) // ONE
    assert microseconds(time_text(time)) == time
    usual = time - time % 1000  # in milliseconds, as Okta writes it
    assert [microseconds(time_text(usual)) for _ in range(2)] == [usual, usual]


@given(st.text(st.characters(categories=["Nd"]), min_size=9, max_size=9))
def test_digits_are_ascii(digits: str) -> None:
    found = microseconds(f"1970-01-01T00:00:00.{digits}Z")
    assert found == (int(digits) // 1000 if digits.isascii() else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00.1Z", 100_000),
        ("1970-01-01T00:00:00.000001999Z", 1),
        ("1969-12-31T23:59:59.9999999Z", -1),
        ("1969-12-31T23:59:60Z", -1_000_000),
        ("1969-12-31T23:59:60.25Z", -750_000),
        ("2020-11-25 21:27:03.496000000", 1_606_339_623_496_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799_999_999),
    ],
)
def test_times(text: str, expected: int) -> None:
    assert microseconds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "redacted", "null", "1767225600", "2026-01-01", "2026-01-01T00:00Z",
        "20260101T000000Z", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.0123456789Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z", "0000-01-01T00:00:00Z", "-001-01-01T00:00:00Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00+1",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-01-01T00:00:00Z\n",
        " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00 Z", "2026-W01-1T00:00:00Z", "\ud800",
    ],
)  # fmt: skip
def test_no_times(text: str) -> None:
    assert microseconds(text) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 23), st.sampled_from("0123456789:.TtZz-+ \u0663")), max_size=3
    ),
    st.sampled_from(["2026-01-31T23:59:59.999Z", "2024-02-29T00:60:60.000Z"]),
)
def test_the_usual_form_is_read_as_any_other(changes: list[tuple[int, str]], text: str) -> None:
    letters = [*text]
    for place, letter in changes:
        letters[place] = letter
    assert microseconds("".join(letters)) == times._any_form("".join(letters))


@pytest.mark.parametrize(
    "published", [None, 0, 1767225600, 1.5, True, ["2026-01-01T00:00:00Z"], {}]
)
def test_only_a_text_is_a_time(published: object) -> None:
    assert event_time({"published": published}) is None
    assert event_time({}) is None
