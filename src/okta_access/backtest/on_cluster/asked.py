"""Which time and which indices of a cluster are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from okta_access.errors import InputError
from okta_access.rules.settings.files import ElasticSettings, Settings
from okta_access.scan.tally import TimeRange

DEFAULT_DAYS = 30
_DAY = 86_400_000_000  # microseconds


def asked_range(range_: TimeRange, now: datetime) -> tuple[int, int]:
    """The range with both ends, in microseconds since 1970.

    Without any it is the last 30 whole days; what lies before its end it is 30 days long, and what
    has a beginning only lasts until now. Raises :class:`InputError` for a range without time in it.

    >>> from datetime import UTC
    >>> from okta_access.catalog.times import time_text
    >>> days = asked_range(TimeRange(), datetime(1970, 3, 1, 8, tzinfo=UTC))
    >>> [time_text(day)[:10] for day in days]
    ['1970-01-30', '1970-03-01']
    """
    current = int(now.timestamp() * 1_000_000)
    if range_.until is not None:
        until = range_.until
    else:
        until = current if range_.since is not None else current // _DAY * _DAY
    since = until - DEFAULT_DAYS * _DAY if range_.since is None else range_.since
    if since >= until:
        raise InputError("there is no time to look at: --since is not before --until, or now")
    return since, until


def with_indices(settings: Settings, indices: Sequence[str]) -> Settings:
    """The settings, with these indices in place of theirs where any are given.

    Raises :class:`InputError` for what names no index.
    """
    if not indices:
        return settings
    try:
        msgspec.convert({"index": indices}, ElasticSettings)
    except msgspec.ValidationError as error:
        raise InputError(
            f"no pattern of indices: {', '.join(indices)}",
            hint="expected an index, a data stream or a pattern of these, such as logs-okta*",
        ) from error
    elastic = msgspec.structs.replace(settings.elastic, index=tuple(indices))
    return msgspec.structs.replace(settings, elastic=elastic)
