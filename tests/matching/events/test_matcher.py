"""Many rules over one event: picked by type, equal to the reference, in the order given."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.paths import Held, texts
from okta_access.catalog.template import template_event
from okta_access.catalog.times import event_time, microseconds
from okta_access.matching.correlations.texts import Texts
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.generated import Waiting
from okta_access.matching.events.matcher import Evaluation, Matcher
from okta_access.matching.events.type_check import WrongType, wrong_types
from okta_access.rules.model import (
    And,
    Atom,
    Expr,
    Not,
    Pattern,
    Present,
    Wildcard,
)
from tests.builders.models import event_rule, of_types
from tests.builders.strategies import CATALOG, FIELDS, HERE, TYPES, events, expressions


@given(st.lists(expressions, max_size=5), events())
def test_the_matcher_is_the_reference(exprs: list[Expr], event: dict[str, Any]) -> None:
    rules = [event_rule(expr) for expr in exprs]
    found = Matcher(rules, CATALOG).evaluate(event)
    expected = [one for one in rules if matches(one.expr, event, CATALOG)]
    assert [id(one) for one in found.matched] == [id(one) for one in expected]
    assert found.wrong_types == wrong_types(event, CATALOG)


def test_rules_are_picked_by_type() -> None:
    create, close, other = TYPES
    bound = event_rule(of_types(create, close), "bound")
    free = event_rule(Not(of_types(create), HERE), "free")
    pattern = Atom("eventType", Pattern(("access.review.", Wildcard.MANY), cased=True), HERE, HERE)
    wild = event_rule(And((pattern, Atom("actor.id", Present(), HERE, HERE)), HERE), "wild")
    never = event_rule(And((of_types(create), of_types(close)), HERE), "never")
    matcher = Matcher([bound, free, wild, never], CATALOG)
    names = (create, close, other, "access.review.new", "")
    events = [{"eventType": name, "actor": {"id": "a"}} for name in names]
    matched = [matcher.evaluate(event).matched for event in events]
    picked = {name: [one.name for one in some] for name, some in zip(names, matched, strict=True)}
    assert picked == {
        create: ["bound"],
        close: ["bound", "free", "wild"],
        other: ["free"],
        "access.review.new": ["free", "wild"],
        "": ["free"],
    }


def test_types_nobody_named_cost_no_memory() -> None:
    matcher = Matcher([event_rule(Not(of_types(TYPES[0]), HERE))], CATALOG)
    events_of_many_types = [{"eventType": f"type.{n}"} for n in range(1000)]
    assert all(matcher.evaluate(event).matched for event in events_of_many_types)
    assert len(matcher._dispatches) == 1


def test_a_text_for_a_target_is_evaluated_and_named() -> None:
    event = {**template_event(CATALOG, TYPES[0]), "target": "o-1"}
    by_type = event_rule(of_types(TYPES[0]))
    by_target = event_rule(Atom("target.id", Present(), HERE, HERE))
    assert Matcher([by_type, by_target], CATALOG).evaluate(event) == Evaluation(
        (by_type,), (WrongType("target", "an array of objects", "a text"),)
    )


@pytest.mark.parametrize(
    "part",
    [
        {"\ud800": 1},
        {"actor": {"\ud800": 1, "id": "u"}},
        {"actor": {"id": "\ud800"}},
        {"securityContext": {"isProxy": "\ud800"}},
        {"target": [{"\ud800": None}]},
    ],
)
def test_a_lone_surrogate_anywhere(part: dict[str, Any]) -> None:
    by_type = event_rule(of_types(TYPES[0]))
    found = Matcher([by_type], CATALOG).evaluate({"eventType": TYPES[0], **part})
    assert found.matched == (by_type,)


def test_an_event_without_a_textual_type_is_judged_by_all() -> None:
    listed = {"eventType": [TYPES[0], TYPES[1]]}
    both = event_rule(And((of_types(TYPES[0]), of_types(TYPES[1])), HERE))
    assert Matcher([both], CATALOG).evaluate(listed).matched == (both,)


@given(st.lists(expressions, max_size=4), events())
def test_a_glance_tells_what_the_decoded_event_tells(
    exprs: list[Expr], event: dict[str, Any]
) -> None:
    matcher = Matcher([event_rule(expr) for expr in exprs], CATALOG)
    data = json.dumps(event).encode()
    found = matcher.judge_text(data)
    if found is not None:
        matched = matcher.evaluate(json.loads(data)).matched
        assert (found.hits.rules if found.hits else ()) == matched
        assert (found.event_type, found.uuid) == (event_type_of(event), uuid_of(event))
        assert microseconds(found.published or "") == event_time(event)


@given(st.lists(st.sampled_from(FIELDS), unique=True), events())
def test_a_reader_gives_what_the_fields_hold(paths: list[str], event: dict[str, Any]) -> None:
    matcher = Matcher([], CATALOG)
    found = matcher.judge_text(json.dumps(event).encode())
    reader = matcher.reader(paths)
    assert reader is not None
    if found is not None:
        held = [texts(event, path, CATALOG) for path in paths]
        read = reader(found.record)
        assert [(one,) if isinstance(one, str) else one for one in read] == held
        groups = [group for group in (paths, *([path] for path in paths)) if group]
        assert kept(matcher, groups, found.record) == [
            tuple(read[paths.index(path)] for path in group) for group in groups
        ]


def kept(
    matcher: Matcher, groups: list[list[str]], record: msgspec.Struct
) -> list[tuple[Held, ...]]:
    """What a keeper takes out of a record for these groups of fields, twice alike."""
    of_groups = [Texts(len(group)) for group in groups]
    columns: list[list[int]] = [[] for _ in groups]
    waits = Waiting([], [], [], 2, settle=lambda: None)
    new = matcher.keeper(groups)
    assert new is not None
    both = zip(of_groups, columns, strict=True)
    keep = new(waits, [of_group.column(column.append) for of_group, column in both])
    for source in (3, 4):
        keep(5, "u", source, record)
    assert (waits.times, waits.uuids, waits.sources) == ([5, 5], ["u", "u"], [3, 4])
    assert all(column == [0, 0] for column in columns)
    for of_group in of_groups:
        of_group.settle()
    return [of_group[0] for of_group in of_groups]


def test_what_a_glance_leaves_to_others() -> None:
    matcher = Matcher([event_rule(of_types(TYPES[0]))], CATALOG)
    for data in (
        b"",
        b"{}",
        b"[]",
        b'{"eventType": 1}',
        b'{"eventType": ""}',
        b'{"eventType": "x"',
        b'{"eventType": "x", "actor": 1}',
        b'{"eventType": "x", "y": "\xff"}',
        b'{"eventType": "x", "y": ' + b"[" * 10_000,
    ):
        assert matcher.judge_text(data) is None
    assert Matcher([], CATALOG, ["uuid.part"]).judge_text(b'{"eventType": "x"}') is None
