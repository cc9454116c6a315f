"""What the code lenses show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from okta_access.editor.projects import Project, project_of
from okta_access.editor.views import compiled_text, explained_on_fixture
from okta_access.errors import SettingsError
from tests.builders.editing import write_project
from tests.builders.linting import PLAIN, rule_with


def project(file: Path) -> Project:
    found = project_of(file)
    assert found is not None
    return found


def test_each_case_of_the_fixture_is_explained(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    asked = 'eventType is "access.request.create" (case counts)  (15:20)'
    assert explained_on_fixture(project(file), file, {}).splitlines() == [
        "rule  Okta Access Request Created",
        str(tmp_path / "fixtures" / "rule.yml"),
        "",
        "2: match: A user asks for access.",
        "    matches",
        "      condition: selection",
        f'      yes  selection: {asked}; eventType holds "access.request.create"',
        "",
        "6: miss: Another type.",
        "    does not match",
        "      condition: selection",
        f'      no   selection: {asked}; eventType holds "access.request.resolve"',
        "",
    ]


def test_a_correlation_is_explained_by_its_alerts(tmp_path: Path) -> None:
    write_project(tmp_path)
    file = tmp_path / "rules" / "burst.yml"
    lines = explained_on_fixture(project(file), file, {}).splitlines()
    assert "    alerts: 1 of 1 expected" in lines
    assert "    10 of 10 events count" in lines


def test_every_language_and_what_it_refuses(tmp_path: Path) -> None:
    write_project(tmp_path)
    file = tmp_path / "rules" / "burst.yml"
    made = compiled_text(project(file), file, {})
    heads = [line.split(" · ")[1:] for line in made.splitlines() if line.startswith("== ")]
    assert [name for name, *_ in heads] == [
        "splunk",
        "elastic-lucene",
        "elastic-eql",
        "elastic-esql",
    ]
    assert heads[1][1].startswith("refused: ")
    assert "STATS" in made


def test_the_buffer_is_what_is_shown(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    buffers = {os.path.realpath(file): PLAIN.replace("create", "cancel").encode()}
    assert "access.request.cancel" in compiled_text(project(file), file, buffers)
    assert "access.request.cancel" in explained_on_fixture(project(file), file, buffers)


def test_a_broken_rule_says_what_is_wrong(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    buffers = {os.path.realpath(file): rule_with("level: loud").encode()}
    for view in (compiled_text, explained_on_fixture):
        assert view(project(file), file, buffers).startswith(f"{file}:19:8: OA10")


def test_a_rule_without_a_fixture_says_so(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    (tmp_path / "fixtures" / "rule.yml").unlink()
    shown = explained_on_fixture(project(file), file, {})
    assert "no fixture: No such file or directory" in shown.splitlines()


def test_broken_settings_are_raised(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    (tmp_path / "okta-access.toml").write_text("[")
    with pytest.raises(SettingsError):
        compiled_text(project(file), file, {})
