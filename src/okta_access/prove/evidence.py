"""What proving a rule gives: checks, each with how much it ran and what failed, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from okta_access.errors import Span

Event = dict[str, Any]


class Outcome(StrEnum):
    """How a check ended. ``skipped`` says nothing for or against the rule."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as it should be.

    ``events`` are as plain as they could be made and still fail: one, or a history. ``atom`` tells
    the atom that decides, ``span`` the place in a fixture.
    """

    message: str
    events: tuple[Event, ...] = ()
    atom: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ByIntent:
    """How many slips in rules the hand-written fixtures notice alone, of those that matter.

    Generated events come from the rule and cannot see a wrong intention; fixtures can. ``left``
    are the slips that no fixture notices, in words.
    """

    noticed: int
    left: tuple[str, ...] = ()

    @property
    def of(self) -> int:
        """All slips that matter: what does not mean the same as the rule."""
        return self.noticed + len(self.left)

    @property
    def percent(self) -> int:
        """The share, rounded down; 100 where no slip matters."""
        return 100 * self.noticed // self.of if self.of else 100


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one rule: how many cases ran, the first failures, how many there were.

    ``note`` says why a check was skipped, else something about what it ran; ``by_intent`` is told
    by the check of the rule's mutants.
    """

    name: str
    ran: int
    failures: tuple[Failure, ...] = ()
    failed: int = 0
    note: str | None = None
    skipped: bool = False
    by_intent: ByIntent | None = None

    @property
    def outcome(self) -> Outcome:
        """Passed, failed or skipped."""
        if self.failed:
            return Outcome.FAILED
        return Outcome.SKIPPED if self.skipped else Outcome.PASSED


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """All checks of one rule. ``kind`` is event, base, or the type of a correlation."""

    rule: str
    file: str
    kind: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not any(check.failed for check in self.checks)

    @property
    def judges(self) -> frozenset[str]:
        """The names of the checks that ran: an engine that was not asked judged nothing."""
        return frozenset(check.name for check in self.checks if not check.skipped)

    @property
    def by_intent(self) -> ByIntent | None:
        """What the rule's fixtures notice alone, where its mutants were judged."""
        return next((check.by_intent for check in self.checks if check.by_intent), None)


MOST_FAILURES = 3
"""How many failures of one check are kept, told and shrunk; all are counted."""


def check_of(
    name: str,
    ran: int,
    failures: list[Failure],
    note: str | None = None,
    by_intent: ByIntent | None = None,
) -> Check:
    """A check that ran, with its first failures."""
    first = tuple(failures[:MOST_FAILURES])
    return Check(name, ran, first, len(failures), note, by_intent=by_intent)


def skipped(name: str, reason: str) -> Check:
    """A check that did not run."""
    return Check(name, 0, note=reason, skipped=True)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run: what it was asked, what it found, which engines stood by (with versions).

    ``asked`` are the engines as they can be given again, passwords left out.
    """

    seed: int
    examples: int
    rules: tuple[RuleEvidence, ...]
    engines: tuple[tuple[str, str], ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[RuleEvidence, ...]:
        """The rules of which a check failed."""
        return tuple(rule for rule in self.rules if not rule.passed)

    @property
    def judges(self) -> tuple[tuple[str, str], ...]:
        """The engines that judged at least one rule."""
        named = frozenset[str]().union(*(rule.judges for rule in self.rules))
        return tuple(one for one in self.engines if one[0] in named)

    @property
    def by_intent(self) -> ByIntent | None:
        """What the fixtures of all rules notice alone, where any rule's mutants were judged."""
        each = [rule.by_intent for rule in self.rules if rule.by_intent]
        if not each:
            return None
        left = tuple(slip for one in each for slip in one.left)
        return ByIntent(sum(one.noticed for one in each), left)

    @property
    def cases(self) -> int:
        """How many fixtures, events and histories were judged; for each judge anew."""
        return sum(check.ran for rule in self.rules for check in rule.checks)
