"""``okta-access assumptions`` and ``okta-access coverage`` as a user runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from okta_access.assumptions.bars import Support
from okta_access.assumptions.plan import Advice
from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.cli import run
from okta_access.content import fixtures_dir, rules_dir
from okta_access.rules.settings.files import load_settings

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
RULES = str(rules_dir())


def test_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assumptions", DEMO, "--rules", RULES]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    plain = " ".join(out.split())
    assert all(f" {one.statement} " in plain for one in assumptions().values())
    head = re.search(r"rules: (\d+) enable, (\d+) trial, (\d+) wait", out)
    assert head is not None
    told = re.findall(r"^(?:enable|trial|wait): (\d+) rules", out, re.MULTILINE)
    assert told == [*head.groups()]
    for one in assumptions().values():
        assert (f"seen by others: {one.seen_by_others}" in plain) == bool(one.seen_by_others)


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "assumptions", DEMO, "--format", "json", "--rules", RULES]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["assumptions"]] == [*assumptions()]
    assert {one["verdict"] for one in found["assumptions"]} <= {*Support}
    assert {one["plan"] for one in found["rules"]} <= {*Advice}
    assert found["days"] == 7
    types = {one["type"]: one for one in found["event_types"]}
    events = load_catalog().events
    assert [*types] == [*events]
    assert {name: one["seen_by_others"] for name, one in types.items()} == {
        name: event.seen_live is not None for name, event in events.items()
    }
    logged = {json.loads(line)["eventType"] for line in Path(DEMO).read_text("utf-8").splitlines()}
    assert {name for name, one in types.items() if one["in_log"]} == logged & {*events}


def test_the_plan_counts_what_a_backtest_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "assumptions", DEMO, "--format", "json", "--rules", RULES]) == 0
    found = json.loads(capsys.readouterr().out)
    means = {one["rule"]: one["alerts_a_day"] for one in found["rules"]}
    backtest = ["backtest", DEMO, "--format", "json", "--include-off", "--rules", RULES]
    assert run(["--quiet", *backtest]) == 0
    rows = json.loads(capsys.readouterr().out)["rules"]
    assert rows
    for row in rows:
        assert means.pop(row["rule"]) == pytest.approx(row["alerts"] / 7)
    assert {*means.values()} == {None}


def test_the_plan_as_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "okta-access.toml"
    command = ["--quiet", "assumptions", DEMO, "--rules", RULES, "--format", "json"]
    assert run([*command, "--write", target.name]) == 0
    plan = {one["rule"]: one for one in json.loads(capsys.readouterr().out)["rules"]}
    written = load_settings([target])
    alerting = {name for name, one in plan.items() if one["level"] != "informational"}
    assert {*written.rules} == alerting
    for name, setting in written.rules.items():
        assert setting.enabled is (plan[name]["plan"] != "wait")
        assert setting.reason
    first = target.read_bytes()
    assert run([*command, "--write", target.name]) == 2
    assert "is there already" in capsys.readouterr().err
    assert target.read_bytes() == first
    assert run([*command, "--write", target.name, "--force"]) == 0  # the plan it reads is in force
    assert target.read_bytes() == first


def test_a_rule_that_an_earlier_plan_left_off_is_planned_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--quiet", "assumptions", DEMO, "--rules", RULES, "--format", "json"]
    assert run(command) == 0
    plan = json.loads(capsys.readouterr().out)["rules"]
    rule = next(one["rule"] for one in plan if one["plan"] == "trial")
    settings = tmp_path / "own.toml"
    for reason, expected in (("wait: too loud here", "trial"), ("not for us", "wait")):
        settings.write_text(f'[rules.{rule}]\nenabled = false\nreason = "{reason}"\n', "utf-8")
        assert run([*command, "--settings", str(settings)]) == 0
        again = json.loads(capsys.readouterr().out)["rules"]
        assert next(one["plan"] for one in again if one["rule"] == rule) == expected


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
