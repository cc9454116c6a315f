"""Events over a minute, correlations of each type over them, and what these keep of them."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

from msgspec.structs import replace

from okta_access.catalog.paths import Held, texts
from okta_access.catalog.template import template_event
from okta_access.catalog.times import event_time
from okta_access.matching.correlations.event_store import EventStore
from okta_access.matching.correlations.judge import Occurrence
from okta_access.matching.correlations.stream import Stream
from okta_access.matching.events.matcher import Matcher
from okta_access.rules.model import Alias, Correlation, CorrelationType, EventRule
from tests.builders.judging import Candidate
from tests.builders.models import (
    COUNT,
    ORDERED,
    TOGETHER,
    VALUES,
    correlation,
    event_rule,
    of_types,
)
from tests.builders.strategies import CATALOG, TYPES

CREATE, CLOSE = event_rule(of_types(TYPES[0]), "create"), event_rule(of_types(TYPES[1]), "close")
ALERTING = (CREATE, CLOSE, event_rule(of_types(TYPES[2]), "unreferenced"))
BASES = {
    type_: (CREATE,) if type_ in (COUNT, VALUES) else (CREATE, CLOSE) for type_ in CorrelationType
}


def correlations() -> list[tuple[Correlation, tuple[EventRule, ...]]]:
    """One of each type, by different keys, and one by a key that has a field in each rule."""
    keys = {
        COUNT: ("actor.id",),
        VALUES: (),
        TOGETHER: ("actor.id", "target.id"),
        ORDERED: ("target.id",),
    }
    of_each = [
        (correlation(t, 2, 10, keys[t], BASES[t], name=t.value), BASES[t]) for t in CorrelationType
    ]
    who = Alias("who", ((CREATE.name, "actor.id"), (CLOSE.name, "target.id")))
    by_alias = correlation(ORDERED, group_by=("who",), rules=(CREATE, CLOSE), name="by_alias")
    return [*of_each, (replace(by_alias, aliases=(who,)), (CREATE, CLOSE))]


def event(dice: random.Random) -> dict[str, Any]:
    """An event that may be in one's minute, by few actors, on few targets."""
    made = template_event(CATALOG, dice.choice(TYPES))
    made["published"] = f"2026-01-01T00:00:{dice.randrange(60):02}.{dice.choice(['0', '000'])}Z"
    made["uuid"] = dice.choice(
        [f"00000000-0000-4000-8000-{dice.randrange(40):012x}", str(dice.randrange(40)), None]
    )
    made["actor"]["id"] = dice.choice(["a", "A", 7, None, ["a", "b"]])
    made["target"] = dice.choice(
        [None, "x", [{"id": one} for one in dice.choices("pqa", k=2)], [{"id": dice.choice("pqa")}]]
    )
    return made


def kept(events: list[dict[str, Any]], first_source: int = 0) -> EventStore:
    """All of the correlations over these events."""
    history = EventStore(correlations(), CATALOG)
    put_all(history, events, first_source)
    return history


def put_all(history: EventStore, events: list[dict[str, Any]], first_source: int = 0) -> None:
    """Hands over events as they were decoded."""
    matcher = Matcher(ALERTING, CATALOG)
    for source, one in enumerate(events, first_source):
        assert history.add(one, matcher.evaluate(one).matched, source)


def candidates(
    rule: Correlation, bases: tuple[EventRule, ...], events: list[dict[str, Any]]
) -> list[Candidate]:
    """The same events by hand."""
    matcher = Matcher(bases, CATALOG)
    found = []
    for source, one in enumerate(events):
        matched = matcher.evaluate(one).matched
        rules = sum((base in matched) << bit for bit, base in enumerate(bases))
        time, uuid = event_time(one), one["uuid"]
        assert time is not None
        for paths, mine in rule.rules_by_keys:
            if not rules & mine:
                continue
            keys = tuple(texts(one, path, CATALOG) for path in paths)
            values = texts(one, rule.value_field, CATALOG) if rule.value_field else ()
            listed = Occurrence(time, uuid, one["eventType"], source)
            found.append(Candidate(listed, rules & mine, keys, values))
    return found


class Sort(NamedTuple):
    """An event but for its time: what it is called, what it matched, what it holds."""

    uuid: str | None
    event_type: str
    matched: tuple[EventRule, ...]
    held: tuple[Held, ...]


def put(into: Stream | EventStore, time: int, sort: Sort, source: int) -> None:
    """Hands over an event of this sort, at that time."""
    rules = into.rules_of(sort.matched)
    if rules:
        into.keep(time, sort.uuid, sort.event_type, rules, sort.held, source)
