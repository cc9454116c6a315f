"""``rules.lock`` as text: what is written is read back, after merges too."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.errors import InputError
from okta_access.rules.lock.file import EMPTY, Lock, Locked, lock_beside, parsed, read_lock
from okta_access.rules.lock.releases import Release, release_before, release_in
from tests.builders.files import write

WORD = st.text("abcdefghij_-0123456789", min_size=1)
LINES = st.builds(
    Locked,
    WORD,
    st.integers(1, 999_999_999),
    st.text("0123456789abcdef", min_size=1),
    WORD,
    st.booleans(),
)
A = Locked("a", 1, "0f", "1")
B = Locked("b", 2, "1f", "2", retired=True)


@given(st.lists(LINES, unique_by=lambda one: one.id))
def test_what_is_written_is_read(rules: list[Locked]) -> None:
    lock = Lock({one.id: one for one in rules})
    assert parsed(str(lock), "rules.lock") == lock


def test_a_line_a_rule_sorted_by_name() -> None:
    lines = [line for line in str(Lock({"2": B, "1": A})).splitlines() if not line.startswith("#")]
    assert lines == ["a 1 0f 1 active", "b 2 1f 2 retired"]


def test_both_sides_of_a_conflict_are_read() -> None:
    text = f"<<<<<<< HEAD\n{B}\na 2 aa 1 active\n=======\n{A}\n>>>>>>> theirs\n"
    lock = parsed(text, "rules.lock")
    assert lock.rules == {"1": Locked("a", 2, "aa", "1"), "2": B}
    assert [problem.span.line for problem in lock.conflict] == [1, 4, 6]
    assert lock.problems == ()


@pytest.mark.parametrize("line", ["a 0 0f 1 active", "a 1 xy 1 active", "a 1 0f 1 gone", "a 1"])
def test_a_line_of_another_form_is_named(line: str) -> None:
    lock = parsed(f"# a comment\n\n{A}\n{line}\n", "rules.lock")
    assert lock.rules == {"1": A}
    assert [str(problem.span) for problem in lock.problems] == ["rules.lock:4:1"]


def test_files_that_are_no_lock(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "none.lock") is None
    (tmp_path / "latin.lock").write_bytes(b"\xe9")
    found = read_lock(tmp_path / "latin.lock")
    assert found is not None
    assert [problem.message for problem in found.problems] == ["not UTF-8 text"]


def test_the_lock_lies_beside_the_folder_of_the_rules() -> None:
    assert lock_beside(["a/rules/correlation/base/x.yml"]) == Path("a/rules.lock")
    assert lock_beside(["elsewhere/x.yml"]) is None


def test_the_release_before_is_the_highest_below(tmp_path: Path) -> None:
    for name in ("0.9.0", "0.10.0", "1.0.0", "notes"):
        write(tmp_path, {f"releases/{name}/rules.lock": str(Lock({"1": A}))})
    lock = tmp_path / "rules.lock"
    names = {
        version: found.name if (found := release_before(version, lock)) else None
        for version in ("1.0.0", "0.10.0", "0.9.0", "2.0", "0.9.1.dev1")
    }
    assert names == {
        "1.0.0": "0.10.0",
        "0.10.0": "0.9.0",
        "0.9.0": None,
        "2.0": "1.0.0",
        "0.9.1.dev1": "0.9.0",
    }


def test_a_release_must_be_readable(tmp_path: Path) -> None:
    folder = tmp_path / "1.0.0"
    with pytest.raises(InputError, match="no such file"):
        release_in(folder)
    write(folder, {"rules.lock": "=======\n"})
    with pytest.raises(InputError, match="a merge conflict"):
        release_in(folder)
    write(folder, {"rules.lock": str(EMPTY)})
    assert release_in(folder) == Release("1.0.0", EMPTY, folder)
