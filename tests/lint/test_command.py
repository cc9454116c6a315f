"""`okta-access lint` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_access.cli import run
from okta_access.lint.registry import all_checks
from tests.builders.linting import FIXTURE, PLAIN

SIX_FAULTS = """\
title: Okta Access Six Faults
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: six_faults
status: experimental
description: Detects nothing, since six things are wrong with it.
references:
    - https://developer.okta.com/docs/reference/api/system-log/
author: okta-access-detections contributors
date: 2026-01-01
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.creat
        outcome.resutl: FAILURE
        actor.alternateid|endswith: '@example.com'
        securityContext.isProxy: 'yes'
        actor.type: User
        actor.type: System
    condition: selektion
falsepositives:
    - Everything
level: low
"""

SIX_FINDINGS = """\
rules/six_faults.yml:15:20: error OA204 unknown event type `access.request.creat` \
(did you mean `access.request.create`?)
rules/six_faults.yml:16:9: error OA201 unknown field `outcome.resutl` \
(did you mean `outcome.result`?)
rules/six_faults.yml:17:9: error OA202 the field `actor.alternateid` is written in another case \
(did you mean `actor.alternateId`?)
rules/six_faults.yml:18:34: error OA207 `yes` is compared with `securityContext.isProxy`, which is \
true or false (write `securityContext.isProxy: true`)
rules/six_faults.yml:20:9: error OA003 the key `actor.type` stands twice in one mapping \
(first at line 19; keep one of them)
rules/six_faults.yml:21:16: error OA104 the condition names `selektion`, which is not defined \
(did you mean `selection`?)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with a rule without faults and its fixture."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "rules" / "rule.yml").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "fixtures" / "rule.yml").write_text(FIXTURE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_six_faults_are_named_at_their_places(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "rules" / "six_faults.yml").write_text(SIX_FAULTS, encoding="utf-8")
    (here / "fixtures" / "six_faults.yml").write_text(FIXTURE, encoding="utf-8")
    assert run(["--quiet", "lint", "rules"]) == 1
    assert capsys.readouterr().out == SIX_FINDINGS


