"""Two versions of the rules on the same events: which alerts a change adds, loses or moves.

An alert of both versions is of the same rule (:func:`pairs`) and of the same events. One that is
lost and one that is new, of the same correlation and group and with an event in common, are one
burst that is told at another time: it has moved. Memory holds what differs in correlations, and
of alerts on single events no more than is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Generic, TypeVar

from okta_access.backtest.days import Counts, Row
from okta_access.backtest.expectations import ExpectationResult
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Rule
from okta_access.scan.alerts import Alert

WhyNot = Callable[[Rule], str]
"""Why a version does not run one of its rules."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Pair:
    """One rule in both versions, or in one alone; ``name`` is what it is called now, if it is."""

    name: str
    before: Rule | None
    after: Rule | None


def pairs(before: RuleSet, after: RuleSet) -> tuple[Pair, ...]:
    """All rules of both versions, by name: a rule is the same by its id, else by its name."""
    left = {rule.name: rule for rule in before.all_rules}
    now = {rule.name: rule for rule in after.all_rules}
    name_of = {rule.meta.id: name for name, rule in left.items()}
    found: dict[str, Rule] = {}
    for name, rule in now.items():
        same = name_of.get(rule.meta.id)
        if same in left:
            found[name] = left.pop(same)
    for name in now:
        if name not in found and name in left:
            found[name] = left.pop(name)
    both = [Pair(name, found.get(name), rule) for name, rule in now.items()]
    gone = [Pair(name, rule, None) for name, rule in left.items()]
    return tuple(sorted((*both, *gone), key=lambda pair: (pair.name, pair.after is None)))


def both_names(rules: Sequence[Pair], names: Collection[str]) -> tuple[set[str], set[str]]:
    """What rules are called before and after that have one of these names in either version."""
    before: set[str] = set()
    after: set[str] = set()
    for pair in rules:
        known = {rule.name for rule in (pair.before, pair.after) if rule is not None}
        if not known.isdisjoint(names):
            before |= {pair.before.name} if pair.before else set()
            after |= {pair.after.name} if pair.after else set()
    return before, after


@dataclass(slots=True)
class Some(Generic[_T]):
    """How many there are, and the first ``most`` of them."""

    most: int
    count: int = 0
    shown: list[_T] = field(default_factory=list)

    def add(self, one: _T) -> None:
        """Count it, and keep it where there is room."""
        self.count += 1
        if len(self.shown) < self.most:
            self.shown.append(one)


class Change:
    """What differs of one rule: its alerts that are new, lost or moved (as was, as is)."""

    __slots__ = ("lost", "moved", "new", "pair")

    def __init__(self, pair: Pair, most: int) -> None:
        self.pair = pair
        self.new: Some[Alert] = Some(most)
        self.lost: Some[Alert] = Some(most)
        self.moved: Some[tuple[Alert, Alert]] = Some(most)

    @property
    def count(self) -> int:
        """How many alerts differ."""
        return self.new.count + self.lost.count + self.moved.count


class Differences:
    """Takes the alerts of both versions as a replay gives them; keeps what differs, per rule."""

    def __init__(self, rules: Sequence[Pair], most: int) -> None:
        self.changes = tuple(Change(pair, most) for pair in rules)
        self._before = {one.pair.before.name: one for one in self.changes if one.pair.before}
        self._after = {one.pair.after.name: one for one in self.changes if one.pair.after}

    def event(self, before: Iterable[Alert], after: Iterable[Alert]) -> None:
        """The alerts that one event raises in each version."""
        old = {self._before[alert.meta.name]: alert for alert in before}
        new = {self._after[alert.meta.name]: alert for alert in after}
        for change, alert in old.items():
            if change not in new:
                change.lost.add(alert)
        for change, alert in new.items():
            if change not in old:
                change.new.add(alert)

    def correlations(self, before: Iterable[Alert], after: Iterable[Alert]) -> None:
        """All alerts of correlations, each side in the order of time, as a scan gives them."""
        lost: list[tuple[Change, Alert]] = []
        new: list[tuple[Change, Alert]] = []
        sides = merge(
            ((alert.time or 0, self._before[alert.meta.name], alert, 0) for alert in before),
            ((alert.time or 0, self._after[alert.meta.name], alert, 1) for alert in after),
            key=itemgetter(0),
        )
        for _, same_time in groupby(sides, key=itemgetter(0)):
            seen: tuple[dict[Hashable, tuple[Change, Alert]], ...] = ({}, {})
            for _, change, alert, side in same_time:
                seen[side][change, alert.group, alert.source] = change, alert
            lost += (one for key, one in seen[0].items() if key not in seen[1])
            new += (one for key, one in seen[1].items() if key not in seen[0])
        _settle(lost, new)


