"""Generated matchers equal the reference on everything, and hold nothing of a rule's text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.model import Catalog, Field, FieldType, catalog_of
from okta_access.errors import RuleError
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.generated import Plan, generate_plan
from okta_access.matching.events.projection import Projection
from okta_access.matching.events.specialize import specialized
from okta_access.rules.model import (
    Absent,
    And,
    Atom,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    SameAs,
    Test,
    Wildcard,
    atoms,
)
from tests.builders.strategies import (
    CATALOG,
    FIELDS,
    HERE,
    STRANGE,
    TYPES,
    WORDS,
    events,
    expressions,
    pattern,
)

PROJECTION = Projection(CATALOG, STRANGE)


def holding(plan: Plan, event: dict[str, Any], projection: Projection) -> list[int]:
    """The indexes of the expressions that hold; the event must be of the plain shape."""
    record = projection.read(event)
    assert record is not None
    answer = plan.ask(record, event)
    return [index for index in range(answer.bit_length()) if answer >> index & 1]


def verdicts(exprs: list[Expr], event: dict[str, Any], catalog: Catalog = CATALOG) -> list[int]:
    """By the plan; the event must be of the plain shape."""
    paths = {atom.field for expr in exprs for atom in atoms(expr)}
    projection = Projection(catalog, paths)
    return holding(generate_plan(exprs, projection, catalog), event, projection)


@given(st.lists(expressions, max_size=4), events())
def test_a_plan_is_the_reference(exprs: list[Expr], event: dict[str, Any]) -> None:
    if PROJECTION.read(event) is not None:
        plan = generate_plan(exprs, PROJECTION, CATALOG)
        expected = [n for n, expr in enumerate(exprs) if matches(expr, event, CATALOG)]
        assert holding(plan, event, PROJECTION) == expected


@pytest.mark.parametrize("path", ["actor.displayName", "client.ipAddress", "target.id"])
def test_every_word_against_every_word(path: str) -> None:
    """Chance meets the odd characters seldom; here each text is asked for each other in full."""
    stars = ((0, 0), (0, 1), (1, 0), (1, 1))
    tests: list[Test] = [
        Pattern((Wildcard.MANY,) * before + (word,) + (Wildcard.MANY,) * after, cased)
        for word in WORDS
        for before, after in stars
        for cased in (False, True)
    ]
    exprs: list[Expr] = [
        Atom(path, test, HERE, HERE) for test in (*tests, Absent(), Present(), Pattern(()))
    ]
    plan = generate_plan(exprs, PROJECTION, CATALOG)
    first, last = path.split(".")
    for value in (*WORDS, "", None):
        inside = {last: value}
        event: dict[str, Any] = {first: [inside, None, {}] if first == "target" else inside}
        expected = [n for n, expr in enumerate(exprs) if matches(expr, event, CATALOG)]
        assert holding(plan, event, PROJECTION) == expected, value


@pytest.mark.parametrize("path", ["actor.displayName", "target.id"])
def test_equalities_read_together_keep_their_case(path: str) -> None:
    first, last = path.split(".")
    tests = [Pattern(("Ab",), cased=True), Pattern(("Cd",)), Pattern(("Ef",), cased=True)]
    expr = Or(tuple(Atom(path, test, HERE, HERE) for test in tests), HERE)
    for word, expected in {"Ab": [0], "ab": [], "cd": [0], "Cd": [0], "Ef": [0], "eF": []}.items():
        event: dict[str, Any] = {first: [{last: word}] if first == "target" else {last: word}}
        assert verdicts([expr], event) == expected, word


@given(expressions, events(textual_type=True))
def test_a_specialized_expression_is_the_same_for_its_type(
    expr: Expr, event: dict[str, Any]
) -> None:
    special = specialized(expr, event["eventType"], CATALOG)
    answer = special if isinstance(special, bool) else matches(special, event, CATALOG)
    assert answer is matches(expr, event, CATALOG)
    if not isinstance(special, bool):
        left = [one for one in atoms(special) if one.field == "eventType"]
        assert all(isinstance(one.test, SameAs) for one in left)


@given(st.sampled_from(FIELDS[1:]), st.lists(st.sampled_from([*WORDS, *Wildcard]), min_size=1))
def test_no_word_of_a_rule_is_ever_code(path: str, words: list[str | Wildcard]) -> None:
    expr = Atom(path, pattern(words, cased=True), HERE, HERE)
    event = {"eventType": TYPES[0], "target": [{"id": None}]}
    assert verdicts([expr, Not(expr, HERE)], event) == [1]


@pytest.mark.parametrize("path", ["a\nb", 'a"b', "a'b", "__class__", "class", "", ".", "é", "f0"])
def test_any_path_can_be_read(path: str) -> None:
    event: Any = "seen"
    for step in reversed(path.split(".")):
        event = {step: event}
    here = Atom(path, Pattern(("SEEN",)), HERE, HERE)
    assert verdicts([here, Atom(path, Present(), HERE, HERE)], event) == [0, 1]


def test_a_path_and_its_beginning() -> None:
    exprs: list[Expr] = [
        Atom("actor", Pattern(('{"id":"u"}',)), HERE, HERE),
        Atom("actor.id", Pattern(("u",)), HERE, HERE),
    ]
    assert verdicts(exprs, {"actor": {"id": "u"}}) == [0, 1]


def _member(path: str, type_: FieldType = FieldType.STRING) -> Field:
    return Field(path, type_, True, True, (), "", path, path)


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("request.ipChain.ip", {"request": {"ipChain": [None, {"ip": "x"}, {"ip": "u"}]}}),
        ("request.ipChain.ip", {"request": [{"ipChain": {"ip": "u"}}]}),
        ("target.detail.from", {"target": [{"detail": None}, {"detail": {"from": "u"}}]}),
        ("tags", {"tags": ["x", "u"]}),
        ("device.names", {"device": {"names": ["x", "u"]}}),
    ],
)
def test_arrays_anywhere_in_a_users_catalogue(path: str, event: dict[str, Any]) -> None:
    catalog = catalog_of(
        [], [*CATALOG.fields.values(), _member(path)], list(CATALOG.envelope.values())
    )
    expr = Atom(path, Pattern(("U",)), HERE, HERE)
    projection = Projection(catalog)
    record = projection.read(event)
    assert matches(expr, event, catalog)
    if record is not None:
        assert holding(generate_plan([expr], projection, catalog), event, projection) == [0]


def test_booleans_inside_arrays() -> None:
    catalog = catalog_of(
        [],
        [*CATALOG.fields.values(), _member("target.own", FieldType.BOOLEAN)],
        list(CATALOG.envelope.values()),
    )
    exprs: list[Expr] = [
        Atom("target.own", test, HERE, HERE) for test in (IsTrue(True), IsTrue(False), Present())
    ]
    event = {"target": [{"own": "false"}, {"own": None}, {}]}
    assert verdicts(exprs, event, catalog) == [1, 2]


def test_deep_and_wide_expressions() -> None:
    atom: Expr = Atom("actor.id", Pattern(("u",)), HERE, HERE)
    deep = atom
    for _ in range(150):
        deep = And((Not(Not(deep, HERE), HERE), atom), HERE)
    wide = Or(
        tuple(Atom("actor.id", Pattern((Wildcard.MANY, f"x{n}")), HERE, HERE) for n in range(1000)),
        HERE,
    )
    assert verdicts([deep, wide], {"actor": {"id": "U"}}) == [0]
    assert verdicts([deep, wide], {"actor": {"id": "X999"}}) == [1]


def test_a_placeholder_is_refused() -> None:
    expr = Atom("client.ipAddress", Placeholder("egress"), HERE, HERE)
    with pytest.raises(RuleError, match=r"the list `%egress%` has not been filled in"):
        generate_plan([expr], PROJECTION, CATALOG)
