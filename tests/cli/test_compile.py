"""``okta-access compile``, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_access.cli import run

RULE = """\
title: T
id: ID
level: low
logsource: {product: okta, service: okta}
detection:
  s:
    SELECTION
  condition: s
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "rules"
    folder.mkdir()
    selections = {"plain": "actor.id: '1'", "same": "actor.id|fieldref: target.id"}
    for number, (name, selection) in enumerate(selections.items()):
        text = RULE.replace("SELECTION", selection)
        text = text.replace("ID", f"8cb905e7-9c35-4f06-ad21-4779e575d90{number}")
        (folder / f"{name}.yml").write_text(text, "utf-8")
    return folder


def test_one_query_is_printed_as_it_is(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--target", "elastic-lucene", "rules/plain.yml"]) == 0
    assert capsys.readouterr().out == "okta.actor.id:1\n"


def test_of_several_queries_each_is_an_object(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = ["--target", "elastic-lucene", "--target", "elastic-esql"]
    assert run(["--quiet", "compile", *targets]) == 0
    printed = capsys.readouterr()
    found = [json.loads(line) for line in printed.out.splitlines()]
    assert [(one["rule"], one["target"]) for one in found] == [
        ("plain", "elastic-lucene"), ("plain", "elastic-esql"), ("same", "elastic-esql"),
    ]  # fmt: skip
    assert all([*one] == ["rule", "target", "query"] for one in found)
    assert "elastic-lucene: refused: same: Lucene cannot compare" in printed.err


def test_nothing_written_is_exit_1(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--target", "elastic-lucene", "rules/same.yml"]) == 1
    assert capsys.readouterr().out == ""


def test_files_are_written_and_compared(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--quiet", "compile", "--target", "elastic-esql"]
    assert run([*command, "--output", "out/esql"]) == 0
    assert {p.name for p in Path("out/esql").iterdir()} == {"plain.esql", "same.esql"}
    assert run([*command, "--check", "out/esql"]) == 0
    Path("out/esql/plain.esql").write_text("x", "utf-8")
    Path("out/esql/same.esql").unlink()
    Path("out/esql/old.esql").touch()
    capsys.readouterr()
    assert run([*command, "--check", "out/esql"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "stale: out/esql/old.esql", "changed: out/esql/plain.esql", "missing: out/esql/same.esql",
    ]  # fmt: skip


def test_kibana_rules_are_a_file(rules: Path) -> None:
    assert run(["--quiet", "compile", "--target", "kibana", "--output", "out"]) == 0
    lines = Path("out/okta_access.ndjson").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["type"] for line in lines) == ["esql", "query"]


def test_a_broken_rule_is_named_and_the_rest_is_written(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (rules / "broken.yml").write_text("title: [", "utf-8")
    assert run(["compile", "--target", "elastic-esql", "--output", "out"]) == 1
    assert "rules/broken.yml:2:1: OA002" in capsys.readouterr().err
    assert Path("out/plain.esql").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--target", "elastic-esql", "nowhere"], "nowhere"),
        (["--target", "elastic-esql", "--check", "nowhere"], "nowhere"),
        (["--target", "elastic-esql", "--check", "a", "--output", "b"], "exclude"),
        (["--target", "spl2"], "spl2"),
        ([], "--target"),
        (["--target", "elastic-esql", "--output", "rules/plain.yml"], "plain.yml"),
    ],
)
def test_what_cannot_be_done_is_exit_2(
    rules: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compile", *arguments]) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "setting",
    [
        'index = ["logs-okta*, x"]',
        'index = ["logs-okta*\\" | LIMIT 0 //"]',
        "index = []",
        'targets = "nested"',
        "interval = 0",
    ],
)
def test_a_setting_that_could_break_a_query_is_a_mistake(
    rules: Path, setting: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("okta-access.toml").write_text(f"[elastic]\n{setting}\n", "utf-8")
    assert run(["compile", "--target", "elastic-esql"]) == 2
    assert "error: okta-access.toml:2:" in capsys.readouterr().err


def test_settings_hold(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[elastic]\nindex = ["logs-okta*", "filebeat-*", "eu:logs-okta*"]\n'
    Path("okta-access.toml").write_text(text, "utf-8")
    assert run(["--quiet", "compile", "--target", "elastic-esql", "rules/plain.yml"]) == 0
    assert capsys.readouterr().out.startswith("FROM logs-okta*, filebeat-*, eu:logs-okta* METADATA")


def test_many_refused_rules_are_counted_until_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["compile", "--target", "elastic-lucene", "--output", str(tmp_path)]
    assert run(arguments) == 0
    short = capsys.readouterr().err
    assert run([*arguments, "--verbose"]) == 0
    long = capsys.readouterr().err
    assert "--verbose" in short
    assert "--verbose" not in long
    for line in short.splitlines():
        assert len(line) < 250, line
    refused = [line for line in long.splitlines() if ": refused: " in line]
    most = max(refused, key=len)
    name = most.split(": refused: ")[1].split(", ")[0]
    assert name not in short
