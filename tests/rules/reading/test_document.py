"""Documents: selections, conditions, correlations, and where each fault is reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
)
from tests.builders.rules import HEAD, document, problems

SELECTIONS = "".join(f"  {name}: {{actor.id: {name}}}\n" for name in ("a", "b", "b_1", "c-2", "_d"))


def shape(expr: Expr) -> object:
    """An expression as nested tuples, each atom by its value."""
    match expr:
        case Atom(test=Pattern(parts=parts)):
            return parts[0]
        case Not(operand):
            return ("not", shape(operand))
        case And(operands):
            return ("and", *map(shape, operands))
        case Or(operands):
            return ("or", *map(shape, operands))
    raise AssertionError(expr)


@pytest.mark.parametrize(
    ("condition", "meaning"),
    [
        ("a", "a"),
        ("a and b", ("and", "a", "b")),
        ("a or b and c-2", ("or", "a", ("and", "b", "c-2"))),
        ("not a and b", ("and", ("not", "a"), "b")),
        ("not (a or b)", ("not", ("or", "a", "b"))),
        ("((a))", "a"),
        ("not not a", ("not", ("not", "a"))),
        ("1 of b*", ("or", "b", "b_1")),
        ("all of b*", ("and", "b", "b_1")),
        ("any of b_*", "b_1"),
        ("1 of them", ("or", "a", "b", "b_1", "c-2")),
        ("all of _*", "_d"),
        ("a and not 1 of b*", ("and", "a", ("not", ("or", "b", "b_1")))),
    ],
)
def test_condition(condition: str, meaning: object) -> None:
    read = document(HEAD + "detection:\n" + SELECTIONS + f"  condition: {condition}\n")
    assert read.problems == ()
    assert isinstance(read.rule, EventRule)
    assert shape(read.rule.expr) == meaning


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("a and", ("OA103", 12, 16)),
        ("a | count() > 5", ("OA103", 12, 16)),
        ("a and nope", ("OA104", 12, 20)),
        ("a and 1 of x_*", ("OA104", 12, 25)),
        ("noa", ("OA104", 12, 14)),
        ("''", ("OA103", 12, 14)),
        ("5", ("OA102", 12, 3)),
        ("[a, b]", ("OA102", 12, 3)),
        ("(" * 40 + "a" + ")" * 40, ("OA103", 12, 14)),
    ],
)
def test_broken_condition(condition: str, found: tuple[str, int, int]) -> None:
    read = document(HEAD + "detection:\n" + SELECTIONS + f"  condition: {condition}\n")
    assert problems(read) == [found]
    assert read.rule is None
    assert [s.name for s in read.selections] == ["a", "b", "b_1", "c-2", "_d"]


def test_a_name_that_begins_like_an_operator() -> None:
    """PySigma reads `notable` as `not able`; nothing may be taken for what it is not."""
    text = "detection:\n  notable: {actor.id: x}\n  able: {actor.id: y}\n  condition: notable\n"
    read = document(HEAD + text)
    assert [code for code, _, _ in problems(read)] == ["OA104"]


@given(st.text(alphabet="ab1 ofthem()not*_-", max_size=30))
def test_no_condition_is_a_crash(condition: str) -> None:
    text = "detection:\n" + SELECTIONS + f"  condition: '{condition}'\n"
    read = document(HEAD + text)
    assert (read.rule is None) == bool(read.problems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("detection:\n  s: [a, b]\n  condition: s\n", [("OA108", 7, 7), ("OA108", 7, 10)]),
        ("detection:\n  s: word\n  condition: s\n", [("OA108", 7, 6)]),
        ("detection:\n  s: {}\n  condition: s\n", [("OA102", 7, 6)]),
        ("detection:\n  s: {actor.id: a}\n", [("OA101", 7, 3)]),
        ("detection:\n  s: {actor.id: a}\n  timeframe: 5m\n  condition: s\n", [("OA109", 8, 3)]),
        ("", [("OA101", 1, 1)]),
        ("detection: 5\n", [("OA101", 6, 1)]),
        ("action: global\n", [("OA115", 6, 1)]),
        ("correlation: {type: event_count}\n", None),
    ],
)
def test_broken_detection(text: str, found: list[tuple[str, int, int]] | None) -> None:
    read = document(HEAD + text)
    assert read.rule is None
    if found is None:
        assert {code for code, _, _ in problems(read)} == {"OA110"}
    else:
        assert problems(read) == found


def test_metadata_that_is_missing_or_wrong() -> None:
    read = document(
        "title: ''\nlevel: hihg\nlogsource: {product: aws}\n"
        "detection:\n  s: {actor.id: a}\n  condition: s\n"
    )
    assert problems(read) == [("OA102", 2, 8), ("OA102", 1, 8), ("OA101", 1, 1), ("OA112", 3, 1)]


def correlation(body: str) -> str:
    return HEAD.replace("logsource: {product: okta, service: okta}\n", "") + "correlation:\n" + body


def test_correlation() -> None:
    read = document(
        correlation(
            "  type: value_count\n  rules: [x]\n  group-by: [actor.id]\n  timespan: 2h\n"
            "  condition: {field: target.id, gt: 4}\n"
        )
    )
    assert read.problems == ()
    rule = read.rule
    assert isinstance(rule, Correlation)
    assert (rule.type, rule.threshold, rule.value_field) == (
        CorrelationType.VALUE_COUNT,
        5,
        "target.id",
    )
    assert (rule.group_by, rule.timespan.seconds) == (("actor.id",), 7200)
    assert rule.timespan.microseconds == 7_200_000_000


def test_aliases() -> None:
    read = document(
        correlation(
            "  type: temporal_ordered\n  rules: [x, y, z]\n  group-by: [actor.id, who]\n"
            "  timespan: 2h\n  aliases:\n    who: {y: target.id, x: actor.id, z: actor.id}\n"
        )
    )
    assert read.problems == ()
    rule = read.rule
    assert isinstance(rule, Correlation)
    assert rule.aliases == (
        Alias("who", (("x", "actor.id"), ("y", "target.id"), ("z", "actor.id"))),
    )
    assert rule.keys == (
        ("actor.id", "actor.id"),
        ("actor.id", "target.id"),
        ("actor.id", "actor.id"),
    )
    assert rule.rules_by_keys == (
        (("actor.id", "actor.id"), 0b101),
        (("actor.id", "target.id"), 0b010),
    )
    assert rule.fields == ("actor.id", "target.id")


def test_where_an_alias_is_wrong() -> None:
    read = document(
        correlation(
            "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n"
            "  aliases:\n    who:\n      x: b\n      z: c\n"
        )
    )
    text = correlation(
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n"
        "  aliases:\n    who:\n      x: b\n      z: c\n"
    ).splitlines()
    places = [(one.span.line, one.message) for one in sorted(read.problems)]
    assert [(text[line - 1].strip(), message) for line, message in places] == [
        ("who:", "the alias `who` names no field of `y`"),
        ("z: c", "the alias `who` names `z`, which is not among `rules`"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "  type: value_sum\n  rules: [x]\n  timespan: 1h\n  condition: {gte: 1}\n",
        "  type: event_count\n  rules: []\n  timespan: 1h\n  condition: {gte: 1}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1M\n  condition: {gte: 1}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 0s\n  condition: {gte: 1}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: 0}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: 2.5}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: -1}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: true}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {lt: 5}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: 5, lt: 9}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: 5, field: a}\n",
        "  type: event_count\n  rules: [x]\n  timespan: 1h\n",
        "  type: value_count\n  rules: [x]\n  timespan: 1h\n  condition: {gte: 5}\n",
        "  type: temporal\n  rules: [x]\n  timespan: 1h\n",
        "  type: temporal\n  rules: [x, x]\n  timespan: 1h\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  condition: {gte: 1}\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  generate: true\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  aliases: {a: b}\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  aliases: [a]\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  aliases: {a: {x: b}}\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  aliases: {a: {x: b, y: [c]}}\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  aliases: {a: {x: b, y: c, z: d}}\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  aliases: {a.b: {x: b, y: c}}\n",
        (
            "  type: value_count\n  rules: [x]\n  timespan: 1h\n  aliases: {a: {x: b}}\n"
            "  condition: {field: a, gte: 5}\n"
        ),
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  groupby: [a]\n",
        "  type: temporal\n  rules: [x, y]\n  timespan: 1h\n  group-by: [a, a]\n",
    ],
)
def test_broken_correlation(body: str) -> None:
    read = document(correlation(body))
    assert read.rule is None
    assert {code for code, _, _ in problems(read)} == {"OA110"}
