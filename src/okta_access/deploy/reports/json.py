"""A plan as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from okta_access.deploy.plan import Change, Plan


def text(plan: Plan, made: Iterable[Change] | None = None) -> str:
    """The plan; ``made`` are the changes that were made, None where none was to be."""
    told: dict[str, Any] = {
        "place": plan.place,
        "same": plan.same,
        "changes": [_change(change) for change in plan.changes],
    }
    if made is not None:
        told["made"] = [change.key for change in made]
    return json.dumps(told, ensure_ascii=False)


def _change(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "key": change.key,
        "name": change.name,
        "reason": change.reason,
        "obstacle": change.obstacle,
        "fields": [
            {"name": one.name, "there": one.there, "shipped": one.shipped}
            for one in change.differences
        ],
    }
