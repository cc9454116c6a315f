"""Whether another engine finds the same: what rsigma and a scan say of one corpus.

``python -m bench.verdicts RULES CORPUS COMMAND…`` prints it: a process of its own, for whoever
measures stays small.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

Found = set[tuple[str, str | None]]
"""Of each match the rule's id and the event's uuid."""


_Form = TypeVar("_Form")


class _Event(msgspec.Struct):
    uuid: str | None = None


class _Match(msgspec.Struct):
    rule_id: str
    event: _Event


class _Alert(msgspec.Struct):
    id: str
    events: tuple[str | None, ...]


def compared(rsigma: Sequence[str], rules: Path, corpus: Path) -> str:
    """What both find and what only one does, in a line; ``rsigma`` is a command that evaluates."""
    theirs: Found = {
        (one.rule_id, one.event.uuid) for one in _lines((*rsigma, "--include-event"), _Match)
    }
    scan = (sys.executable, "-m", "okta_access.cli", "--quiet", "scan", str(corpus))
    options = ("--rules", str(rules), "--level", "informational", "--format", "jsonl")
    ours: Found = {(one.id, one.events[0]) for one in _lines((*scan, *options), _Alert)}
    return (
        f"{len(ours & theirs):,} matches are found by both, {len(ours - theirs):,} by the scan"
        f" alone and {len(theirs - ours):,} by rsigma alone"
    )


def _lines(command: Sequence[str], form: type[_Form]) -> list[_Form]:
    decoder = msgspec.json.Decoder(form)
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return [decoder.decode(line) for line in ran.stdout.splitlines()]


if __name__ == "__main__":
    print(compared(sys.argv[3:], Path(sys.argv[1]), Path(sys.argv[2])))
