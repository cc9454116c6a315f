"""The reference evaluator against tables that restate docs/semantics.md."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given

from okta_access.errors import RuleError
from okta_access.matching.events.evaluate import Explanation, explain, matches
from okta_access.rules.model import (
    Absent,
    Address,
    And,
    Atom,
    Cidr,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    SameAs,
    Test,
    Wildcard,
)
from tests.builders.strategies import CATALOG, HERE, events, expressions

MANY = Wildcard.MANY
MISSING = object()


def holds(path: str, test: Test, value: Any) -> bool:
    """Whether an atom holds for an event with this value and nothing else."""
    event: Any = {}
    if value is not MISSING:
        event = value
        for step in reversed(path.split(".")):
            event = {step: event}
    answer = matches(Atom(path, test, HERE, HERE), event, CATALOG)
    assert matches(Not(Atom(path, test, HERE, HERE), HERE), event, CATALOG) is not answer
    return answer


def text(word: str) -> Pattern:
    return Pattern((word,))


TEXTS: list[tuple[Test, Any, bool]] = [
    (text("user"), "User", True),
    (text("\u212aelvin"), "kelvin", True),
    (text("user"), "users", False),
    (Pattern(("User",), cased=True), "user", False),
    (Pattern(("us", MANY)), "USER", True),
    (Pattern(("us", Wildcard.ONE)), "user", False),
    (Pattern((MANY,)), MISSING, False),
    (text("7"), 7, True),
    (text("9007199254740993"), 2**53 + 1, True),
    (text("9007199254740992"), 2**53 + 1, False),
    (text("TRUE"), True, True),
    (text('{"a":1}'), {"a": 1}, True),
    (text("b"), ["a", "b"], True),
    (text("null"), None, False),
    (text("null"), "null", True),
    (Regex("ser"), "User", True),
    (Regex("USER"), "User", False),
    (Regex("USER", ignore_case=True), "\u212aUser", True),
    (Regex("^k$", ignore_case=True), "\u212a", True),
    (Regex("a.b"), "a\nb", False),
    (Regex("a.b", dot_all=True), "a\nb", True),
    (Regex("^a$"), "a\n", False),
    (Regex("^[0-9]+$"), "١", False),
    (Regex("^[0-9]+$"), 12, True),
    (Absent(), MISSING, True),
    (Absent(), [[None], ""], True),
    (Absent(), 0, False),
    (Absent(), False, False),
    (Absent(), {}, False),
    (Present(), [None, "a"], True),
    (Present(), "", False),
]


@pytest.mark.parametrize(("test", "value", "expected"), TEXTS)
def test_text_fields(test: Test, value: Any, expected: bool) -> None:
    assert holds("actor.displayName", test, value) is expected


V4, V6 = Address(ip_address("10.1.2.3")), Address(ip_address("2001:db8::1"))
TEN, ALL_V6 = Cidr(ip_network("10.0.0.0/8")), Cidr(ip_network("::/0"))
ADDRESSES: list[tuple[Test, Any, bool]] = [
    (V4, "10.1.2.3", True),
    (V4, "::ffff:10.1.2.3", True),
    (V4, "::FFFF:0A01:0203", True),
    (V4, "10.1.2.3 ", False),
    (V4, "010.1.2.3", False),
    (V4, ["192.0.2.1", "10.1.2.3"], True),
    (V4, 167838211, False),
    (V6, "2001:DB8:0:0::1", True),
    (V6, "2001:db8::1%eth0", False),
    (TEN, "10.255.255.255", True),
    (TEN, "::ffff:10.0.0.0", True),
    (TEN, "11.0.0.0", False),
    (TEN, "10.0.0.0/8", False),
    (TEN, "2001:db8::1", False),
    (TEN, "x" * 1000, False),
    (ALL_V6, "::ffff:10.0.0.0", False),
    (ALL_V6, "10.0.0.0", False),
    (ALL_V6, "::1", True),
    (text("unknown"), "unknown", True),
    (text("unknown"), "10.1.2.3", False),
    (Pattern(("10.1.", MANY)), "10.1.2.3", True),
]


@pytest.mark.parametrize(("test", "value", "expected"), ADDRESSES)
def test_ip_fields(test: Test, value: Any, expected: bool) -> None:
    assert holds("client.ipAddress", test, value) is expected


BOOLEANS: list[tuple[Test, Any, bool]] = [
    (IsTrue(True), True, True),
    (IsTrue(True), "true", True),
    (IsTrue(False), "false", True),
    (IsTrue(False), MISSING, False),
    (IsTrue(True), "True", False),
    (IsTrue(True), 1, False),
    (IsTrue(True), ["no", True], True),
    (Absent(), "yes", True),
    (Present(), "yes", False),
    (Present(), False, True),
    (text("yes"), "yes", False),
]


@pytest.mark.parametrize(("test", "value", "expected"), BOOLEANS)
def test_boolean_fields(test: Test, value: Any, expected: bool) -> None:
    assert holds("securityContext.isProxy", test, value) is expected


def atom(path: str, test: Test) -> Atom:
    return Atom(path, test, HERE, HERE)


def test_two_atoms_may_bind_to_two_members() -> None:
    both = And((atom("target.id", text("a")), atom("target.type", text("T"))), HERE)
    event = {"target": [{"id": "a", "type": "S"}, {"id": "b", "type": "T"}]}
    assert matches(both, event, CATALOG)


def test_null_judges_the_whole_path() -> None:
    absent = atom("target.id", Absent())
    assert not matches(absent, {"target": [{"id": None}, {"id": "a"}]}, CATALOG)
    assert matches(absent, {"target": [{"id": None}, {}]}, CATALOG)
    assert matches(absent, {"target": "a"}, CATALOG)


@pytest.mark.parametrize(
    ("mode", "actor", "target", "expected"),
    [
        (RefMode.EQUALS, "u", ["x", "u"], True),
        (RefMode.EQUALS, "u", ["U"], False),
        (RefMode.EQUALS, None, [None], False),
        (RefMode.EQUALS, 7, ["7"], True),
        (RefMode.CONTAINS, "a-u-b", ["u"], True),
        (RefMode.STARTS_WITH, "a-u", ["u"], False),
        (RefMode.STARTS_WITH, "u-a", ["x", "u"], True),
        (RefMode.ENDS_WITH, "a-u", ["u"], True),
        (RefMode.ENDS_WITH, "a-u", [], False),
    ],
)
def test_field_references_compare_exactly(
    mode: RefMode, actor: Any, target: list[Any], expected: bool
) -> None:
    event = {"actor": {"id": actor}, "target": [{"id": one} for one in target]}
    assert matches(atom("actor.id", SameAs("target.id", mode)), event, CATALOG) is expected


def test_a_placeholder_is_refused() -> None:
    with pytest.raises(RuleError, match=r"the list `%egress%` has not been filled in"):
        matches(atom("client.ipAddress", Placeholder("egress")), {}, CATALOG)


@given(expressions, events())
def test_an_explanation_agrees_in_every_part(expr: Expr, event: dict[str, Any]) -> None:
    def check(verdict: Explanation) -> None:
        assert verdict.holds is matches(verdict.expr, event, CATALOG)
        for part in verdict.parts:
            check(part)
        match verdict.expr:
            case And(operands) | Or(operands):
                assert tuple(part.expr for part in verdict.parts) == operands
            case Not(operand):
                assert [part.expr for part in verdict.parts] == [operand]

    check(explain(expr, event, CATALOG))


def test_an_explanation_shows_what_was_seen() -> None:
    own = atom("actor.id", SameAs("target.id"))
    event = {"actor": {"id": 7}, "target": [{"id": "a"}, {"id": "b"}]}
    assert explain(own, event, CATALOG) == Explanation(own, False, (), ("7",), ("a", "b"))
