"""Filter documents are linted as rules are, where they have the same parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.linting import PLAIN, lint_paths, lint_text

FILTER = """\
title: Automation Accounts
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: quiet
description: Takes away what our automation does.
date: 2026-01-01
logsource:
    product: okta
    service: okta
filter:
    rules:
        - rule
    selection:
        actor.id: robot
    condition: not selection
"""


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("", "", None),
        ("- rule", "- rull", (11, 11, "OA111")),
        ("actor.id", "actor.idd", (13, 9, "OA201")),
        ("actor.id: robot", "outcome.result: robot", (13, 25, "OA206")),
        ("not selection", "not selectoin", (14, 20, "OA104")),
        ("    selection:", "    unused:\n        actor.id: x\n    selection:", (12, 5, "OA105")),
        ("actor.id: robot", "actor.type|all: [User, System]", (14, 16, "OA302")),
        ("title:", "titel:", (1, 1, "OA101")),
        ("id: 5b4b", "id: xb4b", (2, 5, "OA113")),
        ("date: 2026", "date: 26", (5, 7, "OA102")),
        ("name: quiet", "name: loud", (3, 7, "OA106")),
    ],
)
def test_filters(tmp_path: Path, old: str, new: str, place: tuple[int, int, str] | None) -> None:
    lint_text(tmp_path, PLAIN)
    path = tmp_path / "rules" / "quiet.yml"
    path.write_text(FILTER.replace(old, new, 1), encoding="utf-8")
    found = [
        (one.span.line, one.span.column, one.code)
        for one in lint_paths(tmp_path / "rules").findings
        if one.span.file == str(path)
    ]
    assert found == [] if place is None else place in found
