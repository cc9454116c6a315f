"""Filters read: the rules they name, what they ask, and every fault with its place."""

from pathlib import Path

import pytest

from okta_access.rules.collection import load_rules
from okta_access.rules.filters import narrowed
from okta_access.rules.model import And, EventRule, Not
from tests.builders.files import write
from tests.builders.rules import CATALOG, HEAD, document, problems

TOP = "title: F\nid: f\nname: f\nlogsource: {product: okta, service: okta}\n"
RULE = HEAD + "detection:\n  s:\n    actor.id: a\n  condition: s\n"


def test_a_filter_is_no_rule() -> None:
    read = document(TOP + "filter:\n  rules: [r]\n  s: {actor.id: x}\n  condition: not s\n")
    assert (read.problems, read.rule) == ((), None)
    assert read.filter is not None
    assert [reference.rule for reference in read.filter.rules or ()] == ["r"]
    assert isinstance(read.filter.expr, Not)


@pytest.mark.parametrize("word", ["any", "ANY"])
def test_any_names_every_event_rule(word: str) -> None:
    read = document(TOP + f"filter:\n  rules: {word}\n  s: {{actor.id: x}}\n  condition: s\n")
    rule = document(RULE).rule
    assert read.filter is not None
    assert isinstance(rule, EventRule)
    assert read.filter.names(rule)
    changed = narrowed(rule, [read.filter])
    assert isinstance(changed.expr, And)
    assert changed.expr.operands == (rule.expr, read.filter.expr)
    assert changed.condition == "(s) and f"


def test_a_filter_names_rules_by_name_or_id_and_no_other() -> None:
    rule = document(RULE).rule
    assert isinstance(rule, EventRule)
    for name, expected in (("r", True), ("i", True), ("R", False), ("other", False)):
        text = TOP + f"filter:\n  rules: {name}\n  s: {{actor.id: x}}\n  condition: not s\n"
        read = document(text)
        assert read.filter is not None
        assert read.filter.names(rule) is expected
        assert (narrowed(rule, [read.filter]) == rule) is not expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOP + "filter: x\n", [("OA102", 5, 1)]),
        (TOP + "filter: {s: {actor.id: x}, condition: s}\n", [("OA101", 5, 9)]),
        (TOP + "filter: {rules: [], s: {actor.id: x}, condition: s}\n", [("OA102", 5, 10)]),
        (TOP + "filter: {rules: [[a]], s: {actor.id: x}, condition: s}\n", [("OA102", 5, 10)]),
        (TOP + "filter: {rules: any, s: {actor.id: x}}\n", [("OA101", 5, 9)]),
        (TOP + "filter: {rules: any, s: {actor.id: x}, condition: t}\n", [("OA104", 5, 51)]),
        (TOP + "filter: {rules: any, s: [word], condition: s}\n", [("OA108", 5, 26)]),
        (
            "title: F\nid: f\nfilter: {rules: any, s: {actor.id: x}, condition: s}\n",
            [("OA112", 1, 1)],
        ),
    ],
)
def test_faults_have_their_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    read = document(text)
    assert read.filter is None
    assert problems(read) == expected


def test_references_that_lead_nowhere(tmp_path: Path) -> None:
    body = "  s: {actor.id: x}\n  condition: not s\n"
    correlation = (
        "title: C\nid: c\nname: c\nlevel: low\ncorrelation:\n  type: event_count\n"
        "  rules: [r]\n  timespan: 1h\n  condition: {gte: 2}\n"
    )
    files = {
        "rules/r.yml": RULE,
        "rules/c.yml": correlation,
        "rules/f.yml": TOP + "filter:\n  rules: [r, s, c]\n" + body,
    }
    rules = load_rules([write(tmp_path, files) / "rules"], CATALOG)
    assert [(p.code, p.span.line, p.span.column) for p in rules.problems] == [
        ("OA111", 6, 14),
        ("OA111", 6, 17),
    ]
    assert "correlation" in rules.problems[1].message


def test_a_filter_read_alone_finds_its_rules(tmp_path: Path) -> None:
    text = TOP + "filter:\n  rules: [r]\n  s: {actor.id: x}\n  condition: not s\n"
    files = {"rules/a/r.yml": RULE, "rules/filter/f.yml": text}
    rules = load_rules([write(tmp_path, files) / "rules/filter"], CATALOG)
    assert rules.problems == ()
    assert [one.name for one in rules.filters] == ["f"]
