"""What is open in an editor."""

from __future__ import annotations

from pathlib import Path

from okta_access.editor.desk import Desk
from tests.builders.editing import write_project
from tests.builders.linting import PLAIN


def test_a_file_is_known_by_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = write_project(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    linked = tmp_path / "link" / "rules" / "rule.yml"
    desk = Desk()
    sheet = desk.put(linked.as_uri(), linked, "title: a")
    assert sheet is not None
    assert desk.buffers() == {str(real): b"title: a"}
    assert desk.at(str(real)) is sheet
    assert desk.text_of(real).source == "title: a"


def test_only_opened_projects_are_known(tmp_path: Path) -> None:
    rule, desk = write_project(tmp_path), Desk()
    assert desk.known(rule) is None
    sheet = desk.put(rule.as_uri(), rule, PLAIN)
    assert sheet is not None
    assert desk.known(tmp_path / "fixtures" / "other.yml") is sheet.judge


def test_what_is_not_ours_is_not_noted(tmp_path: Path) -> None:
    desk = Desk()
    assert desk.put("untitled:1", None, "") is None
    assert desk.put("file:///a/b.yml", Path("/a/b.yml"), "") is None
    assert desk.put("file:///a/rules/b.txt", Path("/a/rules/b.txt"), "") is None
    assert desk.buffers() == {}


def test_a_sheet_knows_whether_it_is_saved(tmp_path: Path) -> None:
    rule, desk = write_project(tmp_path), Desk()
    typed = desk.put(rule.as_uri(), rule, "title: a")
    saved = desk.put(rule.as_uri(), rule, PLAIN)
    assert typed is not None
    assert saved is not None
    assert (typed.saved, saved.saved) == (False, True)
    rule.unlink()
    assert not saved.saved
    assert desk.take(rule.as_uri()) is saved
    assert desk.text_of(rule).source == ""
