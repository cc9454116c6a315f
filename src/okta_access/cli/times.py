"""Times as people give them on the command line, and the zone in which they mean them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo

import click

from okta_access.rules.timespans import seconds_of

_OFFSET = r"([+-])(\d{2}):(\d{2})"
_DAYS_AGO = {"today": 0, "yesterday": 1}


def zone_of(_: click.Context, __: click.Parameter, text: str | None) -> tzinfo:
    """A zone by its name or offset; UTC where none was given."""
    if text is None or text.upper() in ("UTC", "Z"):
        return UTC
    offset = re.fullmatch(_OFFSET, text, re.ASCII)
    if offset is not None and int(offset[2]) < 24 and int(offset[3]) < 60:
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-length if offset[1] == "-" else length)
    from zoneinfo import ZoneInfo  # most runs name none, and start sooner

    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise click.BadParameter(
            "expected a time zone such as Europe/Vienna, +02:00 or UTC"
        ) from error


def time_of(context: click.Context, _: click.Parameter, text: str | None) -> int | None:
    """A point in time, in microseconds since 1970.

    Without a zone of its own it is in that of ``--timezone``, where a command has this option.
    """
    if text is None:
        return None
    zone: tzinfo = context.params.get("zone") or UTC
    found = _point(text, datetime.now(zone))
    if found is None:
        raise click.BadParameter(
            "expected a time such as 2026-01-31T08:00:00Z, how long ago such as 7d, or yesterday"
        )
    return round(found.timestamp() * 1_000_000)


def _point(text: str, now: datetime) -> datetime | None:
    """The point in time that a text means; days begin and end in the zone of ``now``.

    >>> now = datetime(2026, 3, 5, 12, tzinfo=UTC)
    >>> str(_point("7d", now)), str(_point("yesterday", now)), _point("soon", now)
    ('2026-02-26 12:00:00+00:00', '2026-03-04 00:00:00+00:00', None)
    """
    if text in _DAYS_AGO:
        day = now.date() - timedelta(days=_DAYS_AGO[text])
        return datetime.combine(day, time(), now.tzinfo)
    seconds = seconds_of(text)
    try:
        if seconds is not None:
            return now - timedelta(seconds=seconds)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
