"""Everything a backtest found, ready to be printed in any form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okta_access.backtest.compare import Comparison
from okta_access.backtest.days import Counts, Row
from okta_access.backtest.expectations import ExpectationResult
from okta_access.rules.model import Level


@dataclass(frozen=True, slots=True)
class Report:
    """The counts, whether expectations are met, and the comparison with other rules, if any.

    ``against`` says what the comparison is with.
    """

    counts: Counts
    verdicts: tuple[ExpectationResult, ...] = ()
    comparison: Comparison | None = None
    against: str = ""

    @property
    def exceeded(self) -> tuple[ExpectationResult, ...]:
        """The expectations that are not met."""
        return tuple(verdict for verdict in self.verdicts if not verdict.met)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that have a rule, highest first."""
        found = {row.level for row in self.counts.rows}
        return tuple(level for level in reversed(Level) if level in found)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table of counts: of one rule, or of the rules of a level together."""

    level: Level
    name: str
    off: bool
    total: int
    per_day: tuple[int, ...]
    row: Row | None


def table(report: Report) -> tuple[Line, ...]:
    """The rules by level, and after each level with several rules in force their sum."""
    lines: list[Line] = []
    for level in report.levels:
        rows = [row for row in report.counts.rows if row.level is level]
        lines += (Line(level, r.rule, r.off, r.total, r.per_day, r) for r in rows)
        in_force = report.counts.of_level(level)
        if len(in_force) > 1:
            sums = tuple(map(sum, zip(*(row.per_day for row in in_force), strict=True)))
            total = sum(row.total for row in in_force)
            lines.append(Line(level, "together", off=False, total=total, per_day=sums, row=None))
    return tuple(lines)


def number(value: int) -> str:
    """A count, with commas."""
    return f"{value:,}"


def daily(mean: float | None) -> str:
    """Alerts a day, in two decimals; what is not zero is never written as zero.

    >>> daily(0.004), daily(0.0), daily(12.345), daily(None)
    ('<0.01', '0', '12.35', '-')
    """
    if mean is None:
        return "-"
    if not mean:
        return "0"
    return "<0.01" if mean < 0.01 else f"{mean:,.2f}"


def period(counts: Counts) -> str:
    """The days that were looked at, in words."""
    if not counts.days:
        return "no days: no event with a readable time, and no range of days was given"
    first, last = counts.days[0], counts.days[-1]
    if first == last:
        return f"1 day, {first} (UTC)"
    return f"{len(counts.days):,} days, {first} to {last} (UTC)"


def undated(rows: Sequence[Row]) -> int:
    """How many alerts count in the totals and belong to no day."""
    return sum(row.undated for row in rows)
