"""What a backtest runs: one version of the rules, or two that are compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from okta_access.backtest.compare import (
    Comparison,
    Differences,
    Pair,
    both_names,
    compared,
    pairs,
)
from okta_access.backtest.days import AlertDays, Counts, Covered, tabulated
from okta_access.backtest.selection import Version, check_names, select
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.rules.settings.tuning import Tuned


@dataclass(frozen=True, slots=True)
class Plan:
    """The versions to run, the older one first; ``rules`` pairs their rules, if they are two."""

    versions: tuple[Version, ...]
    rules: tuple[Pair, ...]

    @property
    def now(self) -> Version:
        """The version that is asked about."""
        return self.versions[-1]

    @property
    def compares(self) -> bool:
        """Whether there is an older version too."""
        return len(self.versions) == 2


def plan(
    now: tuple[RuleSet, Tuned],
    before: tuple[RuleSet, Tuned] | None,
    level: Level,
    names: Sequence[str],
    *,
    include_off: bool,
) -> Plan:
    """Choose the rules to run: those from ``level`` on; only ``names``, where any are given.

    A name counts for the rule in both versions, also where it was renamed. Raises
    :class:`InputError` for a name that no version runs.
    """

    def version(side: tuple[RuleSet, Tuned], wanted: Collection[str]) -> Version:
        selection = select(side[1], level, wanted if names else None, include_off=include_off)
        return Version(*side, selection)

    rules: tuple[Pair, ...] = ()
    if before is None:
        versions: tuple[Version, ...] = (version(now, names),)
    else:
        rules = pairs(before[0], now[0])
        older, newer = both_names(rules, names)
        versions = (version(before, older), version(now, newer))
    check_names(names, versions)
    return Plan(versions, rules)


def tables(plan_: Plan, alerts: Sequence[AlertDays], covered: Covered) -> tuple[Counts, ...]:
    """The counts of each version; ``covered`` is the first and last day looked at."""
    return tuple(
        tabulated(
            found,
            version.selection.rules,
            covered,
            level=version.selection.level,
            off=version.selection.off,
        )
        for found, version in zip(alerts, plan_.versions, strict=True)
    )


def comparison(plan_: Plan, counts: Sequence[Counts], differences: Differences) -> Comparison:
    """The comparison of two versions, from their counts and the alerts that differ."""
    before, after = plan_.versions
    return compared(counts[0], counts[1], differences, (before.why_not, after.why_not))
