"""Periods of time, cut at midnight (UTC)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DAY = 86_400_000  # milliseconds
_MONTH = 31


@dataclass(frozen=True, slots=True)
class Period:
    """Times from ``low`` on and before ``high``, in milliseconds since 1970."""

    low: int
    high: int

    def query(self) -> dict[str, Any]:
        """The documents of that time, in query DSL."""
        times = {"gte": self.low, "lt": self.high, "format": "epoch_millis"}
        return {"range": {"@timestamp": times}}


def days_in(period: Period) -> int:
    """On how many days the period lies, whole or in part.

    >>> days_in(Period(0, DAY)), days_in(Period(1, DAY + 1)), days_in(Period(5, 5))
    (1, 2, 0)
    """
    return (period.high - 1) // DAY - period.low // DAY + 1 if period.high > period.low else 0


def halves(period: Period) -> list[Period]:
    """The period cut at the midnight in its middle; alone where it lies on one day.

    >>> halves(Period(7, 3 * DAY))
    [Period(low=7, high=86400000), Period(low=86400000, high=259200000)]
    """
    if days_in(period) <= 1:
        return [period]
    return _cut(period, (period.low // DAY + days_in(period) // 2) * DAY)


def months(period: Period) -> list[Period]:
    """The period in parts of at most 31 days.

    >>> [days_in(part) for part in months(Period(1, 63 * DAY))]
    [31, 31, 1]
    """
    parts = []
    while days_in(period) > _MONTH:
        first, period = _cut(period, (period.low // DAY + _MONTH) * DAY)
        parts.append(first)
    return [*parts, period] if days_in(period) else parts


def _cut(period: Period, at: int) -> list[Period]:
    return [Period(period.low, at), Period(at, period.high)]
