"""The events that pth_10 is asked about, and what should be found among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from okta_access.catalog.model import UUID, Catalog
from okta_access.catalog.paths import texts
from okta_access.matching.events.evaluate import matches
from okta_access.prove.evidence import Event
from okta_access.prove.fixtures import fixture_of
from okta_access.prove.trials import KINDS, OTHER_TYPES, TrialMaker
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, EventRule, Rule

# Events of other types come with the other rules.
_KINDS = tuple(kind for kind in KINDS if kind != OTHER_TYPES)
_SEED, _EXAMPLES = 0, 10
_AT_MOST = 30  # of a kind for each rule: some have hundreds of values to lie beside


@dataclass(frozen=True, slots=True)
class Corpus:
    """Events by uuid, and for each fixture what it was written to show: rule and verdict."""

    events: Mapping[str, Event]
    intended: Mapping[str, tuple[str, bool]]


def corpus(rules: RuleSet, catalog: Catalog, examples: int = _EXAMPLES) -> Corpus:
    """The events of all fixtures of event rules, and generated ones.

    Of each rule there are ``examples`` that match and as many near misses, some that lie just
    beside its values, and some with changes that must not matter.
    """
    events: dict[str, Event] = {}
    intended: dict[str, tuple[str, bool]] = {}
    maker = TrialMaker(catalog, _SEED, examples)
    for number, rule in enumerate(sorted(rules.rules, key=lambda rule: rule.name)):
        fixture = fixture_of(rule, catalog)
        cases = () if isinstance(fixture, OSError) else fixture.cases
        for place, case in enumerate(cases):
            uuid = f"{number:08x}-ffff-4000-8000-{place:012x}"
            events[uuid] = {**case.events[0], UUID: uuid}
            intended[uuid] = (rule.name, case.matches)
        trials = maker.trials(rule, number).trials
        for kind in _KINDS:
            made = [trial for trial in trials if trial.kind == kind]
            for trial in made[:: -(-len(made) // _AT_MOST) or 1]:
                events[trial.uuid] = trial.event
    return Corpus(events, intended)


def expected(rule: Rule, rules: RuleSet, found_in: Corpus, catalog: Catalog) -> frozenset[str]:
    """The uuids that the rule's filter should find.

    Of an event rule: those that the reference evaluator says match, and of its fixture those that
    are meant to. Of a correlation: the events of its bases that have each field it groups by or
    counts under one name, leaving aside lists.
    """
    events = found_in.events.items()
    if isinstance(rule, EventRule):
        told = {u: match for u, (name, match) in found_in.intended.items() if name == rule.name}
        return frozenset(u for u, e in events if told.get(u, matches(rule.expr, e, catalog)))
    bases = [base.expr for base in rules.referenced(rule)]
    single = [path for path in _asked_for(rule) if not _is_member(path, catalog)]
    return frozenset(
        uuid
        for uuid, event in events
        if any(matches(base, event, catalog) for base in bases)
        and all(any(texts(event, path, catalog)) for path in single)
    )


def _asked_for(rule: Correlation) -> list[str]:
    named = {alias.name for alias in rule.aliases}
    counted = () if rule.value_field is None else (rule.value_field,)
    return [path for path in (*rule.group_by, *counted) if path not in named]


def _is_member(path: str, catalog: Catalog) -> bool:
    field = catalog.field(path)
    return field is not None and field.member
