"""What somebody expects of the rules, at most so many alerts; and whether the counts keep to it.

``NAME=NUMBER`` with an optional unit, as :data:`FORM` says. Numbers are compared exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from okta_access.backtest.days import Counts, alerting
from okta_access.backtest.selection import Version, not_run
from okta_access.errors import InputError
from okta_access.rules.model import Level

FORM = "NAME=NUMBER, NAME=NUMBER/week or NAME=NUMBER/busiest"
_FORM = re.compile(r"\s*([^=]+?)\s*=\s*(\d+(?:\.\d+)?)\s*(?:/\s*(day|week|busiest))?\s*", re.ASCII)
ALL = "all"
EACH = "each"


class Measure(StrEnum):
    """What is bounded: the mean a day, the mean a week, or the busiest day's count."""

    DAY = "day"
    WEEK = "week"
    BUSIEST = "busiest"


_WORDS = {
    Measure.DAY: "a day",
    Measure.WEEK: "a week",
    Measure.BUSIEST: "on the busiest day",
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """At most ``limit`` alerts of what is named ``name``; not yet asked whether that exists."""

    name: str
    limit: Fraction
    measure: Measure


@dataclass(frozen=True, slots=True)
class Bound:
    """At most ``limit`` alerts of these rules together; ``name`` is a level, a rule or ``all``.

    ``each`` says that the rule was not named, and that this was asked of every rule.
    """

    name: str
    rules: frozenset[str]
    limit: Fraction
    measure: Measure
    each: bool = False

    def __str__(self) -> str:
        return f"{self.name}: at most {_number(self.limit)} {_WORDS[self.measure]}"


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """Whether something that was expected holds: what, and what was found; ``each`` as above."""

    expected: str
    found: str
    met: bool
    each: bool = False

    def __str__(self) -> str:
        return f"{self.expected}; found {self.found}"


def expectation(text: str) -> Expectation:
    """Read one expectation. Raises :class:`InputError`.

    >>> expectation("high=1/week")
    Expectation(name='high', limit=Fraction(1, 1), measure=<Measure.WEEK: 'week'>)
    >>> expectation("high<3")
    Traceback (most recent call last):
      ...
    okta_access.errors.InputError: cannot read `high<3` (expected NAME=NUMBER, NAME=NUMBER/week or \
NAME=NUMBER/busiest)
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise InputError(f"cannot read `{text}`", hint=f"expected {FORM}")
    return Expectation(match[1], Fraction(match[2]), Measure(match[3] or Measure.DAY))


def bounds(expectations: Sequence[Expectation], version: Version) -> tuple[Bound, ...]:
    """What the expectations ask of the rules that are run, in their order.

    A level and ``all`` stand for the rules of it together, ``each`` for each rule on its own that
    no expectation names. These take in rules in force alone; a name takes in a rule that is off.
    Raises :class:`InputError` for a name that stands for no rule: a bound on nothing holds always.
    """
    selection = version.selection
    rules = {rule.name: rule.meta.level for rule in alerting(selection.rules, selection.level)}
    in_force = {name: level for name, level in rules.items() if name not in selection.off}
    groups = {level.value: {n for n, of in in_force.items() if of is level} for level in Level}
    groups[ALL] = {*in_force}
    named = {one.name for one in expectations}
    found: list[Bound] = []
    for one in expectations:
        if one.name == EACH and in_force:
            alone = sorted({*in_force} - named)
            found += (Bound(n, frozenset({n}), one.limit, one.measure, each=True) for n in alone)
            continue
        members = groups.get(one.name) or ({one.name} & {*rules})
        if not members:
            raise _nothing(one.name, version, [*groups, EACH])
        found.append(Bound(one.name, frozenset(members), one.limit, one.measure))
    return tuple(found)


def judged(bound: Bound, counts: Counts) -> ExpectationResult:
    """Whether the counts keep to the bound; where no day was looked at they do not.

    Alerts without a readable time are counted as if they were of the busiest day.
    """
    rows = [row for row in counts.rows if row.rule in bound.rules]
    total, days = sum(row.total for row in rows), len(counts.days)
    if not days:
        return ExpectationResult(str(bound), "no day to judge by", met=False, each=bound.each)
    if bound.measure is Measure.BUSIEST:
        together = [sum(per_day) for per_day in zip(*(row.per_day for row in rows), strict=True)]
        undated = sum(row.undated for row in rows)
        most = Fraction(max(together, default=0) + undated)
        busiest = counts.busiest(together)
        told = f"{most}" + (f" ({busiest[0]})" if busiest else "")
    else:
        most = Fraction(total * (7 if bound.measure is Measure.WEEK else 1), days)
        told = f"{_number(most)} ({total:,} in {days:,} {'day' if days == 1 else 'days'})"
    return ExpectationResult(str(bound), told, met=most <= bound.limit, each=bound.each)


def _nothing(name: str, version: Version, groups: list[str]) -> InputError:
    if name in groups:
        return InputError(f"`{name}` stands for no rule that is run and in force")
    return not_run(name, [version], groups, "level or rule")


def _number(value: Fraction) -> str:
    """A number as people write it, with at most four decimals.

    >>> _number(Fraction(3)), _number(Fraction("0.15")), _number(Fraction(4, 7))
    ('3', '0.15', '0.5714')
    """
    whole, _, decimals = f"{float(value):,.4f}".partition(".")
    return f"{whole}.{decimals}".rstrip("0").rstrip(".") if decimals.strip("0") else whole
