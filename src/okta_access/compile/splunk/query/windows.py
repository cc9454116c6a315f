"""Where a correlation's windows are full: commands that give ``start`` to the events that end one.

The rows are events with a time ``t`` (milliseconds) in one group each; ``start`` is NULL at an
event with which no full window ends. All sums and counts are of documented commands on sorted
rows, so that only order and number of events matter, never the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from okta_access.compile.splunk.query.search import lines
from okta_access.errors import Refused
from okta_access.rules.solver.event_types import NONE, TypeSet

MAX_COUNT = 10_000  # streamstats' largest window by default: limits.conf, max_stream_window
MAX_STEPS = 6
Keys = tuple[str, ...]


def by(*fields: str) -> str:
    """The clause that keeps groups apart; empty without fields."""
    return f" BY {', '.join(fields)}" if fields else ""


def many_events(least: int, span: int, keys: Keys) -> list[str]:
    """So many events within the span: each with the ``least`` - 1 before it.

    Raises :class:`Refused` for more events than streamstats keeps in a window.
    """
    if least > MAX_COUNT:
        raise Refused(f"it counts to {least}, and streamstats to {MAX_COUNT} at most")
    apart = "global=f " if keys else ""
    return [
        "sort 0 t",
        f"streamstats window={least} {apart}count AS n min(t) AS first{by(*keys)}",
        f"eval start=if(n={least} AND t-first<={span}, first, null())",
    ]


def many_values(least: int, span: int, keys: Keys, counted: str) -> list[str]:
    """So many different values of a column within the span.

    A value counts from when it is seen until one span later, or until it is seen again. So each
    row becomes two edges, +1 and -1, and their running sum is the number of values that count. At
    one time the falling edges come first, one tick after the span's end, so that the sum is never
    too high and is right at the last event of each time.
    """
    later = f"t + {span + 1}"
    return [
        "sort 0 -t",
        f"streamstats current=f window=1 global=f last(t) AS next{by(*keys, counted)}",
        f'eval until=min(coalesce(next, {later}), {later}), edge=split("-1,1", ",")',
        "mvexpand edge",
        'eval at=if(edge="1", t, until)',
        "sort 0 at, edge",
        f"streamstats sum(edge) AS n{by(*keys)}",
        'where edge="1"',
        f"eval start=if(n>={least}, t - {span}, null())",
    ]


def all_rules(rules: int, span: int, keys: Keys) -> list[str]:
    """Each rule within the span, in any order: the latest event of each is recent enough."""
    numbers = range(1, rules + 1)
    seen = tuple(f"seen_{n}=if(rule_{n}=1, t, null())" for n in numbers)
    latest = " ".join(f"max(seen_{n}) AS latest_{n}" for n in numbers)
    there = " AND ".join(f"isnotnull(latest_{n})" for n in numbers)
    oldest = f"min({', '.join(f'coalesce(latest_{n}, t)' for n in numbers)})"
    return [
        "sort 0 t",
        f"eval {lines(seen, ',')}",
        f"streamstats {latest}{by(*keys)}",
        f"eval oldest=if({there}, {oldest}, null())",
        f"eval start=if(t - oldest<={span}, oldest, null())",
    ]


def all_rules_in_order(types: Sequence[TypeSet], span: int, keys: Keys) -> list[str]:
    """Each rule within the span, in the order listed, each by an event of its own.

    ``begun_n`` is the latest time at which a chain of n steps that ends now can have begun,
    ``before_n`` that of one that ended before. Events of one time stand in no order among
    themselves: they may carry a chain from step j to step k where any choice of these rules has
    as many events among them (Hall's theorem). So the first row of each time stands for all.
    ``types`` are the event types of each rule: rules that share none need no such count.
    """
    steps = len(types)
    if steps > MAX_STEPS:
        raise Refused(f"it has {steps} steps in order, and {MAX_STEPS} is the most written here")
    shared = _shared(types)
    flags = tuple(f"any_{_name(s)}=if({_any_rule(s)}, 1, 0)" for s in shared)
    sums = [f"sum(rule_{n}) AS n_{n}" for n in range(1, steps + 1)]
    sums += [f"sum(any_{_name(s)}) AS n_{_name(s)}" for s in shared]
    commands = [f"eval {lines(flags, ',')}"] if flags else []
    commands += [
        f"eventstats {' '.join(sums)}{by(*keys, 't')}",
        "sort 0 t",
        f"streamstats count AS nth{by(*keys, 't')}",
    ]
    for step in range(1, steps + 1):
        begun = "null()"
        for first in range(step, 0, -1):
            when = "t" if first == 1 else f"before_{first - 1}"
            begun = f"if({_feasible(first, step, shared)}, {when}, {begun})"
        commands.append(f"eval begun_{step}=if(nth=1, {begun}, null())")
        if step < steps:
            commands.append(f"streamstats current=f max(begun_{step}) AS before_{step}{by(*keys)}")
    return [*commands, f"eval start=if(t - begun_{steps}<={span}, begun_{steps}, null())"]


def _shared(types: Sequence[TypeSet]) -> list[tuple[int, ...]]:
    """Sets of rules that one event may match, numbered from 1, and sets hanging together by such.

    Where a set falls apart into sets without a common event, their counts add up, and its own
    says nothing new.
    """
    return [
        tuple(number + 1 for number in chosen)
        for size in range(2, len(types) + 1)
        for chosen in combinations(range(len(types)), size)
        if _hangs_together(chosen, types)
    ]


def _hangs_together(chosen: tuple[int, ...], types: Sequence[TypeSet]) -> bool:
    reached, waiting = {chosen[0]}, [chosen[0]]
    while waiting:
        here = waiting.pop()
        for other in chosen:
            if other not in reached and types[here] & types[other] != NONE:
                reached.add(other)
                waiting.append(other)
    return len(reached) == len(chosen)


def _feasible(first: int, last: int, shared: Sequence[tuple[int, ...]]) -> str:
    tests = [f"n_{n}>0" for n in range(first, last + 1)]
    tests += [f"n_{_name(s)}>={len(s)}" for s in shared if first <= s[0] and s[-1] <= last]
    return " AND ".join(tests)


def _any_rule(chosen: tuple[int, ...]) -> str:
    return " OR ".join(f"rule_{n}=1" for n in chosen)


def _name(chosen: tuple[int, ...]) -> str:
    return "_".join(map(str, chosen))
