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
class Check:
    """One check of one rule: how many cases ran, the first failures, how many there were.

    ``note`` says why a check was skipped, else something about what it ran.
    """

    name: str
    ran: int
    failures: tuple[Failure, ...] = ()
    failed: int = 0
    note: str | None = None
    skipped: bool = False

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


MOST_FAILURES = 3
"""How many failures of one check are kept, told and shrunk; all are counted."""


def check_of(name: str, ran: int, failures: list[Failure], note: str | None = None) -> Check:
    """A check that ran, with its first failures."""
    return Check(name, ran, tuple(failures[:MOST_FAILURES]), len(failures), note)


def skipped(name: str, reason: str) -> Check:
    """A check that did not run."""
    return Check(name, 0, note=reason, skipped=True)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run: what it was asked, what it found, which engines took part (with versions).

    ``asked`` are the names of the engines as the user gave them.
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
    def cases(self) -> int:
        """How many fixtures, events and histories were judged; for each judge anew."""
        return sum(check.ran for rule in self.rules for check in rule.checks)
