"""One line of a selection: what it means, and what is refused with which code."""

from ipaddress import ip_address, ip_network

import pytest

from okta_access.errors import Span
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
from tests.builders.rules import expression, problems, selection

ANY, ONE = Wildcard.MANY, Wildcard.ONE
NOWHERE = Span("")


def atom(field: str, test: Test) -> Atom:
    return Atom(field, test, NOWHERE, NOWHERE)


def any_of(*parts: Expr) -> Or:
    return Or(parts, NOWHERE)


MEANINGS: list[tuple[str, Expr]] = [
    ("actor.id: abc", atom("actor.id", Pattern(("abc",)))),
    ("actor.id: a*b?c", atom("actor.id", Pattern(("a", ANY, "b", ONE, "c")))),
    (r"actor.id: a\*b", atom("actor.id", Pattern(("a*b",)))),
    (r"actor.id: a\\*b", atom("actor.id", Pattern(("a\\", ANY, "b")))),
    (r"actor.id: a\b", atom("actor.id", Pattern(("a\\b",)))),
    ("actor.id: a**b", atom("actor.id", Pattern(("a", ANY, "b")))),
    ("actor.id: '*'", atom("actor.id", Pattern((ANY,)))),
    ("actor.id|contains: ab", atom("actor.id", Pattern((ANY, "ab", ANY)))),
    ("actor.id|startswith: ab", atom("actor.id", Pattern(("ab", ANY)))),
    ("actor.id|endswith: ab", atom("actor.id", Pattern((ANY, "ab")))),
    ("actor.id|endswith|cased: ab", atom("actor.id", Pattern((ANY, "ab"), cased=True))),
    ("eventType: a.b", atom("eventType", Pattern(("a.b",), cased=True))),
    ("actor.id: null", atom("actor.id", Absent())),
    ("actor.id: ~", atom("actor.id", Absent())),
    ("actor.id|exists: true", atom("actor.id", Present())),
    ("actor.id|exists: false", atom("actor.id", Absent())),
    ("actor.id: 5", atom("actor.id", Pattern(("5",)))),
    ("actor.id: 007", atom("actor.id", Pattern(("7",)))),
    ("actor.id: '007'", atom("actor.id", Pattern(("007",)))),
    ("actor.id: true", atom("actor.id", Pattern(("true",)))),
    ("securityContext.isProxy: true", atom("securityContext.isProxy", IsTrue(True))),
    ("securityContext.isProxy: 'False'", atom("securityContext.isProxy", IsTrue(False))),
    ("securityContext.isProxy: 'yes'", atom("securityContext.isProxy", Pattern(("yes",)))),
    ("client.ipAddress: 10.0.0.1", atom("client.ipAddress", Address(ip_address("10.0.0.1")))),
    (
        "client.ipAddress: '::ffff:10.0.0.1'",
        atom("client.ipAddress", Address(ip_address("10.0.0.1"))),
    ),
    ("client.ipAddress: 10.0.*", atom("client.ipAddress", Pattern(("10.0.", ANY)))),
    ("client.ipAddress: unknown", atom("client.ipAddress", Pattern(("unknown",)))),
    ("client.ipAddress|cidr: 10.0.0.0/8", atom("client.ipAddress", Cidr(ip_network("10.0.0.0/8")))),
    (
        "client.ipAddress|cidr: ::ffff:10.0.0.0/104",
        atom("client.ipAddress", Cidr(ip_network("10.0.0.0/8"))),
    ),
    ("actor.id|re: '^a.*\\.b$'", atom("actor.id", Regex("^a.*\\.b$"))),
    ("actor.id|re|i|s: a.b", atom("actor.id", Regex("a.b", ignore_case=True, dot_all=True))),
    ("actor.id|fieldref: target.id", atom("actor.id", SameAs("target.id"))),
    (
        "actor.id|fieldref|startswith: target.id",
        atom("actor.id", SameAs("target.id", RefMode.STARTS_WITH)),
    ),
    (
        "actor.id|fieldref|contains: target.id",
        atom("actor.id", SameAs("target.id", RefMode.CONTAINS)),
    ),
    ("actor.id|expand: '%admins%'", atom("actor.id", Placeholder("admins"))),
    ("actor.id: '%admins%'", atom("actor.id", Pattern(("%admins%",)))),
    ("actor.id: [a, null]", any_of(atom("actor.id", Pattern(("a",))), atom("actor.id", Absent()))),
    (
        "actor.id|contains|all: [a, b]",
        And(
            (
                atom("actor.id", Pattern((ANY, "a", ANY))),
                atom("actor.id", Pattern((ANY, "b", ANY))),
            ),
            NOWHERE,
        ),
    ),
    ("actor.id|neq: a", Not(atom("actor.id", Pattern(("a",))), NOWHERE)),
    (
        "actor.id|neq: [a, b]",
        Not(any_of(atom("actor.id", Pattern(("a",))), atom("actor.id", Pattern(("b",)))), NOWHERE),
    ),
]


@pytest.mark.parametrize(("line", "meaning"), MEANINGS, ids=[line for line, _ in MEANINGS])
def test_meaning(line: str, meaning: Expr) -> None:
    assert expression(line) == meaning


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("actor.id: ''", ("OA116", 8, 15)),
        ("actor.id: []", ("OA102", 8, 5)),
        ("actor.id: {a: b}", ("OA102", 8, 15)),
        ("actor.id|containz: a", ("OA107", 8, 14)),
        ("actor.id|exists: x", ("OA107", 8, 22)),
        ("actor.id|cidr: 10.0.0.0/8", ("OA107", 8, 20)),
        ("client.ipAddress|cidr: 10.0.0.1/8", ("OA107", 8, 28)),
        ("actor.id|gt: 5", ("OA107", 8, 14)),
        ("published|hour: 5", ("OA109", 8, 15)),
        ("actor.id|re: '(?=a)'", ("OA107", 8, 18)),
        ("actor.id|re|contains: a", ("OA107", 8, 17)),
        ("actor.id|re: 5", ("OA107", 8, 18)),
        ("actor.id|expand: 'a%admins%'", ("OA109", 8, 22)),
        ("'|contains': a", ("OA108", 8, 5)),
        ("actor.id|fieldref: 'target.*'", ("OA107", 8, 24)),
    ],
)
def test_refused(line: str, found: tuple[str, int, int]) -> None:
    assert problems(selection(line)) == [found]


def test_every_value_of_a_list_is_judged() -> None:
    assert [code for code, _, _ in problems(selection("actor.id: ['', a, {}]"))] == [
        "OA116",
        "OA102",
    ]
