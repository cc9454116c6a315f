"""Times of events as whole microseconds since 1970 in UTC, the unit in which they are compared."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from okta_access.catalog.model import PUBLISHED
from okta_access.catalog.paths import Event

SECOND = 1_000_000
_HOUR = slice(len("2026-01-01T00"))
_MINUTE = slice(_HOUR.stop, len("2026-01-01T00:00"))
_SECOND = slice(_MINUTE.stop, len("2026-01-01T00:00:00"))
_FRACTION = slice(_SECOND.stop, None)
_hours: dict[str, int] = {}  # the times of full hours by the texts with which times began
_MOST_HOURS = 1 << 13
_MINUTES = {f":{minute:02}": minute * 60 * SECOND for minute in range(60)}
_SECONDS = {f":{second:02}": second * SECOND for second in range(60)}
_FRACTIONS = {f".{thousandth:03}Z": thousandth * 1000 for thousandth in range(1000)}
_DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_FIRST = (date.min.toordinal() - _EPOCH_DAY) * _DAY
_LAST = (date.max.toordinal() - _EPOCH_DAY + 1) * _DAY - 1
_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?"
    r"(?:[Zz]|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)


def microseconds(text: str) -> int | None:
    """The time a text writes, or None where it writes none.

    Read is RFC 3339, also with a blank for the T, with ``+0000`` for ``+00:00``, and without a
    zone, which is UTC. A leap second (:60) is the second before. Of up to 9 digits of a fraction
    the first 6 count. Times before year 1 or after year 9999 (in UTC) are none.

    >>> microseconds("1970-01-01T01:00:00.000001999+01:00")
    1
    >>> microseconds("redacted") is None
    True
    """
    # What Okta writes is looked up part by part, twice as fast as Python's own reading of it.
    try:
        return (
            _hours[text[_HOUR]]
            + _MINUTES[text[_MINUTE]]
            + _SECONDS[text[_SECOND]]
            + _FRACTIONS[text[_FRACTION]]
        )
    except KeyError:
        _remember_hour(text[_HOUR])
        return _any_form(text)


def _remember_hour(begun: str) -> None:
    if begun in _hours:
        return
    time = _any_form(f"{begun}:00:00Z")
    if time is not None:
        if len(_hours) == _MOST_HOURS:
            _hours.clear()
        _hours[begun] = time


def _any_form(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, off_hour, off_minute = match.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    if int(hour) > 23 or int(minute) > 59 or int(second) > 60:
        return None
    seconds = int(hour) * 3600 + int(minute) * 60 + min(int(second), 59)
    if sign is not None:
        if int(off_hour) > 23 or int(off_minute) > 59:
            return None
        offset = int(off_hour) * 3600 + int(off_minute) * 60
        seconds += offset if sign == "-" else -offset
    found = days * _DAY + seconds * SECOND + int((fraction or "").ljust(6, "0")[:6])
    return found if _FIRST <= found <= _LAST else None


def event_time(event: Event) -> int | None:
    """When the event happened (``published``), or None where that cannot be read.

    >>> event_time({"published": 1767225600}) is None
    True
    """
    published = event.get(PUBLISHED)
    return microseconds(published) if isinstance(published, str) else None


def time_text(time: int) -> str:
    """A time in UTC as Okta writes it: milliseconds, or microseconds where it has any.

    >>> time_text(1_767_225_600_000_000), time_text(-1)
    ('2026-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999999Z')
    """
    moment = _EPOCH + timedelta(microseconds=time)
    digits = "microseconds" if time % 1000 else "milliseconds"
    return moment.replace(tzinfo=None).isoformat(timespec=digits) + "Z"
