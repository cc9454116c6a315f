"""The native rules in Splunk: a value that events did not show in the weeks before.

Each run looks at the whole history, which is affordable because the events are rare, and gives a
result for each value whose first event in it was indexed since the run before the last. Nothing is
kept between runs, so that nothing can be lost or go stale, as a lookup file could.
"""

from __future__ import annotations

from okta_access.catalog.model import PUBLISHED
from okta_access.compile.native import FirstSeen
from okta_access.compile.splunk.app.schedule import Schedule
from okta_access.compile.splunk.query.correlations import SHOWN, opened
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, first_copies, lines, renamed, type_terms
from okta_access.compile.splunk.query.where import conditions
from okta_access.rules.model import EventRule
from okta_access.rules.solver.event_types import event_types

_INTERVAL = 60  # minutes; a history of weeks need not be read every quarter of an hour
SILENCE = 86_400
"""The seconds for which a value that alerted is silent; longer than two runs see it."""


def first_schedule(lateness: int) -> Schedule:
    """Once an hour, whatever the interval of the other searches; minutes of lateness allowed."""
    return Schedule(_INTERVAL, lateness)


def first_note(rule: FirstSeen, lateness: str) -> str:
    """What there is to know of the search."""
    return (
        f"never fires where the {rule.history.text} before show the value, and always where neither"
        f" these nor the {lateness} and two hours before them do; run in our interpreter, not on a"
        " real Splunk"
    )


def first_search(
    rule: FirstSeen, base: EventRule, names: Names, only_new: str | None = None
) -> Search:
    """The search that finds values first seen, one result for each combination of them.

    ``only_new`` is a stretch of time (``120m``) in which the value's first event must have been
    indexed; without it every value of the time searched is found, with its first event. Raises
    :class:`~okta_access.errors.Refused` for what Splunk cannot be asked truly.
    """
    keys = [names.result(path) for path in rule.fields]
    columns = [column for column in map(names.result, SHOWN) if column not in keys]
    kept = [
        "max(_time) AS _time",
        "min(published) AS first_seen",
        "max(published) AS last_seen",
        "min(indexed) AS first_indexed",
        "count AS value",
        *(f"values({column}) AS {column}" for column in columns),
    ]
    commands = [
        f"where {lines(conditions(base.expr, names), 'AND')}",
        *first_copies(names),
        renamed(names, tuple(dict.fromkeys((*rule.fields, *SHOWN, PUBLISHED)))),
        *(command for path in rule.fields for command in opened(path, names)),
        f"stats {' '.join(kept)} BY {', '.join(keys)}",
    ]
    if only_new is not None:
        commands.append(f'where first_indexed>=relative_time(now(), "-{only_new}")')
    shown = " ".join(["first_seen", "last_seen", "value", *keys, *columns])
    terms = type_terms(event_types(base.expr), names)
    return Search(terms, (*commands, f"table _time {shown}"))
