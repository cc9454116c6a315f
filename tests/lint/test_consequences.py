"""A changed meaning is told once it is meant: not while what a rule reads has an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.cli import run
from tests.builders.own_rules import own_rules

PLAIN = "eventType: access.request.create"
MISSPELT = f"{PLAIN}, actor.typo: User"


@pytest.fixture
def rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An event rule with a misspelt field; what it and a correlation on it meant is locked."""
    rule = own_rules(tmp_path) / "alpha.yml"
    monkeypatch.chdir(tmp_path)
    assert run(["--quiet", "lock"]) == 0
    text = rule.read_text("utf-8")
    assert text.count(PLAIN) == 1
    rule.write_text(text.replace(PLAIN, MISSPELT), "utf-8")
    return rule


def told(capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[str, str]]:
    """The files and codes that the linter tells of, of these two codes."""
    capsys.readouterr()
    assert run(["--quiet", "lint", "--select", "OA201", "--select", "OA801", *options]) == 1
    lines = capsys.readouterr().out.splitlines()
    return [(Path(line.partition(":")[0]).stem, line.split()[2]) for line in lines]


MEANINGS = [("alpha", "OA801"), ("often", "OA801")]


def test_an_error_comes_before_what_follows_from_it(
    rule: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys) == [("alpha", "OA201")]
    rule.write_text(rule.read_text("utf-8").replace("actor.typo", "actor.type"), "utf-8")
    assert told(capsys) == MEANINGS


def test_an_error_that_is_ignored_hides_nothing(
    rule: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "--ignore", "OA201") == MEANINGS


def test_an_error_that_a_comment_answers_hides_nothing(
    rule: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    comment = "# okta-access: ignore OA201 -- seen in our own log"
    text = rule.read_text("utf-8").replace("typo: User}", f"typo: User}}  {comment}")
    rule.write_text(text, "utf-8")
    assert told(capsys) == MEANINGS


def test_an_error_that_was_known_hides_nothing(
    rule: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = ["--baseline", "known.json"]
    assert run(["--quiet", "lint", "--select", "OA201", *baseline, "--write-baseline"]) == 0
    assert told(capsys, *baseline) == MEANINGS
