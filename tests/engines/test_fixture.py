"""What a run of tests says where the engine is not to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE_TEST = "tests/prove/test_elastic_whole.py::test_the_version_is_the_servers"
NO_JAVA = "engine check did not run: needs Java 17 or later, and finds none on PATH"


def _pytest(place: Path, wish: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of one test that needs the engine, on a machine without Java."""
    kept = {name: value for name, value in os.environ.items() if name not in
            {"JAVA_HOME", "OKTA_ACCESS_ELASTICSEARCH", "PYTEST_XDIST_WORKER"}}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, ONE_TEST],
        cwd=ROOT,
        env={**kept, "PATH": str(place), "OKTA_ACCESS_ENGINE": wish},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "workers"])
def test_without_java_the_check_is_skipped_and_says_so(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    ran = _pytest(tmp_path, "", *options)
    assert ran.returncode == 0, ran.stdout
    assert "1 skipped" in ran.stdout
    # Once as a line of its own, whichever process it was told in, and once as the reason.
    assert ran.stdout.splitlines().count(NO_JAVA) == 1
    assert any(line.startswith("SKIPPED") and NO_JAVA in line for line in ran.stdout.splitlines())


@pytest.mark.parametrize(
    ("wish", "code", "line"),
    [
        ("required", 1, NO_JAVA),
        ("off", 0, "engine check did not run: OKTA_ACCESS_ENGINE=off"),
        ("of", 1, "OKTA_ACCESS_ENGINE is 'of', expected required or off"),
    ],
)
def test_the_wish_decides(tmp_path: Path, wish: str, code: int, line: str) -> None:
    ran = _pytest(tmp_path, wish)
    assert ran.returncode == code, ran.stdout
    assert line in ran.stdout.splitlines()
