"""Metadata: ATT&CK tags, assumptions, titles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.lint.facts.assumptions import needed_by_correlation
from okta_access.lint.facts.attack import NOT_SHOWN, VERSION, revoked, tactics, tactics_of
from okta_access.rules.collection import load_rules
from tests.builders.data import DATA
from tests.builders.linting import lint_paths, lint_text, rule_with

REFERENCE = DATA / "attack-v19.yml"


def codes(folder: Path, fragment: str, family: str = "OA5") -> list[str]:
    findings = lint_text(folder, rule_with(fragment)).findings
    return [one.code for one in findings if one.code.startswith(family)]


def test_the_table_holds_the_reference() -> None:
    facts = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    assert facts["version"] == str(VERSION)
    assert {*facts["tactics"]} == tactics()
    listed = tactics_of()
    for name, technique in facts["techniques"].items():
        assert {*listed[name.lower()]} == {*technique["tactics"]}
    successors = revoked()
    for old, new in facts["revoked_in_v19"].items():
        assert successors[old.lower()] == new.lower()


def test_the_table_is_sound() -> None:
    assert {tactic for own in tactics_of().values() for tactic in own} <= tactics()
    assert not {*revoked()} & {*tactics_of()}
    assert {*NOT_SHOWN} <= {*tactics_of()}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("attack.privilege-escalation, attack.t1548.005", []),
        ("attack.privilege-escalation, attack.defense-impairment, attack.t1484", []),
        ("attack.privilege-escalation, attack.t1484, attack.t1548.005", []),
        ("attack.privilege-escalation, attack.persistence, attack.t1484", ["OA504"]),
        ("attack.t1484", ["OA504"]),
        ("attack.privilege-escalation", ["OA504"]),
        ("attack.privilege_escalation, attack.t1484", ["OA501", "OA504"]),
        ("attack.defense-evasion, attack.t1562", ["OA501", "OA502"]),
        ("attack.defense_evasion, attack.T1562", ["OA501", "OA502"]),
        ("attack.execution, attack.t1059", ["OA503"]),
        ("attack.command-and-control, attack.t1090.003", ["OA505"]),
        ("attack.privilege-escalation, attack.t1484, attack.g1015, attack.s0154", []),
        ("detection.threat-hunting", []),
    ],
)
def test_attack_tags(tmp_path: Path, tags: str, expected: list[str]) -> None:
    assert codes(tmp_path, f"tags: [{tags}]\n") == expected


@pytest.mark.parametrize(
    ("title", "claims"),
    [
        ("Okta Access Request Approved", True),
        ("Okta Access Request Resolved and Granted", True),
        ("Okta Approval Sequence Deleted", False),
        ("Okta Approval Granted by Approval Sequence", True),
        ("Okta Access Request Resolved Over a VPN", True),
        ("Okta Monitor Changed by a Director", False),
        ("Okta Access Tokenizer Unapproved", False),
        ("Okta Access Requests Denied", True),
        ("Okta Session Token Shared", True),
        ("Okta Access Guardrail Changed for the First Time", True),
    ],
)
def test_titles(tmp_path: Path, title: str, claims: bool) -> None:
    assert {*codes(tmp_path, f"title: {title}\n")} == ({"OA512"} if claims else set())


def test_denied_may_stand_in_the_title_of_a_rule_on_denied_operations(tmp_path: Path) -> None:
    fragment = (
        "title: Okta Access Request Denied\n"
        "detection:\n    selection:\n        eventType: access.request.create\n"
        "        outcome.result: DENY\n    condition: selection\n"
    )
    assert codes(tmp_path, fragment) == []


@pytest.mark.parametrize(
    ("description", "claims"),
    [
        ("Detects a request that was approved.", True),
        ("Detects a request that may have been approved, or not.", True),
        ("Detects a request. It was approved.", True),
        ("Detects a request. It does not prove that it was approved.", False),
        ("Detects a request. Nothing says whether it was approved or denied.", False),
        ("Detects a request. It can't be told from a denied one.", False),
        ("Detects a request. It isn't known to end well; the approval came later.", True),
        ("Detects a request: approved over Tor.", True),
        ("Detects a request. It may be a stolen\n    token.", False),
        ("Detects a request through an approval sequence. Nobody else is asked.", False),
        ("Detects a request. The user was on a\n    VPN.", True),
        ("Detects a request. A notable one, approved.", True),
        ("Detects a request from an attacker.", True),
    ],
)
def test_descriptions(tmp_path: Path, description: str, claims: bool) -> None:
    fragment = f"description: |\n    {description}\n"
    assert {*codes(tmp_path, fragment)} == ({"OA513"} if claims else set())


def test_a_description_may_be_suppressed_and_one_of_a_filter_claims_nothing(tmp_path: Path) -> None:
    claim = "description: Detects a token.{}\n"
    assert codes(tmp_path, claim.format("")) == ["OA513"]
    ignored = claim.format("  # okta-access: ignore OA513 -- the text of the rule's author")
    assert codes(tmp_path, ignored) == []
    takes = rule_with("description: Takes a token off the rules.\n")
    filter_ = takes.replace("detection:", "filter:\n    rules: [other]", 1)
    found = [{one.code for one in lint_text(tmp_path, text).findings} for text in (takes, filter_)]
    assert [codes_ & {"OA507", "OA513"} for codes_ in found] == [{"OA507", "OA513"}, set()]


@pytest.mark.parametrize(
    ("item", "named", "expected"),
    [
        ("actor.type: User", "[]", []),
        ("securityContext.isProxy: true", "[]", ["OA511"]),
        ("securityContext.isProxy: true", "[A3]", []),
        ("securityContext.isProxy: true", "[A33]", ["OA510", "OA511"]),
        ("client.ipAddress: 192.0.2.1", "[A2]", []),
        ("actor.id|fieldref: target.id", "[]", ["OA511"]),
    ],
)
def test_assumptions(tmp_path: Path, item: str, named: str, expected: list[str]) -> None:
    fragment = (
        "detection:\n    selection:\n        eventType: access.review.close\n"
        f"        {item}\n    condition: selection\n"
        + (f"assumptions: {named}\n" if named != "[]" else "")
    )
    assert sorted(codes(tmp_path, fragment)) == expected


def test_a_correlation_rests_on_what_its_rules_rest_on(tmp_path: Path) -> None:
    lint_text(tmp_path, rule_with("assumptions: [A8]\n"))
    (tmp_path / "rules" / "many.yml").write_text(
        "title: Okta Access Many\nid: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d\nlevel: low\n"
        "correlation:\n    type: event_count\n    rules: [rule]\n    group-by: [actor.id]\n"
        "    timespan: 1h\n    condition: {gte: 2}\nassumptions: [A1]\n",
        encoding="utf-8",
    )
    found = [one for one in lint_paths(tmp_path / "rules").findings if one.code == "OA511"]
    assert [(one.span.line, one.hint) for one in found] == [
        (10, "add A10 under `assumptions`"),
        (10, "add A8 under `assumptions`"),
    ]


@pytest.mark.parametrize(
    ("field", "event_type", "expected"),
    [
        ("target.id", "access.review.close", ["A11"]),
        ("target.id", "access.request.cancel", ["A5"]),
        ("target.id", "access.*", ["A11", "A5"]),
        ("authenticationContext.externalSessionId", "access.review.close", ["A4", "A4b"]),
    ],
)
def test_grouping_rests_on_what_its_events_are(
    tmp_path: Path, field: str, event_type: str, expected: list[str]
) -> None:
    lint_text(tmp_path, rule_with(f"detection: {{s: {{eventType: {event_type}}}, condition: s}}\n"))
    (tmp_path / "rules" / "many.yml").write_text(
        "title: Okta Access Many\nid: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d\nlevel: low\n"
        f"correlation: {{type: event_count, rules: [rule], group-by: [{field}],\n"
        "    timespan: 1h, condition: {gte: 2}}\n",
        encoding="utf-8",
    )
    found = [one for one in lint_paths(tmp_path / "rules").findings if one.code == "OA511"]
    assert sorted(f"{one.hint}".split()[1] for one in found) == expected


def test_shipped_correlations_name_no_assumption_on_grouping_beyond_need() -> None:
    rules = load_rules([rules_dir()], load_catalog())
    grouping = {one.id for one in assumptions().values() if one.groups}
    for one in rules.correlations:
        needed = needed_by_correlation(one, rules.referenced(one))
        assert {*one.meta.assumptions} & grouping == {*needed} & grouping, one.name


@pytest.mark.parametrize(
    ("pivot", "told"),
    [
        ("actor, 24h around", None),
        ("target, 7d before to now", None),
        ("actors, 24h around", "the pivot `actors` is not known"),
        ("actor", "`actor` is no pivot and stretch of time"),
        ("actor, 24h", "`actor, 24h` is no pivot and stretch of time"),
        ("review, 24h around", "asks for debugContext.debugData.access_review_id"),
        ("group, 24h around", "is for rules that group"),
    ],
)
def test_a_pivot_is_one_that_can_be_asked(tmp_path: Path, pivot: str, told: str | None) -> None:
    lines = {
        **dict.fromkeys(("first", "next", "window", "close", "escalate"), "Do."),
        "pivot": pivot,
    }
    findings = lint_text(tmp_path, rule_with(f"runbook: {json.dumps(lines)}")).findings
    messages = [one.message for one in findings if one.code == "OA519"]
    assert len(messages) == (told is not None)
    assert all(str(told) in one for one in messages)
