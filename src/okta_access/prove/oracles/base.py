"""What every oracle looks like to those who ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from okta_access.prove.evidence import Event
from okta_access.rules.model import Correlation, EventRule

Groups = frozenset[tuple[str, ...]]
"""The groups in which a correlation fires, each as the texts of its group-by fields."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The uuids of the events that an oracle says match.

    ``unjudged`` are events it cannot speak of, because it holds them otherwise than the log does.
    """

    matched: frozenset[str]
    unjudged: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """That an oracle has nothing to say of a rule, and why.

    ``word`` tells whether a translation was ``refused`` or the oracle ``not asked``.
    """

    reason: str
    word: str = "refused"

    def __str__(self) -> str:
        return f"{self.word}: {self.reason}"


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


@runtime_checkable
class HistoryOracle(Oracle, Protocol):
    """A judge of correlations too."""

    def groups(
        self, rule: Correlation, histories: Sequence[Sequence[Event]], /
    ) -> Sequence[Groups | None] | NotApplicable:
        """For each history, in which groups the correlation fires; every history by itself.

        None stands for a history that it cannot speak of, because it holds one of the events
        otherwise than the log does. Every event has a uuid, which it shares with its copies in the
        same history and with nothing else. Raises :class:`~okta_access.errors.EngineError`.
        """
