"""Correlations of events in an order, in ES|QL: two or three steps within a timespan.

Exact, and linear in the number of events. A chain either lies within one slot, or its first steps
lie in the first slot of a pair and the others in the second: of those before the cut the latest
count, of those after it the earliest. Steps at one time are in order either way, each by an event
of its own.
"""

from __future__ import annotations

from okta_access.compile.elastic.esql.context import FIRST, LAST, carried, gathered
from okta_access.compile.elastic.esql.grouping import (
    AT,
    PAIR,
    Grouped,
    are_told_by_type,
    can_be_one_event,
    events,
    stats,
    steps,
    text,
)
from okta_access.errors import Refused

_MOST_STEPS = 3


def sequence_query(of: Grouped) -> str:
    """The query: a row for each group with the steps in order. Raises :class:`Refused`."""
    count = len(of.rules)
    if count > _MOST_STEPS:
        raise Refused(f"a sequence of more than {_MOST_STEPS} steps")
    shared = [
        (a, b)
        for a in range(count)
        for b in range(a + 1, count)
        if can_be_one_event(of.rules[a], of.rules[b])
    ]
    if any(pair != (0, count - 1) for pair in shared):
        raise Refused("one event can be two neighbouring steps of three, which are not kept apart")
    if count == _MOST_STEPS:
        body = _three_steps(of, shared=bool(shared))
    else:
        body = _two_shared_steps(of) if shared else _two_steps(of)
    result = [
        f"{FIRST} = TO_DATETIME(MIN(from_at))",
        f"{LAST} = TO_DATETIME(MAX(to_at))",
        *carried(of.context),
    ]
    return text(
        [
            *events(of),
            *steps(of, "step"),
            *(["MV_EXPAND step"] if shared else []),
            *of.in_pairs,
            *body,
            stats(result, of.by),
            f"KEEP {of.by}, Esql.*",
        ]
    )


def _two_steps(of: Grouped) -> list[str]:
    """In order within the first slot (``begin_at`` to ``end_at``), or across the cut."""
    return [
        stats([*_ends(of, 2), *_shown(of)], of.by, PAIR),
        _where(of.keys_are_there, f"begin_at <= end_at OR first_2_at - last_1_at <= {of.span}"),
        "EVAL from_at = CASE(begin_at <= end_at, begin_at, last_1_at)",
        "EVAL to_at = CASE(begin_at <= end_at, end_at, first_2_at)",
    ]


def _two_shared_steps(of: Grouped) -> list[str]:
    """Where both ends are at one time they must be two events, so those of that time count."""
    inside = "begin_at < end_at OR (begin_at == end_at AND ends > 1)"
    entries = f'entries = VALUES(CONCAT(TO_STRING({AT}), " ", event))'
    again = [
        "ends = COUNT_DISTINCT(event) WHERE TO_LONG(entry_at) == begin_at",
        *_kept("begin_at", "end_at", "last_1_at", "first_2_at"),
    ]
    return [
        stats([*_ends(of, 2), entries, *_shown(of)], of.by, PAIR),
        _where(of.keys_are_there),
        "MV_EXPAND entries",
        'DISSECT entries "%{entry_at} %{event}"',
        stats([*again, *carried(of.context)], of.by, PAIR),
        _where(f"{inside} OR first_2_at - last_1_at <= {of.span}"),
        f"EVAL from_at = CASE({inside}, begin_at, last_1_at)",
        f"EVAL to_at = CASE({inside}, end_at, first_2_at)",
    ]


def _three_steps(of: Grouped, *, shared: bool) -> list[str]:
    """A second look finds the middle step between the ends, or the one next to the cut."""
    inside = "middles > 0" + (" AND (begin_at < end_at OR ends > 1)" if shared else "")
    entry = f'step, " ", TO_STRING({AT})' + (', " ", event' if shared else "")
    early = f"then_3_at - last_1_at <= {of.span}"
    late = f"first_3_at - before_2_at <= {of.span}"
    looked_for = [
        *_ends(of, 3),
        f'last_2_at = MAX({AT}) WHERE step == "2" AND {of.earlier}',
        f'first_2_at = MIN({AT}) WHERE step == "2" AND {of.later}',
        f"entries = VALUES(CONCAT({entry}))",
    ]
    again = [
        'middles = COUNT(*) WHERE step == "2" AND entry_at >= begin_at AND entry_at <= end_at',
        'before_2_at = MAX(entry_at) WHERE step == "1" AND entry_at <= last_2_at',
        'then_3_at = MIN(entry_at) WHERE step == "3" AND entry_at >= first_2_at',
        *_kept("begin_at", "end_at", "last_1_at", "first_3_at"),
    ]
    if shared:
        again.append('ends = COUNT_DISTINCT(event) WHERE step != "2" AND entry_at == begin_at')
    return [
        stats([*looked_for, *_shown(of)], of.by, PAIR),
        _where(of.keys_are_there),
        "MV_EXPAND entries",
        f'DISSECT entries "%{{step}} %{{entry_at}}{" %{event}" if shared else ""}"',
        "EVAL entry_at = TO_LONG(entry_at)",
        stats([*again, *carried(of.context)], of.by, PAIR),
        _where(f"({inside}) OR {early} OR {late}"),
        f"EVAL from_at = CASE({inside}, begin_at, {early}, last_1_at, before_2_at)",
        f"EVAL to_at = CASE({inside}, end_at, {early}, then_3_at, first_3_at)",
    ]


def _shown(of: Grouped) -> list[str]:
    """What the events of both slots of a pair hold, which may be more than those of the window."""
    return gathered(of.context) if are_told_by_type(of.rules) else carried(of.context)


def _ends(of: Grouped, last: int) -> list[str]:
    """The outer steps: farthest apart within the first slot, and nearest across the cut."""
    return [
        f'begin_at = MIN({AT}) WHERE step == "1" AND {of.earlier}',
        f'end_at = MAX({AT}) WHERE step == "{last}" AND {of.earlier}',
        f'last_1_at = MAX({AT}) WHERE step == "1" AND {of.earlier}',
        f'first_{last}_at = MIN({AT}) WHERE step == "{last}" AND {of.later}',
    ]


def _kept(*columns: str) -> list[str]:
    return [f"{column} = MAX({column})" for column in columns]


def _where(*conditions: str) -> str:
    """A WHERE command of conditions that all must hold; empty ones say nothing."""
    parts = [part for part in conditions if part]
    if len(parts) > 1:
        parts = [f"({part})" if " OR " in part else part for part in parts]
    return f"WHERE {' AND '.join(parts) or 'true'}"
