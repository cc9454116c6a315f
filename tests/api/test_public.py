"""What the package exports: named once, loaded late, and everything that is documented."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import okta_access
from okta_access.cli import run

ROOT = Path(__file__).resolve().parents[2]


def _checked_imports() -> dict[str, str]:
    """What a type checker is told: each name, and where it comes from."""
    tree = ast.parse(Path(okta_access.__file__).read_text("utf-8"))
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}".removeprefix("okta_access.")
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_a_type_checker_sees_what_a_program_gets() -> None:
    assert _checked_imports() == okta_access._HOMES
    assert {*okta_access.__all__} == {*okta_access._HOMES, "__version__"}
    assert dir(okta_access) == okta_access.__all__


def test_each_name_is_what_it_says() -> None:
    for name, home in okta_access._HOMES.items():
        module, _, attribute = home.rpartition(".")
        there = getattr(import_module(f"okta_access.{module}"), attribute)
        assert getattr(okta_access, name) is there


def test_no_name_hides_a_room_of_the_package() -> None:
    rooms = {path.stem for path in (ROOT / "src" / "okta_access").iterdir()}
    assert rooms.isdisjoint(okta_access._HOMES)


def test_what_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_rulez'"):
        _ = okta_access.load_rulez  # type: ignore[attr-defined]  # that is the test


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, okta_access; print(*(m for m in sys.modules if 'okta_access.' in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def _blocks(file: str) -> list[str]:
    return re.findall(
        r"^```python\n(.*?)^```", (ROOT / file).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


def _said(code: str) -> list[str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "example", "exec"), {})
    return out.getvalue().splitlines()


def test_the_example_of_the_readme_finds_what_scan_finds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = _blocks("README.md")
    assert run(["--quiet", "scan", "fixtures/demo/week.jsonl", "--format", "jsonl"]) == 0
    told = re.findall(r'"title": "(.*?)"', capsys.readouterr().out)
    said = _said(example)
    assert said
    assert [line.split("  ")[-1] for line in said] == told


def test_the_guide_names_all_and_its_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    guide = (ROOT / "docs" / "library.md").read_text("utf-8")
    assert {*okta_access._HOMES} - {*re.findall(r"\w+", guide)} == set()
    for example in _blocks("docs/library.md"):
        exec(compile(example, "example", "exec"), {})
