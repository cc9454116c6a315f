"""A command as a whole process: CPU seconds and peak memory as the operating system counts them.

The peak of a process counts what its parent held when it was started: whoever measures stays small.
"""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system), wall seconds and peak memory in MB; medians over runs."""

    cpu: float
    wall: float
    peak_mb: float


def cost(command: Sequence[str], runs: int = 3) -> Cost:
    """The median cost of a command over so many runs. Raises where the command fails."""
    (found,) = costs([command], runs)
    return found


def costs(commands: Sequence[Sequence[str]], runs: int) -> list[Cost]:
    """The median cost of each of several commands. Raises where one fails.

    They run in turn: whatever else the machine does weighs on all of them.
    """
    turns = [[_once(command) for command in commands] for _ in range(runs)]
    return [_median(found) for found in zip(*turns, strict=True)]


def _median(found: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(one.cpu for one in found),
        statistics.median(one.wall for one in found),
        statistics.median(one.peak_mb for one in found),
    )


def _once(command: Sequence[str]) -> Cost:
    start = os.times().elapsed
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    wall = os.times().elapsed - start
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)
