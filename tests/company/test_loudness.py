"""What is recorded of the made-up company's months: still true, whole, and the page's source."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from bench.quiet import (
    DAYS,
    MONTHS,
    PAGE,
    PEOPLE,
    all_rules,
    measured_natives,
    measured_versions,
    month_counts,
    native_counts,
)
from bench.quiet_page import page
from okta_access.catalog.model import Catalog
from okta_access.company.loudness import FORM, loudness
from okta_access.company.worlds import WORLDS
from okta_access.content import in_pack
from okta_access.rules.model import Level, Profile
from okta_access.rules.settings.tuning import Tuned

RENEW = "run: python -m bench.quiet"
MEASURED = loudness()
NAMES = tuple(world.name for world in WORLDS)


@cache
def measured() -> tuple[Tuned, Catalog]:
    return all_rules()


def test_every_rule_that_alerts_was_measured_and_nothing_else() -> None:
    tuned, catalog = measured()
    versions = measured_versions(tuned.shipped, catalog)
    assert versions == MEASURED.versions, RENEW
    assert [*versions] == [*MEASURED.alerts], RENEW
    loud = {r.name for r in tuned.shipped.all_rules if r.meta.level.rank >= Level.LOW.rank}
    assert loud < {*versions}


def test_what_is_recorded_has_the_shape_that_it_says() -> None:
    assert (MEASURED.form, MEASURED.people, MEASURED.days) == (FORM, PEOPLE, DAYS)
    assert MEASURED.months == MONTHS == 12
    for worlds in MEASURED.alerts.values():
        assert [*worlds] == [name for name in NAMES if name in worlds]
        assert {len(counts) for counts in worlds.values()} <= {MONTHS}
        assert all(any(counts) for counts in worlds.values())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), [("upheavals", 7)])
def test_a_month_gives_what_is_recorded_of_it(name: str, seed: int) -> None:
    tuned, catalog = measured()
    world = WORLDS[NAMES.index(name)]
    found = month_counts(tuned.shipped, catalog, world, seed)
    found += native_counts(tuned.shipped, catalog, world, seed)
    recorded = {
        rule: worlds[name][seed - 1] for rule, worlds in MEASURED.alerts.items() if name in worlds
    }
    assert found == +Counter(recorded), RENEW


def test_a_core_rule_alerts_at_most_once_a_week_in_any_month_of_any_world() -> None:
    tuned, catalog = measured()
    metas = [rule.meta for rule in tuned.shipped.all_rules]
    metas += [native.meta for native, _ in measured_natives(tuned.shipped, catalog)]
    core = [meta.name for meta in metas if meta.profile is Profile.CORE]
    loud = {
        (rule, world): MEASURED.worst(rule, world)
        for rule in core
        for world in NAMES
        if MEASURED.worst(rule, world) > 1
    }
    assert loud == {}
    assert len(core) >= 10


def test_a_rule_of_one_alert_a_day_in_some_month_is_off_unless_a_pack_brings_it() -> None:
    tuned, _ = measured()
    off = {one.rule for one in tuned.off}
    packed = {rule.name for rule in tuned.shipped.all_rules if in_pack(rule.meta.file)}
    loud = {rule for rule in MEASURED.alerts for world in NAMES if MEASURED.worst(rule, world) >= 7}
    assert loud - packed <= off


def test_the_page_tells_what_is_recorded_and_is_read_at_100_columns() -> None:
    text = page(MEASURED, measured()[0])
    assert PAGE.read_text("utf-8") == text, "run: python -m bench.quiet --page"
    assert [line for line in text.splitlines() if len(line) > 100] == []
