"""What every oracle looks like to those who ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from okta_access.prove.evidence import Event
from okta_access.rules.model import EventRule


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The uuids of the events that an oracle says match.

    ``unjudged`` are events it cannot speak of, because it holds them otherwise than the log does.
    """

    matched: frozenset[str]
    unjudged: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """That an oracle has nothing to say of a rule, and why: a translation that was refused."""

    reason: str


class Oracle(Protocol):
    """Another judge of event rules, independent of the reference evaluator."""

    @property
    def name(self) -> str:
        """The name of the check, for example ``elastic-lucene``."""

    @property
    def version(self) -> str:
        """The version of what judges."""

    def verdicts(self, rule: EventRule, events: Sequence[Event]) -> Verdicts | NotApplicable:
        """Which of these events match the rule; every event has a uuid of its own.

        Asked of many rules with one and the same sequence, it may keep what it made of that.
        Raises :class:`~okta_access.errors.EngineError`.
        """
