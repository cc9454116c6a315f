"""Fingerprints: another content, another digest; nothing is imported to find out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from okta_access.store import fingerprints


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two files in the place of ours."""
    for name in ("rules/a.py", "rules/data.yml", "rules/__pycache__/a.pyc", "lint/b.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
        os.utime(path, (1_000, 1_000))
    monkeypatch.setattr(fingerprints, "_PACKAGE", tmp_path)
    return tmp_path


def code(*parts: str) -> bytes:
    fingerprints._code.cache_clear()
    found = fingerprints.code(*parts)
    fingerprints._code.cache_clear()
    return found


@pytest.mark.parametrize("name", ["rules/a.py", "rules/data.yml", "rules/new.py"])
def test_code_is_known_by_its_content_and_not_its_time(package: Path, name: str) -> None:
    before, lint = code("rules"), code("lint")
    (package / name).write_text("2")
    os.utime(package / name, (1_000, 1_000))
    assert code("rules") != before
    assert code("lint") == lint


def test_what_python_compiled_does_not_count(package: Path) -> None:
    before = code("rules")
    (package / "rules/__pycache__/a.pyc").write_text("2")
    os.utime(package / "rules/a.py", (2_000, 2_000))
    assert code("rules") == before


def test_a_file_that_moves_is_another(package: Path) -> None:
    before = code("rules")
    (package / "rules/a.py").rename(package / "rules/z.py")
    assert code("rules") != before


def test_a_package_without_files_has_none(package: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        code("nothing")


def test_code_that_was_edited_since_the_start_is_not_settled(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "_STARTED", 1_010)
    assert fingerprints.is_settled("rules", "lint")
    os.utime(package / "lint/b.py", (1_009, 1_009))
    assert fingerprints.is_settled("rules")
    assert not fingerprints.is_settled("rules", "lint")
    assert not fingerprints.is_settled("nothing")


PROBE = """
import sys
from okta_access.store.fingerprints import libraries
print(libraries("thing", "missing").hex(), "thing" in sys.modules)
"""


def libraries(folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_libraries_are_known_without_importing_them(tmp_path: Path) -> None:
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing/__init__.py").write_text("raise SystemExit('imported')")
    first = libraries(tmp_path)
    assert first.endswith("False\n")
    assert libraries(tmp_path) == first
    os.utime(tmp_path / "thing/__init__.py", (1, 1))
    second = libraries(tmp_path)
    assert second != first
    (tmp_path / "other-1.0.dist-info").mkdir()
    assert libraries(tmp_path) not in (first, second)
