"""Alerts a day per rule: the table that every source of counts fills and every report prints.

A source (files, a cluster) counts alerts by rule and by the UTC day of the alert's time, and says
which days it looked at. Days without an alert count as days, and rules without one have a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from okta_access.errors import InputError
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import EventRule, Level, Rule

AlertDays = Counter[tuple[str, date | None]]
"""Alerts per rule name and UTC day; the day is None where the alert's time cannot be read."""

Covered = tuple[date, date] | None
"""The first and the last day that were looked at, whether or not they have an event."""

MOST_DAYS = 3_660
"""Ten years. Beyond it a clock was wrong, or a log holds an event of the year 1."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule's alerts. ``per_day`` runs in parallel to :attr:`Counts.days`.

    ``off`` says that the settings switch the rule off: it was run to see what it would cost.
    ``undated`` counts alerts whose time cannot be read; they belong to the total and to no day.
    """

    rule: str
    id: str
    title: str
    level: Level
    kind: str
    off: bool
    per_day: tuple[int, ...]
    undated: int = 0

    @property
    def total(self) -> int:
        """All alerts of the rule."""
        return sum(self.per_day) + self.undated


@dataclass(frozen=True, slots=True)
class Counts:
    """All rows, by level (highest first) and name; ``days`` are consecutive, perhaps none."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]

    def mean(self, total: int) -> float | None:
        """That many alerts as alerts a day; None where no day was looked at."""
        return total / len(self.days) if self.days else None

    def busiest(self, per_day: Sequence[int]) -> tuple[date, int] | None:
        """The first day with the most alerts, and how many; None where no day has any."""
        most = max(per_day, default=0)
        return (self.days[per_day.index(most)], most) if most else None

    def of_level(self, level: Level) -> tuple[Row, ...]:
        """The rows of a level that are in force."""
        return tuple(row for row in self.rows if row.level is level and not row.off)


def tabulated(
    alerts: AlertDays,
    rules: RuleSet,
    covered: Covered,
    *,
    level: Level = Level.LOW,
    off: Collection[str] = (),
) -> Counts:
    """The table of these rules, from ``level`` on; bases of correlations have no row.

    A day with an alert is a day in any case, whatever ``covered`` says. Raises
    :class:`InputError` for more than :data:`MOST_DAYS` days.
    """
    dated = {day for _, day in alerts if day is not None}
    days = days_between(covered, dated)
    rows = [
        Row(
            rule.name,
            rule.meta.id,
            rule.meta.title,
            rule.meta.level,
            kind_of(rule),
            rule.name in off,
            tuple(alerts[rule.name, day] for day in days),
            alerts[rule.name, None],
        )
        for rule in alerting(rules, level)
    ]
    rows.sort(key=lambda row: (-row.level.rank, row.rule))
    return Counts(days, tuple(rows))


def alerting(rules: RuleSet, level: Level) -> tuple[Rule, ...]:
    """The rules that raise alerts of their own, from a level on, by name; of two namesakes one."""
    found: dict[str, Rule] = {}
    for rule in rules.all_rules:
        silent = isinstance(rule, EventRule) and rule.silent
        if not silent and rule.meta.level.rank >= level.rank:
            found.setdefault(rule.name, rule)
    return tuple(found.values())


def kind_of(rule: Rule) -> str:
    """The kind of a rule's alerts, as in their JSON form."""
    return "event" if isinstance(rule, EventRule) else "correlation"


def days_between(covered: Covered, dated: Collection[date] = ()) -> tuple[date, ...]:
    """All days from the first to the last of these.

    Raises :class:`InputError` for more than :data:`MOST_DAYS`.

    >>> [day.day for day in days_between((date(2026, 1, 31), date(2026, 2, 1)), [date(2026, 2, 3)])]
    [31, 1, 2, 3]
    """
    known = [*(covered or ()), *dated]
    if not known:
        return ()
    first, last = min(known), max(known)
    number = (last - first).days + 1
    if number > MOST_DAYS:
        raise InputError(
            f"{number:,} days, from {first} to {last}, are too many to tell alerts by day",
            hint="say which time to look at with --since and --until",
        )
    return tuple(first + timedelta(days=n) for n in range(number))


def day_of(time: int | None) -> date | None:
    """The UTC day of a time in microseconds since 1970.

    >>> day_of(-1), day_of(None)
    (datetime.date(1969, 12, 31), None)
    """
    if time is None:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).date()
