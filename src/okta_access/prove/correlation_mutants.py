"""Slips in correlations, and whether fixtures and histories notice them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import texts
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import FormulaMaker, pinned
from okta_access.generate.history_builder import History
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.prove.evidence import ByIntent, Check, Event, Failure, check_of
from okta_access.prove.mutation import NAME
from okta_access.rules.fixtures import Fixture
from okta_access.rules.model import Alias, Correlation, CorrelationType, EventRule, Timespan
from okta_access.rules.solver.logic import every, formula_of
from okta_access.rules.solver.satisfy import Theory, Undecided, field_of


@dataclass(frozen=True, slots=True)
class Mutant:
    """A correlation with one slip, which, and the rules it then refers to."""

    slip: str
    correlation: Correlation
    bases: tuple[EventRule, ...]


def mutants(correlation: Correlation, bases: tuple[EventRule, ...]) -> Iterator[Mutant]:
    """Thresholds and timespans one off, group keys and rules dropped, another type."""
    span = correlation.timespan.seconds
    for seconds in (span - 1, span + 1):
        if seconds > 0:
            changed = Timespan(f"{seconds}s", seconds)
            yield Mutant(f"timespan {seconds}s", replace(correlation, timespan=changed), bases)
    for path in correlation.group_by:
        kept = tuple(other for other in correlation.group_by if other != path)
        yield Mutant(f"group key {path} dropped", replace(correlation, group_by=kept), bases)
    for alias in correlation.aliases:
        for rule, path in alias.fields:
            for other in dict.fromkeys(field for _, field in alias.fields if field != path):
                yield Mutant(
                    f"{alias.name} read from {other} in {rule}",
                    replace(correlation, aliases=_read_from(correlation, alias, rule, other)),
                    bases,
                )
    temporal = correlation.type in (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED)
    if temporal:
        yield from _temporal(correlation, bases)
    else:
        yield from _counting(correlation, bases)
    for place, base in enumerate(bases):
        if len(bases) > (2 if temporal else 1):
            fewer = (*bases[:place], *bases[place + 1 :])
            references = tuple(r for n, r in enumerate(correlation.references) if n != place)
            changed_threshold = correlation.threshold - temporal
            dropped = replace(correlation, references=references, threshold=changed_threshold)
            yield Mutant(f"rule {base.name} dropped", dropped, fewer)


def _read_from(correlation: Correlation, changed: Alias, rule: str, path: str) -> tuple[Alias, ...]:
    fields = tuple((one, path if one == rule else field) for one, field in changed.fields)
    return tuple(
        replace(one, fields=fields) if one == changed else one for one in correlation.aliases
    )


def _temporal(correlation: Correlation, bases: tuple[EventRule, ...]) -> Iterator[Mutant]:
    other = (
        CorrelationType.TEMPORAL
        if correlation.type is CorrelationType.TEMPORAL_ORDERED
        else CorrelationType.TEMPORAL_ORDERED
    )
    yield Mutant(f"type {other}", replace(correlation, type=other), bases)
    if correlation.type is CorrelationType.TEMPORAL_ORDERED:
        backwards = replace(correlation, references=correlation.references[::-1])
        yield Mutant("the other way round", backwards, bases[::-1])


def _counting(correlation: Correlation, bases: tuple[EventRule, ...]) -> Iterator[Mutant]:
    for threshold in (correlation.threshold - 1, correlation.threshold + 1):
        if threshold > 0:
            yield Mutant(f"threshold {threshold}", replace(correlation, threshold=threshold), bases)
    if correlation.type is CorrelationType.VALUE_COUNT:
        events = replace(correlation, type=CorrelationType.EVENT_COUNT, value_field=None)
        yield Mutant("type event_count", events, bases)


def check_mutants(
    correlation: Correlation,
    bases: tuple[EventRule, ...],
    histories: Sequence[History],
    fixture: Fixture | None,
    catalog: Catalog,
) -> Check:
    """Whether every mutant raises another number of alerts somewhere, or means the same."""
    found = list(mutants(correlation, bases))
    cases = [(case.events, case.alerts) for case in fixture.cases] if fixture else []
    made = [(history.events, history.alerts) for history in histories]
    missed = [one for one in found if not _noticed(one, cases, catalog)]
    left = [one for one in missed if not _noticed(one, made, catalog)]
    same = [one for one in left if _means_the_same(correlation, one, catalog)]
    failures = [
        Failure(f"nothing notices this slip: {one.slip}") for one in left if one not in same
    ]
    slips = tuple(one.slip for one in missed if one not in same)
    intent = ByIntent(len(found) - len(missed), slips)
    note = f"{intent.percent} % by fixtures alone, {len(same)} equivalent"
    return check_of(NAME, len(found), failures, note, intent)


def _noticed(
    mutant: Mutant, judged: Sequence[tuple[Sequence[Event], int]], catalog: Catalog
) -> bool:
    return any(
        len(find_alerts(mutant.correlation, mutant.bases, events, catalog)) != alerts
        for events, alerts in judged
    )


def _means_the_same(correlation: Correlation, mutant: Mutant, catalog: Catalog) -> bool:
    """Whether the slip cannot matter: a group key was dropped that all events have in common."""
    dropped = {*correlation.group_by} - {*mutant.correlation.group_by}
    dropped -= {alias.name for alias in correlation.aliases if len({*alias.fields}) > 1}
    return bool(dropped) and all(_has_one_value(path, mutant.bases, catalog) for path in dropped)


def _has_one_value(path: str, bases: Sequence[EventRule], catalog: Catalog) -> bool:
    """Whether all events that match any of the rules hold one and the same text at a path."""
    theory = Theory(catalog)
    if field_of(catalog, path).member:
        return False
    seen: set[str] = set()
    try:
        for base in bases:
            formula = formula_of(base.expr)
            event = FormulaMaker(formula, catalog).make(Choices(b""))
            held = texts(event, path, catalog)
            if len(held) != 1:
                return False
            seen.add(held[0])
            other = every(formula, pinned(path, held[0]).opposite)
            if next(theory.ways(other), None) is not None:
                return False
    except Undecided:
        return False
    return len(seen) == 1
