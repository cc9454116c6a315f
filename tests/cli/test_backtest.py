"""``okta-access backtest`` as a user runs it: tables, comparisons, expectations, exit codes."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from okta_access.cli import run
from okta_access.content import fixtures_dir, rules_dir
from tests.builders.backtests import CANCEL, CREATE, DELETE, event, event_rule, log
from tests.builders.files import write

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
OWN = ["--rules", str(rules_dir())]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small rules and a log of three days in the current folder."""
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            "rules/alpha.yml": event_rule(1, "alpha", CREATE, "high"),
            "rules/beta.yml": event_rule(2, "beta", CANCEL),
            "rules/audit.yml": event_rule(3, "audit", DELETE, "informational"),
            "rules/loud.yml": event_rule(4, "loud", CREATE),
            "rules/defaults.toml": '[rules.loud]\nenabled = false\nreason = "it is loud"\n',
        },
    )
    events = [event(1, CREATE, 0), event(2, CREATE, 1), event(3, CANCEL, 50), event(4, DELETE, 60)]
    log(tmp_path / "log.jsonl", events)
    return tmp_path


def out(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["--quiet", "backtest", *arguments]) == code
    return capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out(capsys, *arguments, "--format", "json"))["rules"]
    return found


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "log.jsonl"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "3 days, 2026-01-01 to 2026-01-03 (UTC)",
        "level  rule   alerts  a day  busiest day",
        "high   alpha       2   0.67  2026-01-01   2  █··",
        "low    beta        1   0.33  2026-01-03   1  ··█",
    ]
    assert "off: loud: it is loud" in captured.err
    assert "read: 4 events of the catalogue's types, 0 of others, 0 unreadable" in captured.err
    assert (
        "events from 2026-01-01T00:00:00.000Z (log.jsonl:1) "
        "to 2026-01-03T12:00:00.000Z (log.jsonl:4)" in captured.err
    )


def test_own_rules_on_the_demo_count_as_scan_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "scan", DEMO, *OWN, "--format", "jsonl"]) == 0
    alerts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    expected = Counter((alert["rule"], alert["time"][:10]) for alert in alerts)
    lines = out(capsys, DEMO, *OWN, "--format", "csv").splitlines()
    cells = Counter(
        {(row["rule"], row["day"]): int(row["alerts"]) for row in csv.DictReader(lines)}
    )
    assert +cells == expected
    in_force = {row["rule"] for row in rows(capsys, DEMO, *OWN)}
    assert {rule for rule, _ in cells} == in_force > {rule for rule, _ in expected}


