"""What the solver shows of rules, and how correlations are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.lint.findings import Severity
from tests.builders.linting import PLAIN, lint_paths, lint_text, rule_with

TYPE = "eventType: access.request.create"


def codes(folder: Path, detection: str) -> list[str]:
    """The codes from OA3xx on a rule with this detection (its lines, less the indentation)."""
    lines = "".join(f"    {line}\n" for line in detection.splitlines())
    result = lint_text(folder, rule_with(f"detection:\n{lines}"))
    assert result.summary.rules == 1, result.findings
    return [one.code for one in result.findings if one.code.startswith("OA3")]


@pytest.mark.parametrize(
    ("selection", "filters", "expected"),
    [
        ("outcome.result: DENY", "outcome.result: SUCCESS", ["OA303"]),
        ("outcome.result: DENY", "actor.type: System", []),
        ("outcome.reason: DENY", "outcome.reason: deny", ["OA301"]),
        ("outcome.result: DENY", "outcome.result|startswith: D", ["OA301"]),
        ("outcome.result|startswith: D", "outcome.result: DENY", []),
        ("outcome.result|re: '^D'", "outcome.result|cased|startswith: D", ["OA301"]),
        ("securityContext.isProxy: true", "securityContext.isProxy: false", ["OA303"]),
        ("securityContext.isProxy|exists: false", "securityContext.isProxy: false", ["OA303"]),
        ("client.ipAddress: 10.1.2.3", "client.ipAddress|cidr: 10.0.0.0/8", ["OA301"]),
        ("client.ipAddress: 11.1.2.3", "client.ipAddress|cidr: 10.0.0.0/8", ["OA303"]),
        ("client.ipAddress|cidr: 10.0.0.0/8", "client.ipAddress: '::ffff:10.0.0.1'", []),
        ("client.ipAddress|expand: '%list%'", "client.ipAddress|expand: '%list%'", []),
        ("eventType: access.request.update", "actor.type: System", ["OA301"]),
    ],
)
def test_a_selection_and_a_filter(
    tmp_path: Path, selection: str, filters: str, expected: list[str]
) -> None:
    detection = (
        f"type:\n    {TYPE}\nselection:\n    {selection}\n"
        f"filter_main_x:\n    {filters}\ncondition: type and selection and not filter_main_x"
    )
    assert codes(tmp_path, detection) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("actor.type: [User, System]", []),
        ("actor.id: [User, user]", ["OA303"]),
        ("actor.type|cased: [User, user]", []),
        ("actor.type|all: [User, System]", ["OA301"]),
        ("actor.displayName|contains: [curl, Curl/7]", ["OA303"]),
        ("actor.displayName|contains|all: [curl, curl/7]", ["OA303"]),
        ("actor.displayName|startswith: [curl, xcurl]", []),
        ("actor.displayName: ['a?c', 'abc']", ["OA303"]),
        ("actor.displayName|re: ['^a', 'a']", ["OA303"]),
        ("client.ipAddress|cidr: [10.0.0.0/8, 10.1.0.0/16]", ["OA303"]),
        ("target.id|all: [a, b]", ["OA304"]),
    ],
)
def test_lists_of_values(tmp_path: Path, item: str, expected: list[str]) -> None:
    detection = f"selection:\n    {TYPE}\n    {item}\ncondition: selection"
    assert codes(tmp_path, detection) == expected


def test_of_two_equal_values_the_later_one_is_named(tmp_path: Path) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType:\n            - access.request.create\n"
        "            - access.request.update\n            - access.request.create\n"
        "    condition: selection\n"
    )
    found = [one for one in lint_text(tmp_path, text).findings if one.code == "OA303"]
    assert [one.span.line for one in found] == [18]


@pytest.mark.parametrize(
    ("detection", "expected"),
    [
        ("selection:\n    actor.type: User\ncondition: selection", ["OA307"]),
        (f"selection:\n    {TYPE}\ncondition: not selection", ["OA307"]),
        ("selection:\n    eventType|startswith: access.\ncondition: selection", []),
        ("selection:\n    eventType|contains: request\ncondition: selection", ["OA307"]),
        (f"a:\n    {TYPE}\nb:\n    actor.type: User\ncondition: a or b", ["OA307"]),
        (f"a:\n    {TYPE}\ncondition: a or not a", ["OA302"]),
    ],
)
def test_rules_for_any_event(tmp_path: Path, detection: str, expected: list[str]) -> None:
    assert codes(tmp_path, detection) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("target.id: a\n    target.type: ACCESS_REQUEST", ["OA304"]),
        ("target.id: a\n    target.type: null", []),
        ("target.id: [a, b]", []),
        ("target.id: a\n    actor.id: b", []),
    ],
)
def test_members_of_an_array(tmp_path: Path, items: str, expected: list[str]) -> None:
    detection = f"selection:\n    {TYPE}\n    {items}\ncondition: selection"
    assert codes(tmp_path, detection) == expected


def correlation(folder: Path, rule_items: str, body: str) -> list[str]:
    """Codes of OA306 and what it says, for a correlation over the plain rule with these items."""
    text = rule_with(
        f"detection:\n    selection:\n        {TYPE}\n        {rule_items}\n"
        "    condition: selection\n"
    )
    lint_text(folder, text)
    other = text.replace("access.request.create", "access.request.update")
    other = other.replace("name: rule", "name: other").replace("0c9a", "1c9a")
    (folder / "rules" / "other.yml").write_text(other, encoding="utf-8")
    (folder / "rules" / "many.yml").write_text(
        "title: Okta Access Many\nid: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d\nlevel: low\n"
        "correlation:\n    timespan: 1h\n" + "".join(f"    {line}\n" for line in body.splitlines()),
        encoding="utf-8",
    )
    findings = lint_paths(folder / "rules").findings
    assert not [
        one for one in findings if one.severity is Severity.ERROR and one.code != "OA306"
    ], findings
    return [one.message for one in findings if one.code == "OA306"]


PROXY = "securityContext.isProxy"
COUNT = (
    "type: value_count\nrules: [rule]\ngroup-by: [{group}]\ncondition: {{field: {field}, gte: {n}}}"
)
ALIASED = (
    "type: temporal\nrules: [rule, other]\ngroup-by: [key]\n"
    "aliases: {{key: {{rule: {}, other: {}}}}}"
)


@pytest.mark.parametrize(
    ("items", "body", "never"),
    [
        ("actor.type: User", COUNT.format(group="actor.id", field="target.id", n=5), False),
        ("actor.type: User", COUNT.format(group="actor.id", field="eventType", n=2), True),
        ("actor.type: User", COUNT.format(group="actor.id", field="actor.id", n=2), True),
        ("actor.type: User", COUNT.format(group="target.id", field="target.id", n=2), False),
        ("outcome.reason: null", COUNT.format(group="outcome.reason", field="actor.id", n=2), True),
        ("outcome.reason: null", COUNT.format(group="actor.id", field="outcome.reason", n=2), True),
        (
            "actor.type: User",
            COUNT.format(group="actor.id", field=PROXY, n=2),
            False,
        ),
        (
            "actor.type: User",
            COUNT.format(group="actor.id", field=PROXY, n=3),
            True,
        ),
        ("actor.type: User", "type: temporal\nrules: [rule, other]\ngroup-by: [actor.id]", False),
        ("actor.type: User", "type: temporal\nrules: [rule, other]\ngroup-by: [eventType]", True),
        ("outcome.reason: null", ALIASED.format("actor.id", "outcome.reason"), True),
        ("outcome.reason: null", ALIASED.format("actor.id", "target.id"), False),
        (
            "actor.type: User",
            "type: event_count\nrules: [rule, other]\ngroup-by: [eventType]\ncondition: {gte: 2}",
            False,
        ),
    ],
)
def test_correlations_that_never_fire(tmp_path: Path, items: str, body: str, never: bool) -> None:
    assert bool(correlation(tmp_path, items, body)) == never


def test_rules_of_one_meaning_are_named_once(tmp_path: Path) -> None:
    lint_text(tmp_path, PLAIN)
    twin = PLAIN.replace("0c9a", "1c9a").replace("name: rule", "name: twin")
    twin = twin.replace("eventType: access", "eventType|re: ^access").replace(".create", ".create$")
    twin = twin.replace(".", r"\.", 0).replace("title: Okta", "title: Another Okta")
    (tmp_path / "rules" / "twin.yml").write_text(
        twin.replace("^access.request.create$", r"^access\.request\.create$"), encoding="utf-8"
    )
    found = [one for one in lint_paths(tmp_path / "rules").findings if one.code == "OA305"]
    # Their types are told apart by name, so a regular expression is not compared: no finding.
    assert found == []
    (tmp_path / "rules" / "twin.yml").write_text(
        PLAIN.replace("0c9a", "1c9a").replace("name: rule", "name: twin"), encoding="utf-8"
    )
    found = [one for one in lint_paths(tmp_path / "rules").findings if one.code == "OA305"]
    assert [one.message for one in found] == ["the rule matches the same events as `rule`"]
