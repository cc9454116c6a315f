"""What a command costs before its work begins: with nothing kept by earlier runs, and with all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Cost, cost

_CACHE = "OKTA_ACCESS_CACHE"
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_BYTECODE = "PYTHONPYCACHEPREFIX"


def as_installed(folder: Path) -> None:
    """Let this process and those it starts keep bytecode, as pip leaves it, and caches in there."""
    os.environ.pop(_NO_BYTECODE, None)
    os.environ[_BYTECODE] = str(folder / "bytecode")
    os.environ[_CACHE] = str(folder / "kept")


def starts(command: Sequence[str], folder: Path, runs: int) -> tuple[Cost, Cost]:
    """The median cost of a command whose cache is empty, and of one that ran before.

    ``folder`` takes the caches. Raises where the command fails.
    """
    before = os.environ[_CACHE]
    try:
        cost(command, 1)
        cold = []
        for _ in range(runs):
            os.environ[_CACHE] = str(Path(tempfile.mkdtemp(dir=folder), "kept"))
            cold.append(cost(command, 1))
        warm = cost(command, runs)
    finally:
        os.environ[_CACHE] = before
    return sorted(cold, key=lambda one: one.cpu)[runs // 2], warm
