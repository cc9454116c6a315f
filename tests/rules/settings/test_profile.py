"""The profile of the settings: what lies beyond it is off, unless a rule is switched on by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.errors import SettingsError
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level, Profile
from okta_access.rules.settings.files import load_settings
from okta_access.rules.settings.tuning import tune

CATALOG = load_catalog()
RULES = load_rules([rules_dir()], CATALOG)
ALERTING = [
    rule
    for rule in RULES.all_rules
    if rule.meta.level is not Level.INFORMATIONAL and not getattr(rule, "silent", False)
]


def off(folder: Path, text: str) -> dict[str, str]:
    path = folder / "settings.toml"
    path.write_text(text, "utf-8")
    return {one.rule: one.reason for one in tune(RULES, load_settings([path]), CATALOG).off}


def test_every_rule_that_alerts_has_a_profile_and_a_runbook() -> None:
    assert [rule.name for rule in ALERTING if not (rule.meta.profile and rule.meta.runbook)] == []


@pytest.mark.parametrize("profile", [Profile.CORE, Profile.EXTENDED])
def test_what_lies_beyond_is_off_with_the_reason(tmp_path: Path, profile: Profile) -> None:
    order = list(Profile)
    without = off(tmp_path, "")
    found = off(tmp_path, f'[rules]\nprofile = "{profile}"\n')
    beyond = {
        rule.name
        for rule in RULES.all_rules
        if rule.meta.profile and order.index(rule.meta.profile) > order.index(profile)
    }
    assert beyond
    assert {*found} == beyond | {*without}
    assert all(f"{profile} profile" in found[name] for name in beyond - {*without})


def test_a_rule_switched_on_by_name_stays_on(tmp_path: Path) -> None:
    name = next(rule.name for rule in ALERTING if rule.meta.profile is Profile.EXTENDED)
    text = f'[rules]\nprofile = "core"\n[rules.{name}]\nenabled = true\n'
    assert name not in off(tmp_path, text)


def test_a_rule_without_a_profile_is_of_every_profile(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[rules]\nprofile = "core"\n', "utf-8")
    bare = tuple(replace(one, meta=replace(one.meta, profile=None)) for one in RULES.correlations)
    tuned = tune(replace(RULES, correlations=bare), load_settings([path]), CATALOG)
    assert not {one.name for one in bare} & {one.rule for one in tuned.off}


def test_an_unknown_profile_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        off(tmp_path, '[rules]\nprofile = "loud"\n')
