"""What a command costs before its work begins: with nothing kept from earlier runs, and with all.

Measured as installed: Python's bytecode is there in both cases, as pip leaves it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Cost, cost

_CACHE = "OKTA_ACCESS_CACHE"
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_BYTECODE = "PYTHONPYCACHEPREFIX"


def starts(command: Sequence[str], folder: Path, runs: int) -> tuple[Cost, Cost]:
    """The median cost of a command whose cache is empty, and of one that ran before.

    ``folder`` takes the caches and the bytecode. Raises where the command fails.
    """
    before = dict(os.environ)
    os.environ.pop(_NO_BYTECODE, None)
    os.environ[_BYTECODE] = str(folder / "bytecode")
    try:
        cost(command, 1)
        cold = []
        for _ in range(runs):
            os.environ[_CACHE] = str(Path(tempfile.mkdtemp(dir=folder), "kept"))
            cold.append(cost(command, 1))
        warm = cost(command, runs)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return sorted(cold, key=lambda one: one.cpu)[runs // 2], warm
