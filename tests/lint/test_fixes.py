"""`--fix`: what is corrected, byte by byte, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.cli import run
from okta_access.lint.fixes import corrected
from tests.builders.linting import lint_paths, lint_text, rule_with

BEFORE = """\
detection:
    selection:
        eventType:
            - Access.Request.Create
            - "ACCESS.REQUEST.UPDATE"
        actor.alternateid|endswith: '@example.com'  # 😀 a comment stays
        "actor.displayname": "😀"
        securityContext.isProxy: 'yes'
        client.geographicalContext.country: [NO, SE]
        target.alternateId: 0123
    condition: selection
tags:
    - attack.defense-impairment
    - attack.t1562
"""
AFTER = """\
detection:
    selection:
        eventType:
            - access.request.create
            - access.request.update
        actor.alternateId|endswith: '@example.com'  # 😀 a comment stays
        "actor.displayName": "😀"
        securityContext.isProxy: true
        client.geographicalContext.country: ['NO', SE]
        target.alternateId: '0123'
    condition: selection
tags:
    - attack.defense-impairment
    - attack.t1685
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_what_leaves_no_choice_is_corrected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mark: bytes, end: str
) -> None:
    lint_text(tmp_path, rule_with(""))
    path = tmp_path / "rules" / "rule.yml"
    path.write_bytes(mark + rule_with(BEFORE).replace("\n", end).encode())
    assert run(["lint", "--fix", str(path)]) == 0
    assert path.read_bytes() == mark + rule_with(AFTER).replace("\n", end).encode()
    captured = capsys.readouterr()
    assert "fixed: 8" in captured.err.splitlines()
    assert " error " not in captured.out
    # A second run finds nothing left to do.
    assert run(["lint", "--fix", str(path)]) == 0
    assert "fixed" not in capsys.readouterr().err


def test_what_leaves_a_choice_is_left_alone(tmp_path: Path) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType: access.request.creat\n"
        "        outcome.resutl: FAILURE\n        securityContext.isProxy: maybe\n"
        "    condition: selection\n"
    )
    lint_text(tmp_path, text)
    path = tmp_path / "rules" / "rule.yml"
    assert run(["--quiet", "lint", "--fix", str(path)]) == 1
    assert path.read_text(encoding="utf-8") == text


def test_a_suppressed_finding_is_not_corrected(tmp_path: Path) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType: access.request.create\n"
        "        actor.alternateid: x  # okta-access: ignore OA202 -- a proxy lowers these\n"
        "    condition: selection\n"
    )
    lint_text(tmp_path, text)
    path = tmp_path / "rules" / "rule.yml"
    assert run(["--quiet", "lint", "--fix", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == text


def test_a_correction_that_does_not_find_its_text_is_left_out(tmp_path: Path) -> None:
    lint_text(tmp_path, rule_with(BEFORE))
    findings = [one for one in lint_paths(tmp_path / "rules").findings if one.fix]
    assert findings
    blank = "".join("\n" if char == "\n" else " " for char in rule_with(BEFORE))
    assert corrected(blank, findings) == (blank, 0)


def test_the_packaged_rules_are_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["lint", "--fix"]) == 2
    assert "--fix needs a PATH" in capsys.readouterr().err
