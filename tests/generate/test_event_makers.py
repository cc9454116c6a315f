"""Events are what they were made to be, for arbitrary rules, and differ as real ones do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from okta_access.catalog.schema import errors, event_schema
from okta_access.catalog.template import template_event
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import (
    EventMaker,
    MatchMaker,
    MissMaker,
    NearMissMaker,
    OtherTypeMaker,
    other_types,
)
from okta_access.generate.sample import sample
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import And, Atom, EventRule, Expr, Not, Or
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable
from tests.builders.samples import CATALOG, rule, rule_of
from tests.builders.strategies import expressions

Event = dict[str, Any]


def flipped(expr: Expr, event: Event, atom: Atom) -> bool:
    """The verdict that the event would get if that atom alone held otherwise."""
    match expr:
        case Atom():
            return matches(expr, event, CATALOG) != (expr == atom)
        case Not(operand):
            return not flipped(operand, event, atom)
        case And(operands):
            return all(flipped(operand, event, atom) for operand in operands)
        case Or(operands):
            return any(flipped(operand, event, atom) for operand in operands)


@settings(max_examples=50)
@given(expressions)
def test_matches_match_and_misses_miss(expr: Expr) -> None:
    one = rule_of(expr)
    try:
        assert all(matches(expr, e, CATALOG) for e in sample(MatchMaker(one, CATALOG), 4, 1))
        assert not any(matches(expr, e, CATALOG) for e in sample(MissMaker(one, CATALOG), 4, 1))
    except (Unsatisfiable, Undecided):
        return


@settings(max_examples=50)
@given(expressions)
def test_a_near_miss_hangs_on_the_atom_it_names(expr: Expr) -> None:
    try:
        maker = NearMissMaker(rule_of(expr), CATALOG)
    except (Unsatisfiable, Undecided):
        return
    for miss in sample(maker, 5, 2):
        assert not matches(expr, miss.event, CATALOG)
        assert matches(miss.atom, miss.event, CATALOG) == miss.held
        assert flipped(expr, miss.event, miss.atom)


@settings(max_examples=50)
@given(expressions)
def test_no_event_of_another_type_matches(expr: Expr) -> None:
    one = rule_of(expr)
    try:
        types = other_types(one, CATALOG)
        maker = OtherTypeMaker(one, CATALOG)
    except (Unsatisfiable, Undecided):
        return
    for name in types:
        event = maker.make_of(name, Choices(b"\x01" * 90))
        assert event["eventType"] == name
        assert not matches(expr, event, CATALOG)


def test_an_event_without_choices_is_the_template() -> None:
    made = EventMaker(CATALOG, ("access.request.create",)).make(Choices(b""))
    assert made == template_event(CATALOG, "access.request.create")


@pytest.mark.parametrize(
    ("item", "path", "plainest"),
    [
        ("actor.type: systemprincipal*", "actor.type", "SystemPrincipal"),
        ("actor.alternateId|endswith: '@OKTA.com'", "actor.alternateId", "system@okta.com"),
        ("actor.id|startswith: zz", "actor.id", "zz"),
        ("client.ipAddress|cidr: 203.0.113.0/24", "client.ipAddress", "203.0.113.10"),
        ("outcome.result|neq: SUCCESS", "outcome.result", "FAILURE"),
    ],
)
def test_the_plainest_match_is_plain(item: str, path: str, plainest: str) -> None:
    event = MatchMaker(rule(item), CATALOG).make(Choices(b""))
    above, leaf = path.split(".")
    expected = template_event(CATALOG, event["eventType"])
    expected[above][leaf] = plainest
    assert event == expected


def test_a_rule_that_cannot_match_is_named_with_its_atoms() -> None:
    with pytest.raises(Unsatisfiable, match=r'`actor.id is like "x\*"` .* contradicts'):
        MatchMaker(rule("actor.id|all: ['x*', 'y*']"), CATALOG)
    with pytest.raises(Unsatisfiable, match=r"eventType is there"):
        MissMaker(rule("eventType|exists: true"), CATALOG)


def test_every_way_of_matching_is_made() -> None:
    reasons = ["FAILURE", "DENY", "ABANDONED"]
    made = sample(MatchMaker(rule(f"outcome.reason: {reasons}"), CATALOG), 300, 1)
    assert {event["outcome"]["reason"].upper() for event in made} == {*reasons}
    assert any(not event["outcome"]["reason"].isupper() for event in made)


def test_plain_values_of_an_enum_are_made_in_their_one_spelling() -> None:
    results = ["FAILURE", "DENY", "ABANDONED"]
    made = sample(MatchMaker(rule(f"outcome.result: {results}"), CATALOG), 300, 1)
    assert {event["outcome"]["result"] for event in made} == {*results}


def test_members_of_an_array_share_the_work_in_all_orders() -> None:
    one: EventRule = rule("target.id|all: [x, y]")
    orders = set()
    for event in sample(MatchMaker(one, CATALOG), 200, 1):
        ids = [str(target.get("id")).lower() for target in event["target"]]
        orders.add((ids.index("x") < ids.index("y"), len(ids) > 2))
    assert len(orders) == 4


# What was seen in real events, and must be seen here too.
SHAPES: dict[str, Callable[[Event], bool]] = {
    "target null": lambda e: "target" in e and e["target"] is None,
    "target absent": lambda e: "target" not in e,
    "no target": lambda e: e.get("target") == [],
    "an empty target": lambda e: e.get("target") == [{}],
    "several targets": lambda e: len(e.get("target") or ()) > 2,
    "version an integer": lambda e: e.get("version") == 0,
    "postal code an integer": lambda e: '"postalCode": 10117,' in json.dumps(e),
    "outcome null": lambda e: e.get("outcome", 1) is None,
    "actor absent": lambda e: "actor" not in e,
    "client empty": lambda e: e.get("client") == {},
    "isProxy null": lambda e: '"isProxy": null' in json.dumps(e),
    "isProxy a text": lambda e: '"isProxy": "true"' in json.dumps(e),
    "isProxy absent": lambda e: "isProxy" not in json.dumps(e),
    "session unknown": lambda e: '"externalSessionId": "unknown"' in json.dumps(e),
    "session empty": lambda e: '"externalSessionId": ""' in json.dumps(e),
    "session absent": lambda e: "externalSessionId" not in json.dumps(e),
    "IPv6": lambda e: '"ipAddress": "2001:db8' in json.dumps(e),
    "a name in kanji": lambda e: "山田" in json.dumps(e, ensure_ascii=False),
    "an actor type nobody has seen": lambda e: '"AI_AGENT"' in json.dumps(e),
    "an app": lambda e: '"PublicClientAppEntity"' in json.dumps(e),
    "a newer result": lambda e: '"UNANSWERED"' in json.dumps(e),
    "zone null": lambda e: '"zone": null' in json.dumps(e),
    "an undocumented key": lambda e: "p_log_type" in e,
    "debug data that looks like a field": lambda e: '"eventType": "access.request.sequence.delete"'
    in json.dumps(e.get("debugContext")),
}  # fmt: skip
EVENTS = sample(EventMaker(CATALOG), 3000, 5)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shapes_of_real_events_are_made(shape: str) -> None:
    assert any(map(SHAPES[shape], EVENTS))


def test_every_type_is_made() -> None:
    assert {*CATALOG.events} < {event["eventType"] for event in EVENTS}


def test_every_event_is_one_that_okta_could_write() -> None:
    schema = event_schema(CATALOG, any_event_type=True)
    assert [found for event in EVENTS if (found := errors(schema, event))] == []


def test_no_two_events_share_a_part() -> None:
    """Whoever changes one event changes no other."""
    one, other = sample(EventMaker(CATALOG), 2, 1), sample(EventMaker(CATALOG), 2, 1)
    before = json.dumps(other)
    for event in one:
        event["client"].clear()
        (event.get("debugContext") or {}).clear()
    assert json.dumps(other) == before
    assert json.dumps(sample(EventMaker(CATALOG), 2, 1)) == before
