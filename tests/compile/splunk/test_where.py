"""Any expression on any event: what the search finds is what the rule means, in every reading."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, source_terms, type_terms
from okta_access.compile.splunk.query.spl import found
from okta_access.compile.splunk.query.where import condition, conditions
from okta_access.errors import Refused
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import (
    And,
    Atom,
    Expr,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    SameAs,
    fields_read,
)
from okta_access.rules.settings.files import SplunkSettings
from okta_access.rules.solver.event_types import event_types
from okta_access.spl.beliefs import EVERY, Beliefs
from okta_access.spl.engine import Indexed, Splunk
from okta_access.spl.fields import Losses
from tests.builders.strategies import CATALOG, HERE, events, expressions

NAMES = Names(CATALOG)
LOSSES = Losses(CATALOG)
SOURCE = source_terms(SplunkSettings())


def atom(path: str, text: str) -> Atom:
    return Atom(path, Pattern((text,)), HERE, HERE)


def search_of(expr: Expr, *, with_terms: bool = False) -> str:
    """The expression as a condition of ``where`` alone, or as much of it as may be in terms."""
    if with_terms:
        return Search(*found(expr, NAMES)).pasted(SOURCE)
    search = Search(type_terms(event_types(expr), NAMES), (f"where {condition(expr, NAMES)}",))
    return search.pasted(SOURCE)


@pytest.mark.parametrize("with_terms", [False, True])
@given(
    expr=expressions,
    some=st.lists(events(textual_type=True), min_size=1, max_size=4),
    data=st.data(),
)
def test_finds_what_the_rule_means(
    with_terms: bool, expr: Expr, some: list[dict[str, Any]], data: st.DataObject
) -> None:
    some = copy.deepcopy(some)  # the generated event types are its own
    for number, event in enumerate(some):
        event["uuid"] = str(number)
    read = {*fields_read(expr)}
    some = [event for event in some if not read.intersection(LOSSES.of(event))]
    assume(some)
    try:
        text = search_of(expr, with_terms=with_terms)
    except Refused:
        assume(False)
    expected = {event["uuid"] for event in some if matches(expr, event, CATALOG)}
    reading = data.draw(st.sampled_from(EVERY))
    rows = Splunk(reading).run(text, map(Indexed, some))
    assert {row["uuid"] for row in rows} == expected, text


@given(st.sampled_from(["User", "a*b?c", "q\"'`$", "[x]|y", "tab\tand\nline", "straße", "ΑΣ"]))
@example("back\\slash\\\\")
@example("null\n")
def test_a_text_is_found_and_nothing_near_it(text: str) -> None:
    expr = atom("outcome.reason", text)
    search = search_of(expr)
    near = [
        text,
        text.upper(),
        text + "\n",
        "x" + text,
        text[:-1],
        text[1:],
        text.replace("\\", ""),
    ]
    some = [{"eventType": "t", "outcome": {"reason": one}, "uuid": one} for one in near]
    expected = {event["uuid"] for event in some if matches(expr, event, CATALOG)}
    assert text in expected
    for reading in EVERY:
        assert {row["uuid"] for row in Splunk(reading).run(search, map(Indexed, some))} == expected


@pytest.mark.parametrize("nothing", [None, "", [], "missing"])
@pytest.mark.parametrize("reading", EVERY, ids=str)
def test_what_is_not_there_passes_no_test_and_every_not(nothing: Any, reading: Beliefs) -> None:
    event: dict[str, Any] = {"eventType": "t", "actor": {"id": nothing}, "uuid": "1"}
    if nothing == "missing":
        del event["actor"]
    for test in (Pattern(("x",)), Regex(".*"), Present(), SameAs("target.id")):
        asked = Atom("actor.id", test, HERE, HERE)
        assert Splunk(reading).run(search_of(asked), [Indexed(event)]) == []
        assert Splunk(reading).run(search_of(Not(asked, HERE)), [Indexed(event)]) != []


def test_a_negated_disjunction_is_one_readable_test() -> None:
    failed = Or((atom("outcome.result", "DENY"), atom("outcome.result", "FAILURE")), HERE)
    expr = And((atom("eventType", "a.b"), Not(failed, HERE)), HERE)
    typed = Atom("eventType", Pattern(("a.b",), cased=True), HERE, HERE)
    assert conditions(And((typed, Not(failed, HERE)), HERE), NAMES) == (
        'eventType="a.b"',
        r"""isnull(mvfind('outcome.result', "(?i)^(?:DENY|FAILURE)\z"))""",
    )
    assert len(conditions(expr, NAMES)) == 2


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (atom("actor.id", "NULL"), 'the text "NULL"'),
        (Atom("actor.id", SameAs("target.id", RefMode.CONTAINS), HERE, HERE), "no function"),
        (Atom("actor.id", Placeholder("list"), HERE, HERE), "%list%"),
        (Atom("securityContext.isProxy", Placeholder("list"), HERE, HERE), "%list%"),
        (atom("debugContext.debugData", "x"), "the catalogue does not say"),
        (Atom("actor.id", Regex("[\\ud800]"), HERE, HERE), "half a character"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: Atom, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        condition(asked, NAMES)
