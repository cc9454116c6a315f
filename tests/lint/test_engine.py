"""The run as a whole: order, no doubles, and the project's own rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.content import rules_dir
from okta_access.lint import checks
from okta_access.lint.findings import Severity
from okta_access.lint.registry import all_checks
from tests.builders.linting import PLAIN, lint_paths, lint_text, places, rule_with


def test_the_projects_rules_have_no_findings() -> None:
    result = lint_paths(rules_dir())
    assert [str(finding.span) for finding in result.findings] == []
    assert result.summary.files > 0


def test_findings_come_by_file_and_place(tmp_path: Path) -> None:
    for name in ("b", "a"):
        path = tmp_path / f"{name}.yml"
        path.write_text(PLAIN.replace("name: rule", f"name: {name}x"), encoding="utf-8")
    findings = lint_paths(tmp_path / "b.yml", tmp_path / "a.yml").findings
    assert len(findings) > 4
    assert list(findings) == sorted(findings, key=lambda one: (one.span, one.code, one.message))


def test_what_loader_and_schema_both_see_is_told_once(tmp_path: Path) -> None:
    text = rule_with("level: hihg\nlogsource: okta\n").replace("title:", "titel:")
    result = lint_text(tmp_path, text)
    errors = [one for one in result.findings if one.severity is Severity.ERROR]
    assert places(tuple(errors)) == [(1, 1, "OA101"), (10, 1, "OA112"), (17, 8, "OA102")]


def test_two_missing_keys_are_two_findings(tmp_path: Path) -> None:
    text = PLAIN.replace("title:", "x-title:").replace("id:", "x-id:")
    messages = [one.message for one in lint_text(tmp_path, text).findings if one.code == "OA101"]
    assert sorted(messages) == ["`id` is missing", "`title` is missing"]


def test_one_name_used_twice_in_a_condition_is_told_once(tmp_path: Path) -> None:
    text = PLAIN.replace("condition: selection", "condition: selection and (foo or not foo)")
    assert places(lint_text(tmp_path, text).findings) == [(16, 31, "OA104")]


def test_a_broken_selection_does_not_hide_the_others(tmp_path: Path) -> None:
    text = rule_with(
        """\
detection:
    broken:
        actor.displayName|nosuchmodifier: x
        actor.typ: User
        outcome.result: FAILED
    whole:
        eventType: access.request.creat
    condition: broken and whole
"""
    )
    assert places(lint_text(tmp_path, text).findings) == [
        (15, 27, "OA107"),
        (16, 9, "OA201"),
        (17, 25, "OA206"),
        (19, 20, "OA204"),
    ]


def test_columns_are_code_points(tmp_path: Path) -> None:
    text = rule_with(
        'detection:\n    "sel😀é":\n        {"actor.displayName": "😀😀", "actor.typ": x,'
        " eventType: access.request.create}\n    condition: 1 of sel*\n"
    )
    findings = lint_text(tmp_path, text).findings
    assert places(findings) == [(15, 38, "OA201")]
    assert text.splitlines()[14][37:].startswith('actor.typ"')


def test_a_new_module_is_a_new_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house_rule.py").write_text(
        '"""A rule of the house."""\n'
        "from okta_access.lint.findings import Issue, Severity\n"
        "CODE, SEVERITY, TITLE = 'OA999', Severity.INFO, 'house rule'\n"
        "def check(run):\n"
        "    for document in run.documents:\n"
        "        yield Issue(document.tree.span, 'seen')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(checks, "__path__", [*checks.__path__, str(tmp_path)])
    all_checks.cache_clear()
    try:
        assert places(lint_text(tmp_path, PLAIN).findings) == [(1, 1, "OA999")]
    finally:
        monkeypatch.undo()
        all_checks.cache_clear()
        assert "OA999" not in all_checks()
