"""Correlations that count, in ES|QL: different events, values or rules within a timespan.

Exact: the window slides, whatever the clock says. In a pair of slots a value can only count
through its last event in the first slot or its first event in the second, so a window may be taken
to begin at one of those last events, and each value is one entry. A first slot that is over the
threshold alone needs no such search, so the work stays linear in the number of events.
"""

from __future__ import annotations

from okta_access.compile.elastic.esql.context import FIRST, LAST, carried, gathered
from okta_access.compile.elastic.esql.grouping import (
    AT,
    PAIR,
    Grouped,
    are_told_by_type,
    events,
    groupable,
    identity,
    stats,
    steps,
    text,
)
from okta_access.errors import Refused
from okta_access.rules.model import CorrelationType

_NEVER = 9_007_199_254_740_991  # later than any time in milliseconds


def counting_query(of: Grouped) -> str:
    """The query: a row for each group that came over the threshold. Raises :class:`Refused`."""
    least = of.correlation.threshold
    end = f"start_at + {of.span}"
    present = " AND ".join(part for part in (of.keys_are_there, "counted IS NOT NULL") if part)
    last, first = "COALESCE(last_at, -1)", f"COALESCE(first_at, {_NEVER})"
    entry = f'CONCAT(TO_STRING({last}), " ", TO_STRING({first}), " ", TO_STRING(counted))'
    first_look = [
        f"begin_at = MIN({AT}) WHERE {of.earlier}",
        f"last_at = MAX({AT}) WHERE {of.earlier}",
        f"first_at = MIN({AT}) WHERE {of.later}",
    ]
    entries = [
        "begin_at = MIN(begin_at)",
        "earlier_values = COUNT(last_at)",
        "later_values = COUNT(first_at)",
        "different = COUNT(*)",
        "starts_at = VALUES(last_at)",
        f"entries = VALUES({entry})",
    ]
    in_window = [
        "different = COUNT(*)",
        f"end_at = MAX(CASE(first_at <= {end}, first_at, last_at))",
    ]
    result = [
        "Esql.value = MAX(different)",
        f"{FIRST} = TO_DATETIME(MIN(start_at))",
        f"{LAST} = TO_DATETIME(MAX(end_at))",
    ]
    # Of both slots of the pair, which may hold events beside those of the window.
    told_apart = of.correlation.type is CorrelationType.TEMPORAL and not are_told_by_type(of.rules)
    kept = carried(of.context)
    shown = kept if told_apart else gathered(of.context)
    return text(
        [
            *events(of),
            *_values(of),
            *of.in_pairs,
            stats([*first_look, *shown], of.by, PAIR, "counted"),
            f"WHERE {present}",
            stats([*entries, *kept], of.by, PAIR),
            f"WHERE earlier_values >= {least} OR (later_values < {least} AND different >= {least})",
            "// A window begins with a value's last event in the first slot.",
            f"EVAL start_at = CASE(earlier_values >= {least}, begin_at, starts_at)",
            f"KEEP {', '.join([of.by, PAIR, 'start_at', 'entries', *of.context])}",
            "MV_EXPAND start_at",
            "MV_EXPAND entries",
            'DISSECT entries "%{last_at} %{first_at} %{}"',
            "EVAL last_at = TO_LONG(last_at), first_at = TO_LONG(first_at)",
            f"WHERE last_at >= start_at OR first_at <= {end}",
            stats([*in_window, *kept], of.by, PAIR, "start_at"),
            f"WHERE different >= {least}",
            stats([*result, *kept], of.by),
            f"KEEP {of.by}, Esql.*",
        ]
    )


def _values(of: Grouped) -> list[str]:
    """The commands that give each event what is counted."""
    correlation = of.correlation
    match correlation.type:
        case CorrelationType.EVENT_COUNT:
            return [f"EVAL counted = {identity(of.fields)}"]
        case CorrelationType.VALUE_COUNT:
            assert correlation.value_field is not None
            return [f"EVAL counted = {groupable(correlation.value_field, of.fields).name}"]
        case CorrelationType.TEMPORAL:
            return steps(of, "counted")
        case CorrelationType.TEMPORAL_ORDERED:
            raise Refused("a sequence is not counted")
