"""Searches run over events."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from okta_access.spl.beliefs import Beliefs
from okta_access.spl.commands import Session, Step, step
from okta_access.spl.evaluate import Evaluator
from okta_access.spl.fields import Leaves, leaves, read_as
from okta_access.spl.syntax import commands
from okta_access.spl.terms import Asked, asked_of, needed
from okta_access.spl.values import Row, members

_NOW = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Indexed:
    """An event as an index holds it: where, and when it got there (seconds since 1970)."""

    event: Mapping[str, Any]
    indexed: int = 0
    index: str = "okta"
    sourcetype: str = "OktaIM2:log"

    def leaves(self, prefix: str, towards: frozenset[str] | None = None) -> Leaves:
        """What the event holds, by the names of the fields under this prefix."""
        return leaves(self.event, prefix, towards)


@dataclass(frozen=True, slots=True)
class Held:
    """Events with their fields extracted, to be searched several times.

    What is asked of one field again and again is found by its texts, in lower case, as an index
    finds it.
    """

    rows: Sequence[Row]
    _places: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def having(self, name: str, wanted: Iterable[str]) -> list[Row]:
        """The events with any of these texts (in lower case) in a field, in their order."""
        if name not in self._places:
            places = self._places[name] = {}
            for place, row in enumerate(self.rows):
                for text in {text.lower() for text in members(row.get(name))}:
                    places.setdefault(text, []).append(place)
        by_text = self._places[name]
        found = {place for text in wanted for place in by_text.get(text, ())}
        return [self.rows[place] for place in sorted(found)]


@dataclass(frozen=True, slots=True)
class Splunk:
    """An installation read under certain beliefs.

    ``chance`` decides what no page settles, such as the order of events of one time; ``prefix``
    stands before each extracted field; ``now`` is the time of searches, in seconds since 1970.
    """

    beliefs: Beliefs
    chance: int = 0
    prefix: str = ""
    now: int = _NOW

    def run(self, search: str, events: Iterable[Indexed]) -> list[Row]:
        """The results of a search over these events.

        Raises :class:`NotDocumentedError` at whatever the interpreter does not know.
        """
        return self.run_over(search, self.held(events))

    def held(self, events: Iterable[Indexed]) -> Held:
        """The events with their fields extracted, to be searched several times."""
        return Held([self.row(event, event.leaves(self.prefix)) for event in events])

    def row(self, event: Indexed, found: Leaves) -> Row:
        """An event with its fields extracted from its leaves under this prefix."""
        return {
            **read_as(found, self.beliefs),
            "_time": event.indexed,
            "_indextime": event.indexed,
            "index": event.index,
            "sourcetype": event.sourcetype,
        }

    def run_over(self, search: str, held: Held) -> list[Row]:
        """The results of a search over events that are held; raises as :meth:`run`."""
        asked, steps = _read(search, self.beliefs)
        chance = random.Random(self.chance)  # noqa: S311 - no secret
        rows = _found(asked, held)
        chance.shuffle(rows)
        session = Session(Evaluator(self.beliefs, self.now), chance)
        for one in steps:
            rows = one(rows, session)
        return rows


@lru_cache(maxsize=32)
def _read(search: str, beliefs: Beliefs) -> tuple[Asked, tuple[Step, ...]]:
    """A search as the terms of its implied search command and the steps that follow."""
    first, *rest = commands(search)
    return asked_of(first, beliefs.unicode_case), tuple(step(one, beliefs) for one in rest)


def _found(asked: Asked, held: Held) -> list[Row]:
    """The events that pass the terms, in their order."""
    exact = [one for one in needed(asked.terms) if one.exact and one.pattern is None]
    last = exact[-1] if exact else None
    return asked.passed(held.rows if last is None else held.having(last.field, last.exact))
