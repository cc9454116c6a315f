"""The release, where no command is needed to see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.api.bundling import at_work
from okta_access.content import rules_dir


def test_what_is_shown_at_work_is_the_same_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rules_dir().parent)
    here = at_work()
    monkeypatch.chdir(tmp_path)
    assert at_work() == here
    monkeypatch.chdir("/")
    assert at_work() == here
    assert "week.jsonl:" in here
    assert str(rules_dir().parent) not in here