def test_clean_rules_print_nothing_and_exit_0(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--quiet", "lint"]) == 0
    assert capsys.readouterr() == ("", "")


def test_what_was_read_and_found_is_said_on_stderr(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lint"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[-1] == "1 file, 1 rule: nothing found"


def test_a_missing_input_is_named_and_the_rest_is_done(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "rules" / "rule.yml").write_text(PLAIN.replace("status:", "statsu:"), encoding="utf-8")
    assert run(["--quiet", "lint", "no/such/place", "rules"]) == 2
    captured = capsys.readouterr()
    assert captured.out.startswith("rules/rule.yml:1:1: warning OA506 missing: `status`\n")
    assert captured.err.splitlines() == ["error: no/such/place: no such file or folder"]


def test_a_folder_without_rules_exits_2_in_plain_words(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "nothing").mkdir()
    assert run(["--quiet", "lint", "nothing"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert "nothing: no rule files (*.yml) in this folder" in captured.err


@pytest.mark.parametrize(("least", "code"), [("error", 0), ("warning", 1), ("info", 1)], ids=str)
def test_fail_on_sets_the_least_severity(here: Path, least: str, code: int) -> None:
    (here / "fixtures" / "rule.yml").unlink()  # a rule without a fixture is a warning
    assert run(["--quiet", "lint", "--fail-on", least]) == code


def test_info_alone_fails_nothing_above_info(here: Path) -> None:
    text = PLAIN.replace("description: Detects", "description: Finds")
    (here / "rules" / "rule.yml").write_text(text, encoding="utf-8")
    codes = [run(["--quiet", "lint", "--fail-on", one]) for one in ("error", "warning", "info")]
    assert codes == [0, 0, 1]


@pytest.mark.parametrize("code", all_checks())
def test_every_code_can_be_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    check = all_checks()[code]
    assert run(["lint", "--explain", code.lower()]) == 0
    shown = capsys.readouterr().out
    assert shown == f"{code} ({check.severity}): {check.title}\n\n{check.documentation}\n"


def test_an_unknown_code_cannot_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", "--explain", "OA000"]) == 2
    assert "there is no code OA000" in capsys.readouterr().err


def test_the_json_report_goes_to_stdout_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lint", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == []
    assert report["summary"]["rules"] == 1


def test_a_catalogue_file_adds_to_what_is_known(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PLAIN.replace("access.request.create", "access.request.approve")
    (here / "rules" / "rule.yml").write_text(text, encoding="utf-8")
    assert run(["--quiet", "lint"]) == 1
    (here / "more.yml").write_text(
        "form: okta-access-events/1\n"
        "events:\n"
        "    - {type: access.request.approve, family: request, verb: approve, description: A}\n",
        encoding="utf-8",
    )
    capsys.readouterr()
    assert run(["--quiet", "lint", "--catalog", "more.yml"]) == 0


def test_paths_are_those_from_the_repository_on_in_every_format(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / ".git").mkdir()
    (here / "fixtures" / "rule.yml").unlink()
    monkeypatch.chdir(here / "rules")
    for form in ("concise", "full", "github", "json", "junit", "sarif"):
        run(["--quiet", "lint", "--format", form, str(here / "rules" / "rule.yml")])
        told = capsys.readouterr().out
        assert "rules/rule.yml" in told
        assert str(here) not in told


def test_selected_and_ignored_codes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "rules" / "six_faults.yml").write_text(SIX_FAULTS, encoding="utf-8")

    def codes(*arguments: str) -> tuple[int, list[str]]:
        code = run(["--quiet", "lint", *arguments])
        return code, [line.split()[2] for line in capsys.readouterr().out.splitlines()]

    assert codes("--select", "OA20", "--ignore", "OA204,OA202") == (1, ["OA201", "OA207"])
    assert codes("--select", "OA6") == (0, ["OA601"])
    assert codes("--ignore", "OA", "--select", "OA003") == (1, ["OA003"])
    assert run(["lint", "--select", "XY1"]) == 2
    assert "no code begins with XY1" in capsys.readouterr().err


def test_a_baseline_leaves_what_was_there_before(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "rules" / "six_faults.yml").write_text(SIX_FAULTS, encoding="utf-8")
    arguments = ["lint", "--baseline", "known.json"]
    assert run(arguments) == 2
    assert "--write-baseline writes it" in capsys.readouterr().err
    assert run([*arguments, "--write-baseline"]) == 0
    capsys.readouterr()
    assert run(arguments) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "in known.json: 7 findings" in captured.err.splitlines()
    # An edit above moves every line; a new finding is told, and what is gone is said.
    edited = "# A comment.\n" + SIX_FAULTS.replace("resutl", "result").replace("User", "Usr")
    (here / "rules" / "six_faults.yml").write_text(edited, encoding="utf-8")
    assert run([*arguments, "--fail-on", "warning"]) == 1
    captured = capsys.readouterr()
    assert [line.split()[:3] for line in captured.out.splitlines()] == [
        ["rules/six_faults.yml:20:21:", "warning", "OA206"],
    ]
    stale = "stale in known.json: rules/six_faults.yml: OA201 unknown field `outcome.resutl`"
    assert stale in captured.err.splitlines()
    # Of files that were not looked at nothing is stale.
    assert run([*arguments, "rules/rule.yml"]) == 0
    assert "stale" not in capsys.readouterr().err


def test_statistics_and_codes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SIX_FAULTS.replace("actor.type: User", "actor.displaynam: User")
    (here / "rules" / "six_faults.yml").write_text(text, encoding="utf-8")
    assert run(["--quiet", "lint", "--statistics", "--select", "OA2"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "2  OA201     unknown field",
        "1  OA202  *  field in the wrong case",
        "1  OA204     unknown event type",
        "1  OA207  *  value of the wrong type",
    ]
    assert run(["lint", "--codes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [*all_checks()]


@pytest.mark.parametrize(
    "arguments", [["--write-baseline"], ["--watch", "--fix", "rules"]], ids=["no file", "both"]
)
def test_what_does_not_go_together(here: Path, arguments: list[str]) -> None:
    assert run(["lint", *arguments]) == 2
