"""``okta-access assumptions`` and ``okta-access coverage`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.cli import run
from okta_access.content import fixtures_dir, rules_dir

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
RULES = str(rules_dir())


def test_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assumptions", DEMO, "--rules", RULES]) == 0
    lines = capsys.readouterr().out.splitlines()
    for id_, one in assumptions().items():
        (line,) = [line for line in lines if line.startswith(f"{id_} ")]
        assert line.endswith(one.statement)
    assert sum(" rules are " in line for line in lines) == 3


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "assumptions", DEMO, "--format", "json", "--rules", RULES]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["assumptions"]] == [*assumptions()]
    assert {one["verdict"] for one in found["assumptions"]} <= {
        "upheld",
        "contradicted",
        "not shown",
    }
    assert {one["standing"] for one in found["rules"]} <= {"safe", "open", "unsafe"}


def test_what_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "a.jsonl"
    broken.write_text('{"eventType": "access.request.create"}\n{oops\n', "utf-8")
    assert run(["--quiet", "assumptions", str(broken), "--rules", RULES]) == 1
    assert f"{broken}:2" in capsys.readouterr().err
    assert run(["--quiet", "assumptions", str(tmp_path / "none"), "--rules", RULES]) == 2
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json", "navigator"])
def test_coverage(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "coverage", RULES, "--format", form]) == 0
    out = capsys.readouterr().out
    if form == "navigator":
        assert json.loads(out)["versions"]["layer"] == "4.5"
    else:
        assert all(path in out for path in [*load_catalog().events, *load_catalog().fields])
    if form == "json":
        assert {*json.loads(out)} == {"rules", "event_types", "fields", "techniques", "gaps"}
