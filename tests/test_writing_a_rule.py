"""What docs/writing-a-rule.md tells to run and to write does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from okta_access.catalog.load import load_catalog
from okta_access.catalog.outcomes import load_outcomes
from okta_access.catalog.pivots import load_pivots
from okta_access.cli import run
from okta_access.rules.fixtures import read_fixture
from okta_access.rules.pivots import next_query
from okta_access.rules.settings.files import SETTINGS_FILE, load_settings
from tests.floors import ROOT

PAGE = (ROOT / "docs" / "writing-a-rule.md").read_text("utf-8")
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    """The blocks of a language, without their indentation."""
    found = [(indent, text) for indent, name, text in BLOCK.findall(PAGE) if name == kind]
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def test_every_command_runs_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line.split(" | ")[0] for text in blocks("sh") for line in text.splitlines()]
    assert len(lines) >= 8
    for line in lines:
        program, *arguments = shlex.split(line, comments=True)
        assert program == "okta-access"
        assert run(arguments) == 0, (line, capsys.readouterr())
    assert list(Path("upstream").rglob("okta_access_my_rule.yml"))


def test_the_examples_are_of_the_form_that_is_read(tmp_path: Path) -> None:
    read = 0
    for text in blocks("yaml"):
        (key, *_) = tree = yaml.safe_load(text)
        if key == "match":
            path = tmp_path / "fixture.yml"
            path.write_text(text, "utf-8")
            problems = [one.message for one in read_fixture(path, load_catalog()).problems]
            assert problems == []
        elif key == "runbook":
            assert next_query(tree[key]["pivot"])
        read += key in ("match", "runbook")
    assert read == 3
    (settings,) = blocks("toml")
    (tmp_path / SETTINGS_FILE).write_text(settings, "utf-8")
    assert load_settings([tmp_path / SETTINGS_FILE]).lists


def test_the_tables_are_those_of_the_catalogue() -> None:
    pivots = re.findall(r"^   \| `([a-z-]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    shown = {name: one.shows[0].lower() + one.shows[1:] for name, one in load_pivots().items()}
    assert dict(pivots) == shown
    for kind, outcomes in load_outcomes().items():
        (row,) = re.findall(rf"^   \| {kind.replace('_', ' ')} \| (.+) \| ", PAGE, re.MULTILINE)
        assert row.startswith(", ".join(outcomes.values))
