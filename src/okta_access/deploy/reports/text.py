"""A plan that a person reads: what happens to each rule, field by field, long texts as a diff."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from okta_access.deploy.plan import Change, Difference, Plan
from okta_access.reporting.printable import printable

_SHORT = 60
# Where a query of one line is broken, so that a diff shows the part that changed.
_PARTS = re.compile(r" (?=\||AND |OR )")


def lines(plan: Plan) -> Iterator[str]:
    """The lines of a plan; none where nothing is to be done."""
    for change in plan.changes:
        yield printable(f"{change.action}: {change.name}{_id(change)}")
        if change.reason:
            yield f"  {change.reason}"
        if change.obstacle:
            yield printable(f"  not done: {change.obstacle}")
        for difference in change.differences:
            yield from (printable(f"  {line}") for line in _difference(difference))


def summary(plan: Plan) -> str:
    """The plan in a line."""
    counts: dict[str, int] = {}
    for change in plan.changes:
        word = "not done" if change.obstacle else f"to {change.action}"
        counts[word] = counts.get(word, 0) + 1
    told = ", ".join(f"{number} {word}" for word, number in counts.items()) or "nothing to do"
    return f"{plan.place}: {told}; {plan.same} as shipped"


def _id(change: Change) -> str:
    return "" if change.name == change.key else f" ({change.key})"


def _difference(one: Difference) -> Iterator[str]:
    there, shipped = _short(one.there), _short(one.shipped)
    if "\n" not in there + shipped and max(len(there), len(shipped)) <= _SHORT:
        yield f"{one.name}: {there} -> {shipped}"
        return
    yield f"{one.name}:"
    found = unified_diff(_long(one.there), _long(one.shipped), "there", "shipped", n=1)
    yield from (f"  {line.rstrip()}" for line in found)


def _short(value: Any) -> str:
    if value is None:
        return "(none)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _long(value: Any) -> list[str]:
    """A text by its lines, or the parts of its one; a list by its members."""
    if value is None:
        return []
    if isinstance(value, list):
        return [_short(one) for one in value]
    text = _short(value)
    return text.splitlines() if "\n" in text else _PARTS.sub("\n", text).splitlines()
