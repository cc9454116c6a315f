"""What the tests reach, per room: lines and branches together, and which rooms lie below the mark.

Reads the JSON that ``coverage`` writes: ``python -m bench.coverage FILE``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

MARK = 90.0


def rooms(report: Mapping[str, Any]) -> dict[str, float]:
    """Of each room the share, in percent, of its lines and branches that were reached.

    >>> one = {"num_statements": 6, "covered_lines": 5, "num_branches": 4, "covered_branches": 3}
    >>> rooms({"files": {"src/okta_access/lint/engine.py": {"summary": one}}})
    {'lint': 80.0}
    """
    all_of, reached = defaultdict[str, int](int), defaultdict[str, int](int)
    for name, file in report["files"].items():
        if "okta_access" not in PurePath(name).parts:
            continue  # a module that a test made up
        inside = PurePath(name).parts[PurePath(name).parts.index("okta_access") + 1 :]
        room, summary = PurePath(inside[0]).stem, file["summary"]
        all_of[room] += summary["num_statements"] + summary["num_branches"]
        reached[room] += summary["covered_lines"] + summary["covered_branches"]
    return {room: 100 * reached[room] / all_of[room] for room in sorted(all_of) if all_of[room]}


def main(file: str) -> None:
    """Prints a line a room, and the rooms below the mark."""
    found = rooms(json.loads(Path(file).read_text("utf-8")))
    for room, share in found.items():
        print(f"{room:12} {share:5.1f} %")
    below = [room for room, share in found.items() if share < MARK]
    print(f"below {MARK:.0f} %: {', '.join(below) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1])
