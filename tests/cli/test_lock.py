"""``okta-access lock``: exit codes, what is written, and versions raised in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.cli import run
from tests.builders.backtests import CREATE, DELETE, event_rule
from tests.builders.files import write


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, with one rule that is locked."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"rules/alpha.yml": event_rule(1, "alpha", CREATE)})
    assert run(["lock", "--check"]) == 1
    assert run(["lock"]) == 0
    return tmp_path / "rules"


def test_what_is_locked_passes(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["lock", "--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_change_of_meaning_needs_a_version(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = "# a comment\r\n" + event_rule(1, "alpha", DELETE).replace("\n", "\r\n")
    (rules / "alpha.yml").write_bytes(changed.encode())
    lock = Path("rules.lock").read_text()
    assert run(["lock"]) == 1
    assert "raise `version` from 1 to 2" in capsys.readouterr().err
    assert Path("rules.lock").read_text() == lock
    assert run(["lock", "--bump"]) == 0
    assert capsys.readouterr().out == "changed meaning: alpha: version 1 to 2\n"
    after = (rules / "alpha.yml").read_bytes().decode()
    assert after.replace("version: 2\r\n", "") == changed
    assert run(["lock", "--check"]) == 0
    (rules / "alpha.yml").write_bytes(after.replace(DELETE, CREATE).encode())
    assert run(["lock", "--bump"]) == 0
    again = (rules / "alpha.yml").read_bytes().decode()
    assert again == after.replace(DELETE, CREATE).replace("version: 2", "version: 3")


def test_a_document_in_braces_is_left_to_its_author(rules: Path) -> None:
    flow = (
        "{title: A, id: 00000000-0000-4000-8000-000000000001, name: alpha, level: low, "
        "logsource: {product: okta, service: okta}, "
        f"detection: {{selection: {{eventType: {DELETE}}}, condition: selection}}}}\n"
    )
    locked_id = Path("rules.lock").read_text().split()[-2]
    flow = flow.replace("00000000-0000-4000-8000-000000000001", locked_id)
    (rules / "alpha.yml").write_text(flow)
    assert run(["lock", "--bump"]) == 1
    assert (rules / "alpha.yml").read_text() == flow


def test_a_conflict_is_settled(rules: Path) -> None:
    text = Path("rules.lock").read_text()
    Path("rules.lock").write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n")
    assert run(["lock", "--check"]) == 1
    assert run(["lock"]) == 0
    assert Path("rules.lock").read_text() == text


def test_an_editors_mark_of_utf_8_is_passed_over(rules: Path) -> None:
    text = Path("rules.lock").read_text()
    Path("rules.lock").write_text("\ufeff" + text)
    assert run(["lock", "--check"]) == 1
    assert run(["lock"]) == 0
    assert Path("rules.lock").read_text() == text


@pytest.mark.parametrize("name", ["al pha", "'#alpha'"])
def test_what_could_not_be_read_again_is_not_written(
    rules: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path("rules.lock").read_text()
    named = event_rule(1, "alpha", CREATE).replace("name: alpha", f"name: {name}")
    (rules / "alpha.yml").write_text(named, "utf-8")
    assert run(["lock"]) == 1
    assert "alpha.yml: OA804 the lock cannot hold the name" in capsys.readouterr().err
    assert Path("rules.lock").read_text() == text


def test_two_rules_of_one_id_are_not_told_apart(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path("rules.lock").read_text()
    (rules / "beta.yml").write_text(event_rule(1, "beta", CREATE))
    assert run(["lock"]) == 1
    assert "beta.yml: OA114 beta has the id of alpha" in capsys.readouterr().err
    assert Path("rules.lock").read_text() == text


def test_check_and_bump_exclude_each_other(rules: Path) -> None:
    assert run(["lock", "--check", "--bump"]) == 2
