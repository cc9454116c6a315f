"""Native rules: `list` and `explain` know them, and say that nothing here judges them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_access.cli import run
from okta_access.compile.native import load_native_rules


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without rules, so that the packaged ones count."""
    monkeypatch.chdir(tmp_path)


def test_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "list", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    native = {row["name"]: row["id"] for row in rows if row["kind"] == "native"}
    assert native == {one.name: one.meta.id for one in load_native_rules()}


def test_they_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for one in load_native_rules():
        assert one.meta.runbook
        for name in (one.name, one.meta.id):
            assert run(["--quiet", "explain", name]) == 0
            lines = capsys.readouterr().out.splitlines()
            assert lines[0] == f"{one.name}  {one.meta.title}"
            assert lines[2].startswith("native: ")
            assert lines[3] == f"  of events that match {one.base}:"
            assert all(field in lines[4] for field in (*one.fields, one.history.text))
            assert f"  Check first: {one.meta.runbook.first}" in lines


def test_they_say_nothing_of_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    one = load_native_rules()[0]
    Path("log.jsonl").write_text('{"eventType": "access.request.create"}', "utf-8")
    assert run(["--quiet", "explain", one.name, "log.jsonl:1"]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert f"`{one.name}` is native to the SIEMs" in captured.err
    assert one.base in captured.err
