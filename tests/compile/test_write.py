"""Compiled files on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.compile.write import Difference, check_rule_name, differences, write_files
from okta_access.errors import InputError, OktaAccessError, Refused

FILES = {"a.esql": b"1\n", "b.esql": b"2\n"}


def test_what_is_written_does_not_differ(tmp_path: Path) -> None:
    place = tmp_path / "new" / "folder"
    write_files(FILES, place)
    assert {p.name: p.read_bytes() for p in place.iterdir()} == FILES
    assert differences(FILES, place, {".esql"}) == ()


def test_differences_are_named(tmp_path: Path) -> None:
    write_files(FILES, tmp_path)
    (tmp_path / "a.esql").write_bytes(b"1\r\n")
    (tmp_path / "b.esql").unlink()
    (tmp_path / "old.esql").touch()
    (tmp_path / "notes.txt").touch()
    assert differences(FILES, tmp_path, {".esql"}) == (
        Difference("a.esql", "changed"),
        Difference("b.esql", "missing"),
        Difference("old.esql", "stale"),
    )


def test_a_folder_that_cannot_be_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for ask in (lambda p: write_files(FILES, p), lambda p: differences(FILES, p, {".esql"})):
        with pytest.raises(InputError, match="file"):
            ask(tmp_path / "file")


@pytest.mark.parametrize("name", ["../a.esql", "a/b.esql", "", ".", ".a", "a.", "a\n.esql", "a b"])
def test_a_name_that_leads_elsewhere_is_never_written(tmp_path: Path, name: str) -> None:
    place = tmp_path / "in"
    with pytest.raises(OktaAccessError):
        write_files({**FILES, name: b""}, place)
    assert not place.exists()


@given(st.text())
def test_a_rule_name_that_passes_is_one_plain_word(name: str) -> None:
    try:
        check_rule_name(name)
    except Refused:
        return
    assert Path(name).name == name
    assert {*name} <= {*"abcdefghijklmnopqrstuvwxyz0123456789_-"}
