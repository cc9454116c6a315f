"""The native rules in Splunk: a value that events did not show in the weeks before.

Each run looks at the whole history, which is affordable because the events are rare, and gives a
result for each value whose first event in it was indexed since the run before the last. Nothing is
kept between runs, so that nothing can be lost or go stale, as a lookup file could.
"""

from __future__ import annotations

from okta_access.catalog.model import UUID
from okta_access.compile.native import FirstSeen
from okta_access.compile.splunk.app.schedule import Schedule
from okta_access.compile.splunk.query.correlations import opened, values, when
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import (
    Search,
    by_line,
    first_copies,
    renamed,
)
from okta_access.compile.splunk.query.spl import found
from okta_access.compile.splunk.query.terms import there
from okta_access.rules.model import EventRule

_INTERVAL = 60  # minutes; a history of weeks need not be read every quarter of an hour
SILENCE = 86_400
"""The seconds for which a value that alerted is silent; longer than two runs see it."""


def first_seen_schedule(lateness: int) -> Schedule:
    """Once an hour, whatever the interval of the other searches; minutes of lateness allowed."""
    return Schedule(_INTERVAL, lateness)


def first_seen_note(rule: FirstSeen, lateness: str) -> str:
    """What there is to know of the search."""
    return (
        f"never fires where the {rule.history.text} before show the value, and always where neither"
        f" these nor the {lateness} and two hours before them do; run in our interpreter, not on a"
        " real Splunk"
    )


def first_seen_search(
    rule: FirstSeen, base: EventRule, names: Names, only_new: str | None = None
) -> Search:
    """The search that finds values first seen, one result for each combination of them.

    ``only_new`` is a stretch of time (``120m``) in which the value's first event must have been
    indexed; without it every value of the time searched is found, with its first event. Raises
    :class:`~okta_access.errors.Refused` for what Splunk cannot be asked truly.
    """
    keys = tuple(map(names.result, rule.fields))
    members = [names.result(path) for path in rule.fields if names.is_member(path)]
    singles = [path for path in rule.fields if not names.is_member(path)]
    kept = (
        when(names),
        f"dc({names.result(UUID)}) AS count min(_indextime) AS indexed",
        *values(names, keys),
    )
    terms, where = found(base.expr, names)
    commands = [
        *where,
        *first_copies(names),
        renamed(names, rule.fields),
        *(command for key in members for command in opened(key)),
        f"stats {by_line(kept)} BY {', '.join(keys)}",
    ]
    if only_new is not None:
        commands.append(f'where indexed>=relative_time(now(), "-{only_new}")')
    present = tuple(there(names.event(path)) for path in singles)
    return Search(by_line((terms, *present)), tuple(commands))
