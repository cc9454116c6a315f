"""The command line as a user meets it: exit codes, one line per error, results on stdout."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from okta_access import __version__
from okta_access.cli import COMMANDS, run
from okta_access.content import fixtures_dir

DEMO = fixtures_dir() / "demo" / "week.jsonl"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in an empty folder, as after `pip install`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: okta-access {name}")


def test_the_list_of_commands_names_each_once_and_cuts_no_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--help"]) == 0
    listed = re.findall("^  ([a-z]+)  +(.+)$", capsys.readouterr().out, re.MULTILINE)
    lines = {name: said for name, said in listed if name in COMMANDS}
    assert len(lines) == len(COMMANDS) == len({*COMMANDS})
    assert all(said.endswith(".") and not said.endswith("...") for said in lines.values())


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"okta-access {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["lint", "nowhere"], "nowhere: no such file or folder"),
        (["list", "--settings", "none.toml"], "none.toml: cannot read the settings"),
        (["list", "--catalog", "none.yml"], "none.yml"),
        (["scan", "none.jsonl"], "none.jsonl: No such file or directory"),
        (["catalog", "check", "none.csv"], "none.csv: No such file or directory"),
        (["lnt"], "No such command 'lnt'"),
        (["scan"], "Missing argument"),
        (["scan", "x", "--since", "monday"], "expected a time such as"),
        (["new", "Bad Name"], "a name has lower-case letters"),
    ],
)
def test_what_cannot_run_is_one_clear_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert line in captured.err
    assert "Traceback" not in captured.err


def test_a_folder_without_rules(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty_folder / "empty").mkdir()
    assert run(["lint", "empty"]) == 2
    assert "no rule files (*.yml) in this folder" in capsys.readouterr().err


def test_a_missing_input_leaves_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "scan", "none.jsonl", str(DEMO), "--format", "jsonl"]) == 2
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) >= 8
    assert captured.err == "error: none.jsonl: No such file or directory\n"


def test_a_binary_file_and_a_cut_line(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty_folder / "bin").write_bytes(b"\x7fELF\x00\xff\n\x00\xfe")
    lines = DEMO.read_bytes().splitlines()
    (empty_folder / "cut.jsonl").write_bytes(lines[0] + b"\n" + lines[1][:99])
    assert run(["scan", "bin", "cut.jsonl", "--rejects", "kept.jsonl"]) == 2
    captured = capsys.readouterr()
    for place in ("bin: it is binary", "cut.jsonl:2: "):
        assert f"error: {place}" in captured.err
    assert "read: 1 event of the catalogue's types, 0 of others, 1 unreadable" in captured.err
    kept = [json.loads(line) for line in (empty_folder / "kept.jsonl").read_text().splitlines()]
    assert [(row["file"], row["line"]) for row in kept] == [("cut.jsonl", 2)]


def test_alerts_are_no_failure_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "scan", str(DEMO)]) == 0
    assert run(["--quiet", "scan", str(DEMO), "--exit-code"]) == 1
    assert run(["--quiet", "scan", str(DEMO), "--level", "critical", "--exit-code"]) == 0
    capsys.readouterr()


def test_csv_and_jsonl_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    import csv

    run(["--quiet", "scan", str(DEMO), "--format", "jsonl"])
    alerts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    run(["--quiet", "scan", str(DEMO), "--format", "csv"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    texts = ("rule", "id", "title", "level", "kind", "time", "first", "last", "counts")
    assert [
        {k: v if k in texts else json.loads(v) for k, v in row.items()} for row in rows
    ] == alerts


def test_log_values_cannot_drive_a_terminal(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = json.loads(DEMO.read_text("utf-8").splitlines()[0])
    event["eventType"] = "access.request.sequence.delete"
    event["actor"]["alternateId"] = "\x1b[31m\nevil"
    (empty_folder / "log.jsonl").write_text(json.dumps(event))
    run(["--quiet", "scan", "log.jsonl"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b[31m\\nevil" in out


def test_a_new_rule_passes_lint_and_fires(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", "okta_access_mine"]) == 0
    capsys.readouterr()
    assert run(["lint", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {one["code"] for one in found} == {"OA517"}  # the placeholders
    assert run(["test"]) == 0, capsys.readouterr()
    capsys.readouterr()
    assert run(["new", "okta_access_mine"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_packaged_rules_are_found_from_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--format", "json"]) == 0
    captured = capsys.readouterr()
    rows = json.loads(captured.out)
    assert len({row["name"] for row in rows}) == len(rows) > 22
    assert "event rules and" in captured.err


def test_a_reader_that_goes_away() -> None:
    """`okta-access … | head -1` ends without a word."""
    command = [sys.executable, "-m", "okta_access.cli", "catalog", "schema"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() in (0, 141)
