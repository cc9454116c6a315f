"""Correlations as searches: sliding windows on ``published``, as the rule means them.

All types go the same way: read the events of the rules referred to, drop copies, number their
times, open up group keys that are lists; mark the events with which a full window ends (see
:mod:`~okta_access.compile.splunk.query.windows`); put the events of a group between the first
start and the last end into one result.

Nothing here tumbles: no ``bin`` and no ``transaction``, whose windows are cut at the clock or at
their first event, and no ``streamstats time_window``, of whose ends the reference says nothing.
"""

from __future__ import annotations

from itertools import combinations

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.compile.aliases import AliasPlace, alias_places
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import (
    SHOWN,
    Search,
    by_line,
    first_copies,
    lines,
    renamed,
)
from okta_access.compile.splunk.query.spl import found
from okta_access.compile.splunk.query.terms import there
from okta_access.compile.splunk.query.where import condition, is_type
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
from okta_access.rules.either import either
from okta_access.rules.model import Correlation, CorrelationType, EventRule
from okta_access.rules.solver.event_types import event_types, possible_types

Bases = tuple[EventRule, ...]
LIMIT = f"for up to {MAX_COUNT:,} matching events in the time searched (streamstats)"


def correlation_search(
    rule: Correlation, bases: Bases, names: Names, only_new: str | None = None
) -> Search:
    """The search that finds the groups in which the correlation fires, one result a group.

    ``bases`` are the rules it refers to, in its order. ``only_new`` is a stretch of time (``30m``)
    in which an event of the result must have been indexed; without it every group of the time
    searched is found. Raises :class:`Refused` for what Splunk cannot be asked truly.
    """
    keys = result_keys(rule, names)
    terms, where = found(either(tuple(base.expr for base in bases)), names)
    aliased = alias_places(rule, bases)
    plain = tuple(path for path in rule.group_by if path not in aliased)
    asked = (*plain, *((rule.value_field,) if rule.value_field else ()))
    single = [p for p in dict.fromkeys(asked) if not names.is_member(p) and p != EVENT_TYPE]
    counted = rule.value_field and names.result(rule.value_field)
    commands = [
        *where,
        *_numbered(rule, bases, names),
        *(_alias(name, places, names) for name, places in aliased.items()),
        *first_copies(names),
        f"eval t={_time(names)}",
        "where isnotnull(t)",
        renamed(names, asked),
    ]
    if rule.value_field and names.is_member(rule.value_field):
        # Opened first, for a field may be counted and grouped by at once.
        commands += opened(str(counted), into="counted")
        counted = "counted"
    commands += [
        command for path in plain if names.is_member(path) for command in opened(names.result(path))
    ]
    commands += [command for name in aliased for command in opened(names.result(name))]
    *windows, last = _marked(rule, bases, keys, counted or "")
    commands += [*windows, f"{last}, end=if(isnotnull(start), t, null())"]
    commands += _gathered(names, keys, counted, only_new)
    present = [there(names.event(path)) for path in single]
    return Search(by_line((terms, *present)), tuple(commands))


def result_keys(rule: Correlation, names: Names) -> Keys:
    """The columns that hold a result's group."""
    keys = tuple(names.result(path) for path in rule.group_by)
    if len({*keys}) < len(keys):
        raise Refused("two of its group-by fields have one name among Splunk's results")
    others = {names.result(path) for path in names.catalog.fields}
    for alias in rule.aliases:
        if names.result(alias.name) in others:
            raise Refused(f"the alias `{alias.name}` has the name of a field's column in Splunk")
    return keys


def _numbered(rule: Correlation, bases: Bases, names: Names) -> list[str]:
    """Which of the rules an event matched: where they share no type, its type tells."""
    if rule.type not in (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED):
        return []
    types = [event_types(base.expr) for base in bases]
    apart = all(
        one is not None and other is not None and one.isdisjoint(other)
        for one, other in combinations(types, 2)
    )
    tests = [
        is_type(sorted(one), names) if apart and one else condition(base.expr, names)
        for one, base in zip(types, bases, strict=True)
    ]
    flags = tuple(f"rule_{n}=if({test}, 1, 0)" for n, test in enumerate(tests, 1))
    return [f"eval {lines(flags, ',')}"]


def _alias(name: str, places: tuple[AliasPlace, ...], names: Names) -> str:
    """The command that gives each event the aliased key, from the field of its type."""
    *others, last = places
    value = names.quoted(last.path)
    for place in reversed(others):
        value = f"if({is_type([*place.types], names)}, {names.quoted(place.path)}, {value})"
    return f"eval {names.result(name)}={value}"


def _time(names: Names) -> str:
    """The time in milliseconds, read from ``published`` as Okta writes it: in UTC, to these."""
    written = f'{names.quoted(PUBLISHED)}." +0000"'
    return f'round(1000*strptime({written}, "%Y-%m-%dT%H:%M:%S.%3NZ %z"))'


def opened(column: str, into: str | None = None) -> list[str]:
    """The values of a column that may hold several, a row each; rows without one go."""
    name = into or column
    return [f"eval {name}=mvdedup({column})", f"mvexpand {name}", f"search {there(name)}"]


def _marked(rule: Correlation, bases: Bases, keys: Keys, counted: str) -> list[str]:
    span = 1000 * rule.timespan.seconds
    match rule.type:
        case CorrelationType.EVENT_COUNT:
            return many_events(rule.threshold, span, keys)
        case CorrelationType.VALUE_COUNT:
            return many_values(rule.threshold, span, keys, counted)
        case CorrelationType.TEMPORAL:
            return all_rules(len(bases), span, keys)
        case CorrelationType.TEMPORAL_ORDERED:
            types = [possible_types(base.expr) for base in bases]
            return all_rules_in_order(types, span, keys)


def _gathered(names: Names, keys: Keys, counted: str | None, only_new: str | None) -> list[str]:
    """The events between the first start and the last end, one result a group."""
    kept = (
        when(names),
        " ".join(
            [f"dc({names.result(UUID)}) AS count"]
            + ([f"dc({counted}) AS value"] if counted else [])
            + ["max(_indextime) AS indexed"]
        ),
        *values(names, keys),
    )
    commands = [
        f"eventstats min(start) AS burst_start max(end) AS burst_end{by(*keys)}",
        "where t>=burst_start AND t<=burst_end",
        f"stats {by_line(kept)}{by(*keys)}",
    ]
    if only_new:
        commands.append(f'where indexed>=relative_time(now(), "-{only_new}")')
    return commands


def _paths(rule: Correlation) -> tuple[str, ...]:
    """The fields that the search needs, but for those in conditions."""
    shown = (path for group in SHOWN for path in group)
    return tuple(dict.fromkeys((*rule.fields, *shown, PUBLISHED)))


def when(names: Names) -> str:
    """What gives the times of a result: by the clock, and as Okta wrote the first and the last."""
    time = names.event(PUBLISHED)
    return f"max(_time) AS _time min({time}) AS firstTime max({time}) AS lastTime"


def values(names: Names, keys: Keys) -> tuple[str, ...]:
    """What makes one value of each usual column that is no key, a line for each of its groups."""
    groups = (
        " ".join(f"values({c}) AS {c}" for p in group if (c := names.result(p)) not in keys)
        for group in SHOWN
    )
    return tuple(filter(None, groups))
