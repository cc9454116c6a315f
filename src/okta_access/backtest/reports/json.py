"""One JSON object: ``{"form": "okta-access-backtest/1", "days": …, "rules": […], …}``."""

from __future__ import annotations

import json
from typing import Any

from okta_access.backtest.compare import Compared, Comparison, Some
from okta_access.backtest.days import Counts, Row
from okta_access.backtest.report import Report
from okta_access.scan.alerts import Alert

FORM = "okta-access-backtest/1"


def render(report: Report) -> str:
    """The object, indented and in ASCII; keys are always there, what is missing is null."""
    counts = report.counts
    whole = {
        "form": FORM,
        "days": {
            "first": counts.days[0].isoformat() if counts.days else None,
            "last": counts.days[-1].isoformat() if counts.days else None,
            "count": len(counts.days),
        },
        "rules": [_rule(counts, row) for row in counts.rows],
        "expectations": [
            {"expected": one.expected, "found": one.found, "met": one.met}
            for one in report.verdicts
        ],
        "comparison": _comparison(report.comparison, report.against),
    }
    return json.dumps(whole, indent=2) + "\n"


def _rule(counts: Counts, row: Row) -> dict[str, Any]:
    busiest = counts.busiest(row.per_day)
    mean = counts.mean(row.total)
    return {
        "rule": row.rule,
        "id": row.id,
        "title": row.title,
        "level": row.level.value,
        "kind": row.kind,
        "state": "off" if row.off else "on",
        "alerts": row.total,
        "a_day": None if mean is None else round(mean, 6),
        "busiest": {"day": busiest[0].isoformat(), "alerts": busiest[1]} if busiest else None,
        "undated": row.undated,
        "days": {
            day.isoformat(): count
            for day, count in zip(counts.days, row.per_day, strict=True)
            if count
        },
    }


def _comparison(comparison: Comparison | None, against: str) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {"against": against, "rules": [_compared(one) for one in comparison.rules]}


def _compared(one: Compared) -> dict[str, Any]:
    change = one.change
    return {
        "rule": one.row.rule,
        "level": one.row.level.value,
        "before": None if one.before is None else one.before.total,
        "after": None if one.after is None else one.after.total,
        "note": one.note,
        "new": _alerts(change.new),
        "lost": _alerts(change.lost),
        "moved": {
            "count": change.moved.count,
            "shown": [
                {"before": was.as_dict(), "after": alert.as_dict()}
                for was, alert in change.moved.shown
            ],
        },
    }


def _alerts(some: Some[Alert]) -> dict[str, Any]:
    return {"count": some.count, "shown": [alert.as_dict() for alert in some.shown]}
