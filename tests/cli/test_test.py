"""``okta-access test``: exit codes, and a report in each format."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from okta_access.cli import run
from tests.builders.files import write
from tests.builders.rules import HEAD

RULE = (
    HEAD + "detection:\n    s:\n        eventType: access.request.create\n"
    "        actor.alternateId: '%admins%'\n    condition: s\n"
).replace("alternateId:", "alternateId|expand:")
FIXTURE = """\
lists: {admins: [ada@example.com]}
match:
    - why: Ada asks.
      event: {eventType: access.request.create, actor.alternateId: ada@example.com}
miss:
    - {why: Another asks., event: {eventType: access.request.create}}
"""
FEW = ["--examples", "20"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {"rules/r.yml": RULE, "fixtures/r.yml": FIXTURE})


def test_a_rule_passes_with_the_lists_of_its_fixture(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", *FEW]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("ok      r  fixtures 2, match 20, near-miss 20, edge 20, other 5, ")
    assert out[-1].startswith("1 rule: 1 passed, 0 failed; ")
    assert out[-1].endswith("seed 0, 20 examples")


def test_failures_make_the_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "fixtures/r.yml").write_text(FIXTURE.replace("match:", "match:\nmiss: []\nm:"))
    assert run(["test", *FEW]) == 1
    assert "FAILED  r" in capsys.readouterr().out


def test_a_missing_fixture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "fixtures/r.yml").unlink()
    write(folder, {"rules/r.yml": RULE.replace("|expand: '%admins%'", ": ada@example.com")})
    assert run(["test", *FEW]) == 1
    assert run(["test", *FEW, "--allow-missing-fixtures"]) == 0


def test_a_missing_input_makes_the_exit_code_2() -> None:
    assert run(["test", "rules", "gone", *FEW]) == 2


def test_a_broken_rule_makes_the_exit_code_1(folder: Path) -> None:
    write(folder, {"rules/broken.yml": "title: x\n"})
    assert run(["test", *FEW]) == 1


def test_an_engine_that_is_not_there_makes_the_exit_code_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["test", *FEW, "--engine", "elasticsearch=http://127.0.0.1:9"]) == 2
    assert "cannot reach the cluster" in capsys.readouterr().err


def test_machines_read_json_and_junit(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", *FEW, "--seed", "3", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["form"], report["seed"]) == ("okta-access-test/1", 3)
    assert [rule["passed"] for rule in report["rules"]] == [True]
    assert run(["test", *FEW, "--format", "junit"]) == 0
    root = ET.fromstring(capsys.readouterr().out)
    assert [suite.attrib["name"] for suite in root] == ["r"]
