"""A judge asked about events in any order, each already held against a correlation's rules."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from okta_access.matching.correlations.judge import (
    Arrival,
    CorrelationAlert,
    Judge,
    Occurrence,
    alert_of,
)
from okta_access.rules.model import Correlation, CorrelationType
from tests.builders.models import S, correlation


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that matched at least one rule of a correlation.

    ``rules`` has bit n set where it matched the n-th referenced rule. ``keys`` holds the texts of
    each group-by field in turn, ``values`` those of the counted field. ``source`` is the reader's
    number for the line; of copies of one event the least counts.
    """

    event: Occurrence
    rules: int
    keys: tuple[tuple[str, ...], ...] = ()
    values: tuple[str, ...] = ()


def judge(correlation: Correlation, candidates: Iterable[Candidate]) -> list[CorrelationAlert]:
    """All alerts of a correlation over these candidates, whatever their order; by time and group.

    Candidates of one uuid, event type and time are copies of one event, which counts once.
    """
    rows = sorted(candidates, key=lambda one: one.event.order)
    found: list[CorrelationAlert] = []
    one_judge = Judge(correlation)
    for time, same in groupby(enumerate(rows), key=lambda row: row[1].event.time):
        arrivals = [_arrival(row, candidate) for row, candidate in same]
        for firing in one_judge.advance(time, arrivals):
            events = [rows[row].event for row in firing.rows]
            found.append(alert_of(correlation, firing, events))
    return found


def _arrival(row: int, candidate: Candidate) -> Arrival:
    event = candidate.event
    identity = None if event.uuid is None else (event.uuid, event.event_type)
    return Arrival(row, identity, candidate.rules, candidate.keys, candidate.values)


def random_history(
    dice: random.Random, type_: CorrelationType | None = None
) -> tuple[Correlation, list[Candidate]]:
    """A correlation over at most six seconds and up to 7 events within nine, copies among them."""
    fields, rules = dice.randint(0, 2), dice.randint(2, 3)
    rule = correlation(
        type_ or dice.choice([*CorrelationType]),
        dice.randint(1, 4),
        dice.randint(1, 6),
        ("actor.id", "target.type")[:fields],
        rules,
    )

    def texts(of: str) -> tuple[str, ...]:
        return tuple(dice.choices(of, k=dice.choice([0, 1, 1, 1, 2])))

    plain = dice.random() < 0.6
    candidates = [
        Candidate(
            Occurrence(
                dice.randint(0, 9) * S, dice.choice([None, *"pqrstuvw"]), dice.choice("mn"), number
            ),
            dice.randint(1, 2**rules - 1),
            tuple(("a",) if plain else texts("ab") for _ in range(fields)),
            texts("xyz"),
        )
        for number in range(dice.randint(1, 7))
    ]
    return rule, candidates
