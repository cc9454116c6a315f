"""Correlations as searches: sliding windows on ``published``, as the rule means them.

All types go the same way: read the events of the rules referred to, drop copies, number their
times, open up group keys that are lists; mark the events with which a full window ends (see
:mod:`~okta_access.compile.splunk.query.windows`); put the events of a group between the first
start and the last end into one result.

Nothing here tumbles: no ``bin`` and no ``transaction``, whose windows are cut at the clock or at
their first event, and no ``streamstats time_window``, of whose ends the reference says nothing.
"""

from __future__ import annotations

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, first_copies, lines, renamed, type_terms
from okta_access.compile.splunk.query.where import condition, conditions, value
from okta_access.compile.splunk.query.windows import (
    MAX_COUNT,
    Keys,
    all_rules,
    all_rules_in_order,
    by,
    many_events,
    many_values,
)
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, CorrelationType, EventRule
from okta_access.rules.solver.event_types import NONE, possible_types

Bases = tuple[EventRule, ...]
LIMIT = f"for up to {MAX_COUNT:,} matching events in the time searched (streamstats)"
SHOWN = (
    EVENT_TYPE,
    "actor.alternateId",
    "actor.id",
    "actor.type",
    "target.type",
    "target.alternateId",
    "target.id",
    "outcome.result",
    "client.ipAddress",
    "client.geographicalContext.country",
    "client.userAgent.rawUserAgent",
    "authenticationContext.externalSessionId",
    UUID,
)


def correlation_search(
    rule: Correlation, bases: Bases, names: Names, only_new: str | None = None
) -> Search:
    """The search that finds the groups in which the correlation fires, one result a group.

    ``bases`` are the rules it refers to, in its order. ``only_new`` is a stretch of time (``30m``)
    in which an event of the result must have been indexed; without it every group of the time
    searched is found. Raises :class:`Refused` for what Splunk cannot be asked truly.
    """
    keys = result_keys(rule, names)
    types = [possible_types(base.expr) for base in bases]
    every = NONE
    for one in types:
        every = every | one
    commands = [
        *_matched(rule, bases, names),
        *_once_each(names),
        renamed(names, _paths(rule)),
        # Counted first, for a field may be counted and grouped by at once.
        *(opened(rule.value_field, names, "counted") if rule.value_field else ()),
        *(command for path in rule.group_by for command in opened(path, names)),
        *_marked(rule, bases, keys),
        *_gathered(rule, names, keys),
    ]
    if only_new is not None:
        commands.append(f'where last_indexed>=relative_time(now(), "-{only_new}")')
    shown = " ".join(["first_seen", "last_seen", "value", *keys, *_columns(names, keys)])
    terms = type_terms(None if every.rest else every.names, names)
    return Search(terms, (*commands, f"table _time {shown}"))


def result_keys(rule: Correlation, names: Names) -> Keys:
    """The columns that hold a result's group."""
    keys = tuple(names.result(path) for path in rule.group_by)
    if len({*keys}) < len(keys):
        raise Refused("two of its group-by fields have one name among Splunk's results")
    return keys


def _matched(rule: Correlation, bases: Bases, names: Names) -> list[str]:
    tests = tuple(condition(base.expr, names) for base in bases)
    if rule.type in (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED):
        flags = tuple(f"rule_{n}=if({test}, 1, 0)" for n, test in enumerate(tests, 1))
        any_rule = " OR ".join(f"rule_{n}=1" for n in range(1, len(tests) + 1))
        return [f"eval {lines(flags, ',')}", f"where {any_rule}"]
    if len(bases) == 1:
        return [f"where {lines(conditions(bases[0].expr, names), 'AND')}"]
    return [f"where {lines(tuple(f'({test})' for test in dict.fromkeys(tests)), 'OR')}"]


def _once_each(names: Names) -> list[str]:
    """One row an event, with its time ``t`` in milliseconds.

    The time is read from ``published`` as Okta writes it: in UTC, to the millisecond. It is a whole
    number of 13 digits, since eval need not keep more than 15.
    """
    time = names.quoted(PUBLISHED)
    seconds = f'strptime(substr({time}, 1, 19)." +0000", "%Y-%m-%dT%H:%M:%S %z")'
    fraction = f'substr(replace({time}, "^.{{19}}[.]?([0-9]*)Z\\z", "\\1")."000", 1, 3)'
    return [
        *first_copies(names),
        f"eval t=1000*{seconds}+tonumber({fraction})",
        "where isnotnull(t)",
    ]


def opened(path: str, names: Names, into: str | None = None) -> list[str]:
    """The values of a field, a row each; rows without one go."""
    column = into or names.result(path)
    there = f'mvfilter(match({names.result(path)}, "{value(path, names)}"))'
    commands = [f"eval {column}=mvdedup({there})", f"where isnotnull({column})"]
    return [*commands, f"mvexpand {column}"] if names.is_member(path) else commands


def _marked(rule: Correlation, bases: Bases, keys: Keys) -> list[str]:
    span = 1000 * rule.timespan.seconds
    match rule.type:
        case CorrelationType.EVENT_COUNT:
            return many_events(rule.threshold, span, keys)
        case CorrelationType.VALUE_COUNT:
            return many_values(rule.threshold, span, keys)
        case CorrelationType.TEMPORAL:
            return all_rules(len(bases), span, keys)
        case CorrelationType.TEMPORAL_ORDERED:
            types = [possible_types(base.expr) for base in bases]
            return all_rules_in_order(types, span, keys)


def _gathered(rule: Correlation, names: Names, keys: Keys) -> list[str]:
    counted = {
        CorrelationType.EVENT_COUNT: "count",
        CorrelationType.VALUE_COUNT: "dc(counted)",
    }.get(rule.type)
    kept = [
        "max(_time) AS _time",
        "min(published) AS first_seen",
        "max(published) AS last_seen",
        "max(indexed) AS last_indexed",
        *([f"{counted} AS value"] if counted else []),
        *(f"values({column}) AS {column}" for column in _columns(names, keys)),
    ]
    number = [] if counted else [f"eval value={len(rule.references)}"]
    return [
        "eval end=if(isnotnull(start), t, null())",
        f"eventstats min(start) AS burst_start max(end) AS burst_end{by(*keys)}",
        "where t>=burst_start",
        "where t<=burst_end",
        f"stats {' '.join(kept)}{by(*keys)}",
        *number,
    ]


def _paths(rule: Correlation) -> tuple[str, ...]:
    """The fields that the search needs, but for those in conditions."""
    return tuple(dict.fromkeys((*rule.fields, *SHOWN, PUBLISHED)))


def _columns(names: Names, keys: Keys) -> list[str]:
    return [column for column in map(names.result, SHOWN) if column not in keys]
