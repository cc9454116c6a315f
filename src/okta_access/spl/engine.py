"""Searches run over events."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.commands import Row, Session, run
from okta_access.spl.evaluate import Evaluator
from okta_access.spl.fields import Leaves, leaves, read_as
from okta_access.spl.syntax import Kind, Reader, Token, commands
from okta_access.spl.values import members

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
        chance = random.Random(self.chance)  # noqa: S311 - no secret
        first, *rest = commands(search)
        terms = _Terms(Reader(first))
        rows = terms.of(held)
        chance.shuffle(rows)
        session = Session(Evaluator(self.beliefs, self.now), chance)
        for command in rest:
            rows = run(command, rows, session)
        return rows


class _Terms:
    """The terms of the implied search command (Search Reference, search).

    Terms side by side must all hold; ``field=value``, ``field IN (…)`` and ``field=*`` are known.
    Values compare in any case ("search terms are not case-sensitive"), and any value of a field
    with several will do.
    """

    def __init__(self, reader: Reader) -> None:
        self._tests: list[tuple[str, tuple[str, ...] | None]] = []
        while reader.next is not None:
            if reader.take_sign("(", ")"):  # parentheses around terms that are joined anyway
                continue
            self._tests.append(self._term(reader))

    def of(self, held: Held) -> list[Row]:
        """The events that pass all terms, in their order."""
        name, wanted = self._tests[-1] if self._tests else ("", None)  # last stands the event type
        rows = held.rows if wanted is None else held.having(name, wanted)
        return [row for row in rows if self._match(row)]

    def _match(self, row: Row) -> bool:
        for name, wanted in self._tests:
            found = [text.lower() for text in members(row.get(name))]
            if wanted is None:
                if not found:
                    return False
            elif not any(text in wanted for text in found):
                return False
        return True

    def _term(self, reader: Reader) -> tuple[str, tuple[str, ...] | None]:
        field = reader.word()
        if reader.take_word("in"):
            reader.expect_sign("(")
            values = [self._value(reader.take())]
            while reader.take_sign(","):
                values.append(self._value(reader.take()))
            reader.expect_sign(")")
            return field, tuple(values)
        reader.expect_sign("=")
        return (field, None) if reader.take_sign("*") else (field, (self._value(reader.take()),))

    def _value(self, token: Token) -> str:
        if token.kind is not Kind.TEXT or "*" in token.text or "\\" in token.text:
            raise NotDocumentedError(f"does not know the search value {token.text!r}")
        return token.text.lower()
