"""For spreadsheets: a line for each rule and day, also where there is no alert.

The columns are rule, level, day, alerts and state (``on`` or ``off``); of a comparison also
``before``. Alerts without a readable time have a line of their own, without a day. A version that
does not run a rule leaves its cells empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from okta_access.backtest.days import Row
from okta_access.backtest.report import Report
from okta_access.reporting.printable import printable
from okta_access.reporting.spreadsheets import line

_COLUMNS = ("rule", "level", "day", "alerts", "state")


def render(report: Report) -> str:
    """All lines, by level, rule and day."""
    return "".join(f"{line(cells)}\n" for cells in _rows(report))


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    comparison, days = report.comparison, report.counts.days
    if comparison is None:
        yield _COLUMNS
        for row in report.counts.rows:
            yield from (_cells(row, day, str(count)) for day, count in _counts(row, days))
        return
    yield (*_COLUMNS, "before")
    for one in comparison.rules:
        before, after = (dict(_counts(row, days)) if row else {} for row in (one.before, one.after))
        for day in dict.fromkeys((*days, *before, *after)):
            told = _told(one.after, after.get(day, 0))
            yield (*_cells(one.row, day, told), _told(one.before, before.get(day, 0)))


def _counts(row: Row, days: tuple[date, ...]) -> Iterator[tuple[date | None, int]]:
    yield from zip(days, row.per_day, strict=True)
    if row.undated:
        yield None, row.undated


def _cells(row: Row, day: date | None, alerts: str) -> tuple[str, ...]:
    state = "off" if row.off else "on"
    return printable(row.rule), row.level.value, day.isoformat() if day else "", alerts, state


def _told(row: Row | None, count: int) -> str:
    return "" if row is None else str(count)
