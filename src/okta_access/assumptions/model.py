"""What the ledger says of one assumption: its words, its figures and its questions to a log."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from okta_access.assumptions.bars import Answer
from okta_access.assumptions.esql import Esql
from okta_access.assumptions.events import AccessEvent
from okta_access.assumptions.spl import Spl, SplQuery


class Figure(ABC):
    """Counts over a log for one assumption; order and copies hardly matter to shares."""

    @abstractmethod
    def add(self, event: AccessEvent) -> None:
        """Count one event of a type that the catalogue has."""

    @abstractmethod
    def answer(self) -> Answer:
        """What was counted, and what it says."""


class SignInFigure(Figure):
    """A figure that also minds where users are seen in events of other types."""

    @abstractmethod
    def add_sign_in(self, actor: str, client: str) -> None:
        """Count a user's id, with an address or a user agent of theirs."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about an assumption, as a SIEM is asked it.

    ``figures`` are the columns of the answer, after the column ``by`` if there is one (a row for
    each of its values); ``share`` says which of them speak for the assumption. ``spl`` and ``esql``
    write the query with the names of an installation; they raise
    :class:`~okta_access.errors.Refused` where it lacks a field.
    """

    name: str
    figures: tuple[str, ...]
    share: str
    spl: Callable[[Spl], SplQuery]
    esql: Callable[[Esql], list[str]]
    by: str | None = None

    @property
    def title(self) -> str:
        """The question's title, such as ``A5 lifetime`` for ``a5_lifetime``."""
        return self.name.replace("a", "A", 1).replace("_", " ")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answer, in their order."""
        return (self.by, *self.figures) if self.by else self.figures


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact about Okta's data that rules take for granted.

    ``upheld`` and ``contradicted`` say what in a log speaks for and against it, ``otherwise`` what
    becomes of the rules that need it where it does not hold. ``state`` tells whether we have
    looked on a real tenant, or Okta says so; then ``source`` tells who and where. What others
    published of it, without the events to check it by, is ``seen_by_others``, with their source.

    A rule that reads one of ``fields`` rests on it, and so does one that compares the two fields
    ``compared``; a correlation also if it groups or counts by one of ``groups``, and any of its
    events is of a type that begins with ``types``.
    """

    id: str
    statement: str
    upheld: str
    contradicted: str
    otherwise: str
    figure: Callable[[], Figure]
    questions: tuple[Question, ...]
    fields: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    types: str = ""
    compared: frozenset[str] = frozenset()
    state: Literal["verified", "contradicted", "unseen"] = "unseen"
    source: str | None = None
    seen_by_others: str | None = None

    def __post_init__(self) -> None:
        """Raises :class:`ValueError` where a state has no source, or a source no state."""
        if (self.state == "unseen") != (self.source is None):
            raise ValueError(f"{self.id} is {self.state}: a source goes with what was looked at")

    def meaning(self, question: Question) -> str:
        """The assumption, what in the answer speaks for it, and what happens where it is false."""
        return (
            f"{self.id}: {self.statement}. Speaks for it: {question.share}. Where it does not"
            f" hold, {self.otherwise}."
        )


def by_field(ledger: Iterable[Assumption]) -> dict[str, list[str]]:
    """The ids of the assumptions that a rule rests on, by the field that it reads."""
    found: dict[str, list[str]] = {}
    for one in ledger:
        for path in one.fields:
            found.setdefault(path, []).append(one.id)
    return found
