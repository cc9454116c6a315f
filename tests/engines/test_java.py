"""Which Java an engine is given."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engines import EngineUnavailable, java
from engines.java import Java, find_java


def _java(home: Path, *told: str, code: int = 0) -> Path:
    """A ``java`` that tells this of itself."""
    command = home / "bin" / "java"
    command.parent.mkdir(parents=True)
    echoes = "".join(f"echo '{line}' >&2\n" for line in told)
    command.write_text(f"#!/bin/sh\n{echoes}exit {code}\n")
    command.chmod(0o755)
    return command


def _told(version: str) -> tuple[str, ...]:
    return ("    java.home = /opt/some java", f"    java.specification.version = {version}")


@pytest.mark.parametrize(("version", "release"), [("17", 17), ("21", 21), ("1.8", 8)])
def test_the_java_of_java_home_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, release: int
) -> None:
    _java(tmp_path / "a", *_told(version))
    _java(tmp_path / "b", *_told("99"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "a"))
    monkeypatch.setenv("PATH", str(tmp_path / "b" / "bin"))
    assert find_java(8) == Java(Path("/opt/some java"), release)
    monkeypatch.setenv("JAVA_HOME", "")
    assert find_java(8).release == 99


@pytest.mark.parametrize(
    ("told", "code", "reason"),
    [
        (_told("16"), 0, "needs Java 17 or later, and finds Java 16"),
        (_told("17"), 1, "does not run"),
        (("Not a java at all",), 0, "does not tell its version"),
    ],
)
def test_a_java_that_will_not_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: tuple[str, ...],
    code: int,
    reason: str,
) -> None:
    _java(tmp_path, *told, code=code)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(java, "_INSTALLED", tmp_path / "nowhere")
    with pytest.raises(EngineUnavailable, match=reason):
        find_java(17)


def test_one_that_is_installed_beside_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, version in [("old", "16"), ("beside/a", "11"), ("beside/b", "21")]:
        _java(tmp_path / name, *_told(version))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    monkeypatch.setattr(java, "_INSTALLED", tmp_path / "beside")
    assert find_java(16).release == 16
    assert find_java(17).release == 21


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineUnavailable, match="finds none on PATH"):
        find_java(17)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(EngineUnavailable, match="does not run"):
        find_java(17)


@pytest.mark.skipif(shutil.which("java") is None, reason="no java here")
def test_a_real_java_tells_where_it_is() -> None:
    found = find_java(1)
    assert (found.home / "bin" / "java").exists()
