"""A benign month in several worlds: each logs as it says, and stays quiet."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from bench.quiet import alerts_in
from okta_access.assumptions.answers import LogCount
from okta_access.assumptions.bars import Support
from okta_access.catalog.load import load_catalog
from okta_access.catalog.schema import errors, event_schema
from okta_access.catalog.template import Event
from okta_access.company.month import company_month
from okta_access.company.worlds import WORLDS, World
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune
from tests.catalog.observations import observations

CATALOG = load_catalog()
PEOPLE, DAYS, SEED = 300, 21, 3


@cache
def month(name: str) -> list[Event]:
    world = next(one for one in WORLDS if one.name == name)
    return company_month(CATALOG, world, people=PEOPLE, days=DAYS, seed=SEED)


@cache
def in_force() -> RuleSet:
    rules = load_rules([rules_dir()], CATALOG)
    return tune(rules, load_settings(settings_files(rules.files, None)), CATALOG).in_force


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_no_rule_alerts_more_than_once_a_day(world: World) -> None:
    found = alerts_in(in_force(), CATALOG, month(world.name))
    loud = {rule: count for (_, rule), count in found.items() if count > DAYS}
    assert loud == {}


def test_the_ordinary_world_is_quiet() -> None:
    levels: Counter[Level] = Counter()
    for (level, _), count in alerts_in(in_force(), CATALOG, month("ordinary")).items():
        levels[level] += count
    assert levels[Level.CRITICAL] + levels[Level.HIGH] <= DAYS / 7
    assert levels[Level.MEDIUM] <= DAYS
    assert levels[Level.LOW] <= 3 * DAYS


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_the_ledger_sees_which_world_it_is_in(world: World) -> None:
    ledger = LogCount(CATALOG)
    for event in month(world.name):
        ledger.add(event)
    verdicts = {id_: answer.support for id_, answer in ledger.answers().items()}
    contradicted = {id_ for id_, verdict in verdicts.items() if verdict is Support.CONTRADICTED}
    assert contradicted == {*world.turned.split(", ")} - {""}
    assert (verdicts["A3"] is not Support.UPHELD) is (world.name in ("vpn", "no-flag"))
    if world.name == "terraform":
        assert {*verdicts.values()} == {Support.UPHELD}


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_events_of_a_world_are_events(world: World) -> None:
    schema = event_schema(CATALOG, any_event_type=True)
    sample = month(world.name)[::50]
    assert [(errors(schema, e), observations(CATALOG, e)) for e in sample] == [((), ())] * len(
        sample
    )
