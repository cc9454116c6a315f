"""What CONTRIBUTING.md tells a newcomer to write and run does what it says, on a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("fixtures", "rules", "src", "engines", "tests")
BLOCK = re.compile(r"^(`{3,4})(sh|yaml|python)(?: (\S+))?\n(.*?\n)\1\n", re.MULTILINE | re.DOTALL)
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
# By title, each up to the next.
SECTIONS = dict(re.findall(r"^## (Add .*)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(tree: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """As in the copy's own environment; `okta-access` and `python` are those of its sources."""
    tools = tree / "bin"
    tools.mkdir(exist_ok=True)
    for name, started in (("python", ""), ("okta-access", " -m okta_access.cli")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{started} "$@"\n')
        (tools / name).chmod(0o755)
    return subprocess.run(
        ["sh", "-e", "-c", commands],
        cwd=tree,
        env={
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(tree / "src"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_thing_to_add_has_an_example() -> None:
    things = ("rule", "check", "target", "oracle", "assumption")
    assert [title.split()[-1] for title in SECTIONS] == [*things]


@pytest.mark.parametrize("title", SECTIONS)
def test_the_example_works(tree: Path, title: str) -> None:
    """And does not without its files: so it is these that the commands are about."""
    blocks = BLOCK.findall(SECTIONS[title])
    (commands,) = [text for _, kind, _, text in blocks if kind == "sh"]
    files = {path: text for _, kind, path, text in blocks if kind != "sh"}
    assert run(tree, commands).returncode != 0
    for path, text in files.items():
        assert not (tree / path).exists()
        (tree / path).write_text(text, "utf-8")
    ran = run(tree, commands)
    assert ran.returncode == 0, ran.stdout + ran.stderr