def test_which_rules(capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> list[tuple[str, str, int]]:
        found = rows(capsys, "log.jsonl", *arguments)
        return [(row["rule"], row["state"], row["alerts"]) for row in found]

    alpha, beta, loud, audit = (
        ("alpha", "on", 2),
        ("beta", "on", 1),
        ("loud", "off", 2),
        ("audit", "on", 1),
    )
    assert told() == [alpha, beta]
    assert told("--include-off") == [alpha, beta, loud]
    assert told("--level", "informational") == [alpha, beta, audit]
    assert told("--rule", "audit", "--rule", "beta") == [beta, audit]
    assert told("--rule", "loud", "--include-off") == [loud]
    Path("on.toml").write_text("[rules.loud]\nenabled = true\n", "utf-8")
    assert told("--rule", "loud", "--settings", "on.toml") == [("loud", "on", 2)]


def test_a_rule_that_is_off_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert "loud (off)" in out(capsys, "log.jsonl", "--include-off")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--rule", "loud"], "loud is not run: off, it is loud (--include-off runs it all the"),
        (["--rule", "alpah"], "no rule is named `alpah` (did you mean `alpha`?)"),
        (["--expect", "hihg=1"], "no level or rule is named `hihg` (did you mean `high`?)"),
        (["--expect", "medium=1"], "`medium` stands for no rule that is run and in force"),
        (["--expect", "high"], "cannot read `high` (expected NAME=NUMBER"),
        (["--fail-on-change"], "--fail-on-change needs --against"),
        (["--since", "2026-01-02", "--until", "2026-01-02"], "--since is not before --until"),
        (["--since", "1900-01-01"], "are too many to tell alerts by day (say which time"),
        (["--against", "nowhere"], "nowhere: no such file or folder"),
        (["--against-settings", "none.toml"], "none.toml: cannot read the settings"),
    ],
)
def test_what_cannot_run_is_one_clear_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--quiet", "backtest", "log.jsonl", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert line in captured.err


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ("high=0.66", 1),
        ("high=0.67", 0),
        ("beta=3/week", 0),
        ("beta=2.3/week", 1),
        ("alpha=1/busiest", 1),
        ("all=1", 0),
        ("each=0.5", 1),
    ],
)
def test_expectations(expected: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    last = out(capsys, "log.jsonl", "--expect", expected, code=code).splitlines()[5]
    assert last.startswith("FAILED" if code else "ok")
    assert run(["backtest", "log.jsonl", "--expect", expected, "--format", "csv"]) == code
    captured = capsys.readouterr()
    assert captured.err.count("error: ") == code
    assert captured.out.startswith("rule,level,day,alerts,state\n")


def test_what_cannot_be_read_is_told_and_the_rest_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("{oops\n")
    assert run(["backtest", "log.jsonl", "--format", "csv"]) == 1
    captured = capsys.readouterr()
    assert "log.jsonl:5: not JSON" in captured.err
    assert "read: 4 events of the catalogue's types, 0 of others, 1 unreadable" in captured.err
    assert "alpha,high,2026-01-01,2,on" in captured.out
    assert run(["backtest", "none.jsonl", "log.jsonl", "--since", "2026-01-02"]) == 2
    captured = capsys.readouterr()
    assert "none.jsonl: No such file" in captured.err
    assert "2 outside the time range" in captured.err
    assert captured.out.startswith("2 days, 2026-01-02 to 2026-01-03 (UTC)\n")


def test_envelopes_and_a_single_day(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inner = json.dumps(event(1, CREATE, 0))
    (folder / "splunk.jsonl").write_text(json.dumps({"result": {"_raw": inner}}), "utf-8")
    told = out(capsys, "splunk.jsonl", "--rule", "alpha").splitlines()
    assert told[0] == "1 day, 2026-01-01 (UTC)"
    assert told[2].split() == ["high", "alpha", "1", "1.00", "2026-01-01", "1", "█"]
    out(capsys, "splunk.jsonl", "--envelope", "none", code=1)
    (folder / "empty").mkdir()
    out(capsys, "empty", "log.jsonl", code=2)


def test_comparing_with_other_rules(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        folder,
        {
            "old/rules/older_name.yml": event_rule(1, "older_name", CANCEL, "high"),
            "old/rules/beta.yml": event_rule(2, "beta", CANCEL),
        },
    )
    told = out(capsys, "log.jsonl", "--against", "old/rules").splitlines()
    assert told[told.index("") + 1 :] == [
        "compared with old/rules: alerts of 1 rule differ, those of 1 do not",
        "high      alpha  1 -> 2: 2 new, 1 lost (was named older_name)",
        "  + 2026-01-01T00:00:00.000Z  log.jsonl:1 uuid-1",
        "  + 2026-01-01T01:00:00.000Z  log.jsonl:2 uuid-2",
        "  - 2026-01-03T02:00:00.000Z  log.jsonl:3 uuid-3",
    ]
    against = ["log.jsonl", "--against", "old/rules", "--fail-on-change"]
    assert "no alert is new, lost or moved; found 2 new, 1 lost" in out(capsys, *against, code=1)
    out(capsys, *against, "--rule", "beta")
    out(capsys, *against, "--rule", "older_name", code=1)
    out(capsys, "log.jsonl", "--against", "rules", "--fail-on-change")


def test_comparing_settings_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.toml").write_text("[rules.loud]\nenabled = true\n", "utf-8")
    Path("old.toml").write_text("", "utf-8")
    told = out(
        capsys, "log.jsonl", "--settings", "new.toml", "--against-settings", "old.toml",
        "--changes", "1", "--fail-on-change", code=1,
    ).splitlines()  # fmt: skip
    assert told[told.index("") + 1 : -2] == [
        "compared with the same rules with old.toml: alerts of 1 rule differ, those of 2 do not",
        "low       loud  - -> 2: 2 new, 0 lost (not run before: off, it is loud)",
        "  + 2026-01-01T00:00:00.000Z  log.jsonl:1 uuid-1",
        "  + and 1 more new",
    ]


def test_a_terminal_without_the_marks() -> None:
    command = [sys.executable, "-m", "okta_access.cli", "--quiet", "backtest", "log.jsonl"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    Path("rules/alpha.yml").rename("rules/\u00e4lpha.yml")
    told = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr
    assert b"2  @..\n" in told.stdout