def _settle(lost: list[tuple[Change, Alert]], new: list[tuple[Change, Alert]]) -> None:
    """Count what is lost and new, but for two with an event in common: that one has moved."""
    with_event: dict[Hashable, list[int]] = {}
    for index, (change, alert) in enumerate(new):
        for place in alert.source:
            with_event.setdefault((change, alert.group, place), []).append(index)
    moved: set[int] = set()
    for change, alert in lost:
        keys = [(change, alert.group, place) for place in alert.source]
        found = {i for key in keys for i in with_event.get(key, ()) if i not in moved}
        if found:
            moved.add(min(found))
            change.moved.add((alert, new[min(found)][1]))
        else:
            change.lost.add(alert)
    for index, (change, alert) in enumerate(new):
        if index not in moved:
            change.new.add(alert)


@dataclass(frozen=True, slots=True)
class Compared:
    """One rule of a comparison. A row is None where that version does not run the rule.

    ``note`` says why a version does not run it, and what else is not as it was.
    """

    before: Row | None
    after: Row | None
    change: Change
    note: str

    @property
    def row(self) -> Row:
        """The row as it is now, else as it was."""
        row = self.after or self.before
        assert row is not None  # rules that neither version runs are not compared
        return row


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rules and their alerts in two versions, ordered as tables are; ``days`` are of both."""

    before: Counts
    after: Counts
    rules: tuple[Compared, ...]

    @property
    def differing(self) -> tuple[Compared, ...]:
        """The rules with an alert that differs."""
        return tuple(one for one in self.rules if one.change.count)

    @property
    def verdict(self) -> ExpectationResult:
        """Whether both versions raise the same alerts."""
        new = sum(one.change.new.count for one in self.rules)
        lost = sum(one.change.lost.count for one in self.rules)
        moved = sum(one.change.moved.count for one in self.rules)
        found = f"{new:,} new, {lost:,} lost, {moved:,} moved"
        return ExpectationResult("no alert is new, lost or moved", found, met=not self.differing)


def compared(
    before: Counts,
    after: Counts,
    differences: Differences,
    why: tuple[WhyNot, WhyNot],
) -> Comparison:
    """Put together what was counted; ``why`` says why a version does not run a rule."""
    left = {row.rule: row for row in before.rows}
    right = {row.rule: row for row in after.rows}
    found = []
    for change in differences.changes:
        pair = change.pair
        old = left.get(pair.before.name) if pair.before else None
        new = right.get(pair.after.name) if pair.after else None
        if old or new:
            found.append(Compared(old, new, change, _note(pair, old, new, why)))
    found.sort(key=lambda one: (-one.row.level.rank, one.row.rule, one.after is None))
    return Comparison(before, after, tuple(found))


def _note(pair: Pair, before: Row | None, after: Row | None, why: tuple[WhyNot, WhyNot]) -> str:
    notes = []
    if before is None:
        notes.append(f"not run before: {why[0](pair.before) if pair.before else 'not there'}")
    if after is None:
        notes.append(f"not run now: {why[1](pair.after) if pair.after else 'not there'}")
    if pair.before and pair.after:
        if pair.before.name != pair.after.name:
            notes.append(f"was named {pair.before.name}")
        if before and after and before.level is not after.level:
            notes.append(f"level was {before.level}")
    return "; ".join(notes)
