"""Correlations as searches: the groups that fire are those of the reference, in every reading."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.catalog.load import load_catalog
from okta_access.compile.splunk.query.correlations import correlation_search, result_keys
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import source_terms
from okta_access.errors import Refused
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.rules.model import (
    Alias,
    And,
    Atom,
    Correlation,
    CorrelationType,
    EventRule,
    Expr,
    Not,
    Or,
    Pattern,
    Reference,
    Timespan,
)
from okta_access.rules.settings.files import SplunkSettings
from okta_access.spl.beliefs import EVERY, Beliefs
from okta_access.spl.engine import Indexed, Splunk
from tests.builders.models import (
    COUNT,
    HERE,
    ORDERED,
    TOGETHER,
    VALUES,
    correlation,
    event_rule,
    metadata,
)

CATALOG = load_catalog()
NAMES = Names(CATALOG)
SOURCE = source_terms(SplunkSettings())
START = datetime(2026, 3, 1, 10, 59, 58, tzinfo=UTC)
TYPES = ("access.request.create", "access.request.resolve", "access.review.close")
GROUPS = ((), ("actor.id",), ("actor.id", "target.id"), ("target.id", "target.type"))
Event = dict[str, Any]
fewer = settings(max_examples=settings().max_examples // 3)  # each is a dozen events
Bases = tuple[EventRule, ...]


def of_types(*numbers: int, failed: bool = False) -> Expr:
    """Events of these types; ``failed`` only those that failed."""
    types = tuple(Atom("eventType", Pattern((TYPES[n],), cased=True), HERE, HERE) for n in numbers)
    found: Expr = types[0] if len(types) == 1 else Or(types, HERE)
    denied = Atom("outcome.result", Pattern(("deny",)), HERE, HERE)
    return And((found, denied), HERE) if failed else found


# Rules that share events, share none, or lie in one another.
BASES = (
    of_types(0),
    of_types(1),
    of_types(0, 1),
    of_types(1, 2),
    of_types(0, 2, failed=True),
    of_types(2),
)


def base(number: int, expr: Expr) -> EventRule:
    return event_rule(expr, f"base_{number}", silent=True)


@st.composite
def correlations(draw: st.DrawFn) -> tuple[Correlation, Bases]:
    kind = draw(st.sampled_from(CorrelationType))
    least = 2 if kind in (TOGETHER, ORDERED) else 1
    exprs = draw(st.lists(st.sampled_from(BASES), min_size=least, max_size=4))
    bases = tuple(base(n, expr) for n, expr in enumerate(exprs))
    return (
        Correlation(
            metadata(),
            kind,
            tuple(Reference(rule.name, HERE) for rule in bases),
            draw(st.sampled_from(GROUPS)),
            Timespan("2s", 2),
            len(bases) if kind in (TOGETHER, ORDERED) else draw(st.integers(1, 4)),
            draw(st.sampled_from(["target.id", "actor.id", "client.ipAddress"]))
            if kind is VALUES
            else None,
        ),
        bases,
    )


@st.composite
def aliased(draw: st.DrawFn) -> tuple[Correlation, Bases]:
    """Rules of different types, each with a field of its own for the group key."""
    rule, _ = draw(correlations())
    numbers = draw(st.permutations(range(len(TYPES))))[: draw(st.integers(2, 3))]
    bases = tuple(base(n, of_types(number)) for n, number in enumerate(numbers))
    fields = st.sampled_from(["actor.id", "target.id", "target.type"])
    alias = Alias("who", tuple((one.name, draw(fields)) for one in bases))
    return (
        replace(
            rule,
            references=tuple(Reference(one.name, HERE) for one in bases),
            group_by=("who", *draw(st.sampled_from(GROUPS[:2]))),
            threshold=len(bases) if rule.type in (TOGETHER, ORDERED) else rule.threshold,
            aliases=(alias,),
        ),
        bases,
    )


@st.composite
def events(draw: st.DrawFn, number: int) -> Event:
    """An event of a few seconds, often at one time with others, in one of a few groups."""
    offset = draw(st.sampled_from([0, 0, 500, 1000, 1999, 2000, 2001, 2500, 4000, 4001]))
    time = START + timedelta(milliseconds=offset)
    ids = st.sampled_from(["a", "A", "b", None, ""])
    event: Event = {
        "eventType": draw(st.sampled_from(TYPES)),
        "published": time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z",
        "uuid": draw(st.sampled_from([str(number), str(number), "copy"])),
        "actor": {"id": draw(ids)},
        "outcome": {"result": draw(st.sampled_from(["DENY", "SUCCESS", None]))},
        "client": {"ipAddress": draw(st.sampled_from(["192.0.2.1", "192.0.2.2", None]))},
        "target": [
            {"id": one, "type": draw(st.sampled_from(["x", "y"]))}
            for one in draw(st.lists(ids, max_size=3))
        ],
    }
    if draw(st.integers(0, 9)) == 0:
        del event["uuid"]
    if draw(st.integers(0, 9)) == 0:
        event["published"] = draw(st.sampled_from(["redacted", None]))
    if draw(st.integers(0, 9)) == 0:
        del event["actor"]
    return event


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    some = [draw(events(number)) for number in range(draw(st.integers(1, 9)))]
    copies: dict[tuple[Any, ...], Event] = {}
    for event in some:  # what shares uuid, type and time is one event
        same = (event.get("uuid"), event["eventType"], event["published"])
        copies.setdefault(same, event)
    return [
        event if event.get("uuid") is None
        else copies[event["uuid"], event["eventType"], event["published"]]
        for event in some
    ]  # fmt: skip


def groups(
    rule: Correlation,
    bases: Bases,
    some: list[Event],
    reading: Beliefs,
    chance: int,
) -> set[tuple[str, ...]]:
    text = correlation_search(rule, bases, NAMES).pasted(SOURCE)
    found = Splunk(reading, chance).run(text, map(Indexed, some))
    return {tuple(str(row[key]) for key in result_keys(rule, NAMES)) for row in found}


def expected(rule: Correlation, bases: Bases, some: list[Event]) -> set[tuple[str, ...]]:
    alerts = find_alerts(rule, bases, some, CATALOG)
    return {tuple(text for _, text in alert.group) for alert in alerts}


@fewer
@given(correlations() | aliased(), histories(), st.sampled_from(EVERY), st.integers(0, 9))
def test_the_same_groups_fire(
    made: tuple[Correlation, Bases],
    some: list[Event],
    reading: Beliefs,
    chance: int,
) -> None:
    rule, bases = made
    assert groups(rule, bases, some, reading, chance) == expected(rule, bases, some)


@fewer
@given(correlations() | aliased(), histories(), st.integers(0, 999))
def test_a_schedule_finds_every_group_however_late_its_events_come(
    made: tuple[Correlation, Bases], some: list[Event], seed: int
) -> None:
    """Runs 15 minutes apart, of which each sees what was indexed before it, and fires on news."""
    rule, bases = made
    some = list({id(event): event for event in some}.values())
    chance = random.Random(seed)
    minute = 60
    arrived = [Indexed(event, chance.randrange(0, 90 * minute)) for event in some]
    search = correlation_search(rule, bases, NAMES, only_new="30m")
    text = search.pasted(SOURCE)
    found = set()
    for scheduled in range(15 * minute, 120 * minute, 15 * minute):
        now = scheduled + chance.randrange(0, 5 * minute)  # schedule_window
        seen = [one for one in arrived if one.indexed <= now]
        for row in Splunk(Beliefs(), seed, now=now).run(text, seen):
            found.add(tuple(str(row[key]) for key in result_keys(rule, NAMES)))
    assert found == expected(rule, bases, some)


@pytest.mark.parametrize("prefix", ["", "detail."])
def test_an_alert_says_when_who_and_which_events(prefix: str) -> None:
    rule = Correlation(
        metadata(), COUNT, (Reference("base_0", HERE),), ("actor.id",), Timespan("2s", 2), 2, None
    )
    some = [
        {
            "eventType": TYPES[0],
            "published": f"2026-03-01T10:59:5{n}.000Z",
            "uuid": f"e{n}",
            "actor": {"id": "u", "alternateId": "user@example.com"},
        }
        for n in (1, 2, 8)
    ]
    search = correlation_search(rule, (base(0, BASES[0]),), Names(CATALOG, prefix))
    installation = Splunk(Beliefs(), prefix=prefix)
    (row,) = installation.run(search.pasted(SOURCE), map(Indexed, some))
    assert row["uuid"] == ("e1", "e2")
    assert (row["user"], row["user_id"], row["count"]) == ("user@example.com", "u", 2)
    assert (row["firstTime"], row["lastTime"]) == (some[0]["published"], some[1]["published"])


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        (COUNT, {"threshold": 10_001}, "10000 at most"),
        (COUNT, {"group_by": ("debugContext.x",)}, "the catalogue does not say"),
        (ORDERED, {"rules": 7}, "6 is the most"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    kind: CorrelationType, changes: dict[str, Any], reason: str
) -> None:
    bases = tuple(base(n, BASES[0]) for n in range(changes.get("rules", 1)))
    rule = Correlation(
        metadata(),
        kind,
        tuple(Reference(one.name, HERE) for one in bases),
        changes.get("group_by", ("actor.id",)),
        Timespan("2s", 2),
        changes.get("threshold", 2),
        None,
    )
    with pytest.raises(Refused, match=reason):
        correlation_search(rule, bases, NAMES)


@pytest.mark.parametrize(
    ("second", "name", "reason"),
    [
        (
            of_types(0, 1),
            "who",
            "by `actor.id` and by `target.id`: `access.request.create`",
        ),
        (Not(of_types(0), HERE), "who", "`base_1` names no event types"),
        (of_types(1), "outcome_result_2", None),
    ],
)
def test_an_alias_goes_by_event_types(second: Expr, name: str, reason: str | None) -> None:
    bases = (base(0, of_types(0)), base(1, second))
    rule = replace(
        correlation(ORDERED, rules=bases, group_by=(name,)),
        aliases=(Alias(name, (("base_0", "actor.id"), ("base_1", "target.id"))),),
    )
    if reason is None:
        assert f"okta_{name}=if(" in correlation_search(rule, bases, NAMES).pasted("")
        return
    with pytest.raises(Refused, match=reason):
        correlation_search(rule, bases, NAMES)


def test_nothing_tumbles() -> None:
    for kind in CorrelationType:
        rule = Correlation(
            metadata(),
            kind,
            (Reference("base_0", HERE), Reference("base_1", HERE)),
            (),
            Timespan("1h", 3600),
            2,
            "target.id" if kind is VALUES else None,
        )
        text = correlation_search(rule, (base(0, BASES[0]), base(1, BASES[1])), NAMES).pasted("")
        assert not {"bin", "bucket", "transaction", "span", "time_window"} & set(text.split())
