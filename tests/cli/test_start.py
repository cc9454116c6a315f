"""A start on rules that are kept ready imports nothing that only reading rules needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from okta_access.content import fixtures_dir

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
HEAVY = {"hypothesis", "jsonschema", "pyparsing", "pygments", "rich", "sigma", "yaml"}
HEAVY |= {"elasticsearch", "elastic_transport"}
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
