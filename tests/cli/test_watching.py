"""Files that are edited while a command waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from okta_access.cli import run
from okta_access.cli.watching import changes
from tests.builders.linting import FIXTURE, PLAIN


class _EndError(Exception):
    """Ends a watch that nobody interrupts."""


def waiting(*edits: Callable[[], object]) -> Callable[[float], None]:
    """A wait that makes one edit each time, and then ends the watch."""
    left = [*edits]

    def wait(seconds: float) -> None:
        assert 0 < seconds <= 1
        if not left:
            raise _EndError
        left.pop(0)()

    return wait


def count(places: list[Path], *edits: Callable[[], object]) -> int:
    found = 0
    with suppress(_EndError):
        for _ in changes(places, waiting(*edits)):
            found += 1
    return found


def test_an_edit_a_new_and_a_lost_file_are_changes(tmp_path: Path) -> None:
    rule, settings = tmp_path / "rules" / "a.yml", tmp_path / "okta-access.toml"
    rule.parent.mkdir()
    rule.write_text("a", encoding="utf-8")
    places = [rule.parent, settings]
    assert count(places) == 1
    assert count(places, lambda: None, lambda: None) == 1
    assert count(places, lambda: rule.write_text("ab", encoding="utf-8")) == 2
    assert count(places, lambda: os.utime(rule, ns=(1, 1))) == 2
    assert count(places, lambda: settings.write_text("", encoding="utf-8"), rule.unlink) == 3
    assert count(places, lambda: (rule.parent / "notes.txt").write_text("x")) == 1


def test_lint_speaks_again_after_an_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, fixture = tmp_path / "rules" / "rule.yml", tmp_path / "fixtures" / "rule.yml"
    for file, text in ((rule, PLAIN), (fixture, FIXTURE)):
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    wait = waiting(
        lambda: rule.write_text(PLAIN.replace("condition: s", "condition: z"), encoding="utf-8"),
        fixture.unlink,
        rule.unlink,
    )
    monkeypatch.setattr("okta_access.cli.linting.changes", lambda places: changes(places, wait))
    with pytest.raises(_EndError):
        run(["--quiet", "lint", "--watch", "--select", "OA104,OA601"])
    captured = capsys.readouterr()
    assert [line.split()[:3] for line in captured.out.splitlines()] == [
        ["rules/rule.yml:16:16:", "error", "OA104"],
        ["rules/rule.yml:3:1:", "warning", "OA601"],
        ["rules/rule.yml:16:16:", "error", "OA104"],
    ]
    assert "nothing to read" in captured.err
