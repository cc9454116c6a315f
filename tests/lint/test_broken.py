"""Broken rules and settings, a folder each: every fault at its line and column, and no other.

A folder holds ``rule.yml`` or ``okta-access.toml`` and ``expected.txt``, written by hand: the place
and code of each error and warning.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from okta_access.lint.findings import Severity
from tests.builders.linting import FIXTURE, PLAIN, lint_paths, lint_text

BROKEN = Path(__file__).with_name("broken")
CASES = sorted(folder.name for folder in BROKEN.iterdir())
SETTINGS = "okta-access.toml"


def test_there_are_150() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize("case", CASES)
def test_every_fault_is_named_at_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    folder = BROKEN / case
    monkeypatch.chdir(tmp_path)
    if (folder / SETTINGS).exists():
        shutil.copy(folder / SETTINGS, tmp_path)
        judged, text = SETTINGS, PLAIN
    else:
        judged, text = "rules/rule.yml", (folder / "rule.yml").read_text(encoding="utf-8")
    for name, digit in (("base", "1"), ("other", "2")):  # what correlations refer to
        own = PLAIN.replace("name: rule", f"name: {name}").replace("id: 0", f"id: {digit}")
        path = tmp_path / "rules" / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(own, encoding="utf-8")
    lint_text(Path(), text, fixture=FIXTURE if "correlation:" not in text else HISTORY)
    found = lint_paths(Path("rules/rule.yml")).findings
    assert [one.span.file for one in found if one.span.file != judged] == []
    said = [
        f"{one.span.line}:{one.span.column} {one.code}"
        for one in found
        if one.severity is not Severity.INFO
    ]
    assert said == (folder / "expected.txt").read_text(encoding="utf-8").splitlines()


HISTORY = """\
match:
    - why: Many requests of one person.
      history:
          - at: 0s
            event: {eventType: access.request.create, actor.id: a}
miss:
    - why: One request.
      history:
          - at: 0s
            event: {eventType: access.request.create, actor.id: a}
"""
