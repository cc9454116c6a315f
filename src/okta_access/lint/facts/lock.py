"""The rules of a run against ``rules.lock`` beside their folder; without one there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import Span
from okta_access.lint.documents import place, texts
from okta_access.lint.facts.structure import first_line
from okta_access.lint.run import Run
from okta_access.rules.lock.compare import Fault, fault_of
from okta_access.rules.lock.file import EMPTY, Lock, Locked, lock_beside, read_lock
from okta_access.rules.lock.meaning import Meanings, locked
from okta_access.rules.model import EventRule, Rule
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.settings.files import shipped_lists


@dataclass(frozen=True, slots=True)
class LockedRule:
    """A whole rule as it would be locked, its line in the lock, and files that say its meaning."""

    document: RuleDocument
    lock: Path
    now: Locked
    before: Locked | None
    sources: tuple[str, ...]

    @property
    def fault(self) -> Fault | None:
        """Why it may not be locked as it is."""
        return fault_of(self.now, self.before)

    @property
    def place(self) -> Span:
        """Where the rule says its version, or else its name or title."""
        for key in ("version", "name"):
            for scalar in texts(self.document, key):
                return first_line(scalar.span)
        return place(self.document, "title")


def locked_rules(run: Run) -> tuple[LockedRule, ...]:
    """The whole rules that lie beside a lock, each with its line there."""
    return run.once(_locked_rules)


def locks(run: Run) -> dict[Path, Lock]:
    """The locks beside the rules of the run, by path."""
    return run.once(_locks)


def _locks(run: Run) -> dict[Path, Lock]:
    paths = dict.fromkeys(lock_beside([file]) for file in run.rule_set.files)
    found = ((path, read_lock(path)) for path in paths if path is not None)
    return {path: lock for path, lock in found if lock is not None}


def _locked_rules(run: Run) -> tuple[LockedRule, ...]:
    return tuple(_of(run)) if locks(run) else ()


def _of(run: Run) -> Iterator[LockedRule]:
    rules = run.rule_set
    meanings = Meanings(rules, shipped_lists(rules.files))
    usable = {one.name for one in rules.correlations}
    for document in run.documents:
        rule, path = document.rule, lock_beside([document.file])
        if rule is not None and path in locks(run) and _is_usable(rule, usable):
            assert path is not None  # it is among those that were read
            lock = locks(run).get(path, EMPTY)
            before = lock.rules.get(rule.meta.id)
            yield LockedRule(document, path, locked(rule, meanings), before, meanings.sources(rule))


def _is_usable(rule: Rule, correlations: set[str]) -> bool:
    return isinstance(rule, EventRule) or rule.name in correlations
