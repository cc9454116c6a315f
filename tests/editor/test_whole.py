"""A whole project, judged by another process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from okta_access.editor.projects import Project
from okta_access.editor.whole import judged, judged_apart
from okta_access.errors import CatalogError, OktaAccessError
from tests.builders.editing import write_project
from tests.builders.linting import rule_with


def test_both_processes_say_the_same(tmp_path: Path) -> None:
    write_project(tmp_path).write_text(
        rule_with("detection:\n    selection:\n        eventType: Access.Request.Create\n"
                  "    condition: selection\nid: 7b0a4e4c-3d6a-4d58-9a60-2f1f0c1f6a7e\n")
    )  # fmt: skip
    project = Project(tmp_path)
    found = judged(project)
    assert any(one.fix for one in found)
    assert any(one.earlier for one in found)
    assert asyncio.run(judged_apart(project)) == found


def test_without_rules_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert asyncio.run(judged_apart(Project(tmp_path))) == ()


def test_what_cannot_be_read_is_raised_with_the_same_words(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "own.catalog").write_text("form: another\n")
    project = Project(tmp_path, (tmp_path / "own.catalog",))
    with pytest.raises(CatalogError) as here:
        judged(project)
    with pytest.raises(OktaAccessError) as there:
        asyncio.run(judged_apart(project))
    assert str(there.value) == str(here.value)
