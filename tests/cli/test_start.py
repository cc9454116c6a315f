"""A start on rules that are kept ready imports nothing that only reading rules needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from okta_access.content import fixtures_dir

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
HEAVY = {
    "hypothesis",
    "jsonschema",
    "pyparsing",
    "pygments",
    "rich",
    "sigma",
    "tree_sitter",
    "yaml",
}
HEAVY |= {"elasticsearch", "elastic_transport", "tree_sitter"}
PROBE = """
import sys
from okta_access.cli import run
code = run(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def modules(arguments: list[str], cache: str) -> tuple[str, set[str]]:
    """What a command prints, and the packages it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "--quiet", *arguments],
        env={**os.environ, "OKTA_ACCESS_CACHE": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    code, *names = done.stderr.splitlines()[-1].split()
    assert code == "0"
    return done.stdout, set(names)


@pytest.mark.parametrize("arguments", [["scan", DEMO, "--format", "jsonl"], ["lint"], ["list"]])
def test_a_warm_start_is_light_and_says_the_same(arguments: list[str], tmp_path: Path) -> None:
    cache = str(tmp_path / "kept")
    cold, needed = modules(arguments, "off")
    assert "sigma" in needed
    first, _ = modules(arguments, cache)
    warm, imported = modules(arguments, cache)
    assert cold == first == warm
    assert imported & HEAVY == set()


def test_several_starts_at_once_say_the_same(tmp_path: Path) -> None:
    """On an empty cache: each finds it as another one leaves it."""
    command = [sys.executable, "-c", PROBE, "--quiet", "lint", "--format", "json"]
    environment = {**os.environ, "OKTA_ACCESS_CACHE": str(tmp_path / "kept")}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(said) == 1
    assert modules(["lint", "--format", "json"], str(tmp_path / "kept"))[0].encode() in said
