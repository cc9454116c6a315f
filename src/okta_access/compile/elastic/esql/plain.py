"""Correlations as one writes them by hand: all events of the time searched, by group, in one STATS.

The window is the time that the query is run over. So over a timespan and a little more, again and
again within that little, it misses no burst, and finds none that is longer than both together.
"""

from __future__ import annotations

from itertools import pairwise

from okta_access.compile.elastic.esql.context import EVENTS, FIRST, LAST, context, gathered
from okta_access.compile.elastic.esql.grouping import (
    Grouped,
    can_be_one_event,
    groupable,
    has_its_type,
    matching,
    stats,
    text,
)
from okta_access.errors import Refused
from okta_access.rules.model import CorrelationType


def plain_query(of: Grouped) -> str:
    """The query: a row for each group. Raises :class:`Refused` for what takes more than that."""
    columns, enough = _asked(of)
    shown = context(of.fields, (key.name for key in of.keys))
    events = f"{EVENTS} = COUNT_DISTINCT({of.uuid})"
    when = [f"{FIRST} = MIN(@timestamp)", f"{LAST} = MAX(@timestamp)"]
    return text(
        [
            *matching(of),
            stats([events, *columns, *when, *gathered(shown)], of.by),
            f"WHERE {enough}",
            f"KEEP {', '.join([key.name for key in of.keys])}{', ' * bool(of.keys)}Esql.*",
        ]
    )


def _asked(of: Grouped) -> tuple[list[str], str]:
    """Columns of the STATS command, and the condition on its rows."""
    correlation = of.correlation
    least = correlation.threshold
    match correlation.type:
        case CorrelationType.EVENT_COUNT:
            return [], f"{EVENTS} >= {least}"
        case CorrelationType.VALUE_COUNT:
            assert correlation.value_field is not None
            name = groupable(correlation.value_field, of.fields).name
            column = f"Esql.{name.replace('.', '_')}_count_distinct"
            return [f"{column} = COUNT_DISTINCT({name})"], f"{column} >= {least}"
        case CorrelationType.TEMPORAL:
            tests = [has_its_type(rule, of) for rule in of.rules]
            names = [f"Esql.rule_{n}_count" for n in range(1, len(tests) + 1)]
            counts = [f"{n} = COUNT(*) WHERE {t}" for n, t in zip(names, tests, strict=True)]
            return counts, " AND ".join(f"{name} > 0" for name in names)
        case CorrelationType.TEMPORAL_ORDERED:
            return _in_order(of)


def _in_order(of: Grouped) -> tuple[list[str], str]:
    if len(of.rules) > 2 or any(can_be_one_event(a, b) for a, b in pairwise(of.rules)):
        raise Refused("what is between the first and the last step takes a second look")
    first, last = (has_its_type(rule, of) for rule in of.rules)
    columns = [
        f"Esql.rule_1_first_seen = MIN(@timestamp) WHERE {first}",
        f"Esql.rule_2_last_seen = MAX(@timestamp) WHERE {last}",
    ]
    return columns, "Esql.rule_1_first_seen <= Esql.rule_2_last_seen"
