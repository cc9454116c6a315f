"""The pipeline okta_splunk: pySigma prints the searches that are compiled here."""

from __future__ import annotations

from pathlib import Path

import pytest
from sigma.backends.splunk.splunk import SplunkBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError

from okta_access.catalog.load import load_catalog
from okta_access.compile.model import Job
from okta_access.compile.targets.splunk import TARGET
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from sigma.pipelines.okta_access import pipelines

CATALOG = load_catalog()
RULE = """
title: T
id: 00000000-0000-4000-8000-000000000001
name: mine
level: low
logsource: {{product: okta, service: okta}}
detection:
    s:
        eventType: access.request.create
        {item}
    condition: s
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def converted(text: str, form: str = "default") -> list[str]:
    backend = SplunkBackend(processing_pipeline=pipelines["okta_splunk"]())
    found = backend.convert(SigmaCollection.from_yaml(text), form)
    return [found] if isinstance(found, str) else list(found)


def test_rules_come_out_as_compile_writes_them() -> None:
    rules = tune(load_rules([rules_dir()], CATALOG), Settings(), CATALOG).shipped
    made = TARGET.compile(Job(rules, Settings(), CATALOG, "0"))
    whole = {one.rule: (one.text or "").rstrip("\n") for one in made.translations}
    alerting = [r for r in rules.all_rules if isinstance(r, Correlation) or not r.audit]
    shipped = {rule.meta.file for rule in alerting}
    referred = {
        base.name
        for rule in rules.all_rules
        if isinstance(rule, Correlation)
        for base in rules.referenced(rule)
    }
    paths: list[Path | str] = [Path(file) for file in sorted(shipped)]
    backend = SplunkBackend(processing_pipeline=pipelines["okta_splunk"]())
    printed = backend.convert(SigmaCollection.load_ruleset(paths))
    expected = {
        whole[rule.name]
        for rule in alerting
        if not (isinstance(rule, EventRule) and rule.name in referred)
    }
    assert {*printed} == expected


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("actor.id: 'null'", "JSON null"),
        ("debugContext.x: y", "does not say what"),
        ("actor.id|gt: 7", "compares numbers"),
    ],
)
def test_what_cannot_be_said_is_an_error_with_its_reason(item: str, reason: str) -> None:
    with pytest.raises(SigmaError, match=reason):
        converted(RULE.format(item=item))


def test_braces_and_fields_of_the_rule_do_no_harm() -> None:
    (text,) = converted(RULE.format(item="target.id: '{0}'") + "fields: [actor.id]\n")
    assert "'target{}.id'" in text
    assert r"(?i)^\{0\}\z".replace("(?i)", "") in text
    assert text.count("| table") == 1


def test_the_settings_of_the_folder_count(elsewhere: Path) -> None:
    (elsewhere / "okta-access.toml").write_text('[splunk]\nindex = "mine"\nfield_prefix = "d."\n')
    (text,) = converted(RULE.format(item="actor.type: User"))
    assert text.startswith('index=mine sourcetype="OktaIM2:log"\n  d.eventType=')
    assert "d.actor.type=User" in text


def test_broken_settings_do_not_keep_pipelines_from_being_listed(elsewhere: Path) -> None:
    (elsewhere / "okta-access.toml").write_text("[splunk\n")
    pipeline = pipelines["okta_splunk"]()
    with pytest.raises(SigmaError, match="TOML"):
        SplunkBackend(processing_pipeline=pipeline).convert(
            SigmaCollection.from_yaml(RULE.format(item="actor.type: User"))
        )


@pytest.mark.filterwarnings("ignore:the format savedsearches")
def test_a_saved_search_opens_no_stanza_of_its_own() -> None:
    hostile = (
        RULE.format(item='actor.id: "x\\n[evil]"') + 'description: "a\\n[evil]\\nsearch = *"\n'
    )
    (text,) = converted(hostile, "savedsearches")
    opened = [line for line in text.splitlines() if line.startswith("[")]
    assert opened == ["[default]", "[T]"]
    with pytest.raises(SigmaError, match="stanza"):
        converted(hostile.replace("title: T", 'title: "T\\n[evil]"'), "savedsearches")


def test_a_data_model_is_refused() -> None:
    with pytest.raises(SigmaError, match="data model"):
        converted(RULE.format(item="actor.type: User"), "data_model")
