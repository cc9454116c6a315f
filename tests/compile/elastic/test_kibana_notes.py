"""What Kibana's rules say about themselves: buttons as Kibana reads them, tags as Elastic has them.

A button is read here as Kibana's editor plug-in reads it (elastic/kibana, security_solution,
``markdown_editor/plugins/insight``): it counts braces, wherever they stand, takes what they hold as
JSON, and drops the rest of the paragraph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.buttons import Button, event_buttons, group_buttons
from okta_access.compile.elastic.kibana.schema import (
    EsqlRule,
    KibanaRule,
    NewTermsRule,
    ThresholdRule,
    read_rules,
)
from okta_access.compile.model import Job
from okta_access.compile.targets.kibana import TARGET
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import ElasticSettings, Settings
from okta_access.rules.settings.tuning import tune
from tests.builders.rules import CATALOG

PREFIX = "!{investigate"
HELD = re.compile(r"\{\{([^}]+)\}\}")
FIELDS = {field.elastic for field in CATALOG.fields.values()}
# What elastic/detection-rules, `schemas/definitions.py`, lists under the prefixes used here.
VOCABULARY = {
    "Data Source": {"Okta", "Okta System Logs"},
    "Domain": {"Cloud", "Identity", "SaaS"},
    "Resources": {"Investigation Guide"},
    "Rule Type": {"BBR"},
    "Tactic": {
        "Collection", "Command and Control", "Credential Access", "Defense Evasion",
        "Defense Impairment", "Discovery", "Execution", "Exfiltration", "Impact",
        "Initial Access", "Lateral Movement", "Persistence", "Privilege Escalation",
        "Reconnaissance", "Resource Development", "Stealth",
    },
    "Use Case": {"Configuration Audit", "Identity and Access Audit", "Log Auditing",
                 "Threat Detection", "UEBA"},
}  # fmt: skip
OURS = {"Rule Set", "Status", "Profile", "Source"}


def compiled(elastic: ElasticSettings | None = None) -> list[KibanaRule]:
    settings = Settings(elastic=elastic or ElasticSettings())
    rules = tune(load_rules([rules_dir()], CATALOG), settings, CATALOG).shipped
    files = TARGET.compile(Job(rules, settings, CATALOG, "1.0.0")).files
    return [rule for name in files if name.endswith(".ndjson") for rule in read_rules(files[name])]


@pytest.fixture(scope="module")
def shipped() -> list[KibanaRule]:
    return compiled()


def buttons(note: str) -> Iterator[Button]:
    """The buttons of a note, as Kibana reads them."""
    for paragraph in note.split("\n\n"):
        start = paragraph.find(PREFIX)
        if start < 0:
            continue
        text, depth = "", 0
        for char in paragraph[start + len(PREFIX) :]:
            depth += {"{": 1, "}": -1}.get(char, 0)
            if depth < 0:
                break
            text += char
        assert paragraph == f"{PREFIX}{text}}}", "the rest of the paragraph would be lost"
        yield msgspec.json.decode(text, type=Button, strict=True)


def conditions(button: Button) -> list[dict[str, str]]:
    return [{one.field: one.value for one in inner} for inner in button.providers]


def minutes(span: str) -> int:
    number, unit = re.fullmatch(r"now(?:[+-](\d+)([mh]))?", span).groups()  # type: ignore[union-attr]
    return int(number or 0) * {"m": 1, "h": 60, None: 1}[unit]


def held(rule: KibanaRule) -> set[str]:
    """The fields that an alert of the rule holds for sure."""
    if isinstance(rule, ThresholdRule):
        return {*rule.threshold.field}
    if isinstance(rule, EsqlRule) and "STATS" in rule.query:
        return {*rule.query.splitlines()[-1].removeprefix("| KEEP ").split(", ")}
    return FIELDS


def test_every_button_can_be_read_and_finds_what_the_alert_holds(
    shipped: list[KibanaRule],
) -> None:
    grouped = 0
    for rule in shipped:
        found = list(buttons(str(rule.note)))
        reach = minutes(rule.from_)
        assert len({one.label for one in found}) == len(found)
        for button in found:
            assert minutes(button.relativeFrom) >= min(reach, 24 * 60)
            for condition in conditions(button):
                assert {*condition} <= FIELDS | {"event.kind"}
                asked = {name for value in condition.values() for name in HELD.findall(value)}
                assert asked
                assert asked <= held(rule), rule.name
        if held(rule) is not FIELDS and found:
            grouped += 1
            assert minutes(found[0].relativeFrom) == reach
    assert grouped > 20


def test_buttons_of_an_event() -> None:
    found = list(buttons(event_buttons(Fields(CATALOG))))
    assert [(one.label, conditions(one), one.relativeFrom, one.relativeTo) for one in found] == [
        ("This actor, 24 hours around", [{"okta.actor.id": "{{okta.actor.id}}"}],
         "now-24h", "now+24h"),
        ("This target, 30 days before", [{"okta.target.id": "{{okta.target.id}}"}],
         "now-720h", "now"),
        ("This address, 24 hours around", [{"okta.client.ip": "{{okta.client.ip}}"}],
         "now-24h", "now+24h"),
        ("Alerts about this actor, 7 days before",
         [{"event.kind": "signal", "okta.actor.id": "{{okta.actor.id}}"}], "now-168h", "now"),
    ]  # fmt: skip


def test_there_is_no_button_for_what_a_flattened_field_holds() -> None:
    labels = [one.label for one in buttons(
        event_buttons(Fields(CATALOG, ElasticSettings(targets="flattened")))
    )]  # fmt: skip
    assert labels
    assert not any("target" in label for label in labels)


def test_a_group_by_an_alias_is_looked_for_in_the_fields_of_each_rule() -> None:
    places = {
        "Esql.who_key": ("okta.actor.id", "okta.target.id"),
        "okta.client.ip": ("okta.client.ip",),
    }
    first, *_, last = buttons(group_buttons(places, 90))
    who, where = "{{Esql.who_key}}", "{{okta.client.ip}}"
    either = [
        {"okta.actor.id": who, "okta.client.ip": where},
        {"okta.target.id": who, "okta.client.ip": where},
    ]
    assert (conditions(first), first.relativeFrom) == (either, "now-90s")
    assert conditions(last) == [{"event.kind": "signal", **one} for one in either]


def test_a_rule_without_groups_has_no_button() -> None:
    assert group_buttons({}, 3600) == ""


def test_tags_are_those_that_elastic_uses(shipped: list[KibanaRule]) -> None:
    for rule in shipped:
        tags = [tag.partition(": ") for tag in rule.tags]
        assert len({*rule.tags}) == len(tags)
        for prefix, _, value in tags:
            assert prefix in OURS or value in VOCABULARY[prefix], rule.tags
        tactics = [value for prefix, _, value in tags if prefix == "Tactic"]
        assert tactics == [threat.tactic.name for threat in rule.threat]
        assert ("Rule Type: BBR" in rule.tags) == (rule.building_block_type == "default")
        assert {"Data Source: Okta", "Resources: Investigation Guide"} <= {*rule.tags}
        assert rule.note


def test_tactics_are_named_as_the_version_of_attack_has_them() -> None:
    tags = {tag for rule in compiled(ElasticSettings(attack=18)) for tag in rule.tags}
    assert "Tactic: Defense Evasion" in tags
    assert not {"Tactic: Stealth", "Tactic: Defense Impairment"} & tags


def test_the_fields_that_a_query_names_are_the_required_ones(shipped: list[KibanaRule]) -> None:
    for rule in shipped:
        query = re.sub(r'"(?:[^"\\]|\\.)*"', "", rule.query)
        named = {*re.findall(r"(?<![\w.|])(?:okta\.|client\.|@timestamp)[a-z_.]*", query)}
        if isinstance(rule, ThresholdRule):
            named |= {*rule.threshold.field}
            named |= {one.field for one in rule.threshold.cardinality or ()}
        if isinstance(rule, NewTermsRule):
            named |= {*rule.new_terms_fields}
        assert {field.name for field in rule.required_fields} == named, rule.name


def test_each_type_says_what_it_needs(shipped: list[KibanaRule]) -> None:
    types: set[str] = set()
    for rule in shipped:
        kind: str = json.loads(msgspec.json.encode(rule))["type"]
        types.add(kind)
        setup = str(rule.setup)
        assert setup.startswith("## Setup\n\n")
        assert f"Type `{kind}`" in setup
        own_time = "no `timestamp_override`" in setup
        assert own_time == (rule.timestamp_override is msgspec.UNSET)
        suppressed = getattr(rule, "alert_suppression", msgspec.UNSET) is not msgspec.UNSET
        assert suppressed == ("Platinum" in setup)
        assert ("maximum alerts" in setup) == (rule.max_signals == 1000)
    assert types == {"query", "esql", "threshold", "new_terms"}


def test_notes_name_fields_and_indices_as_the_cluster_has_them() -> None:
    elsewhere = ElasticSettings(index=("logs-sso-*", "filebeat-*"))
    okta = {path for path, field in CATALOG.fields.items() if path != field.elastic}
    for rule in compiled(elsewhere):
        guide = str(rule.note).partition("## Triage: ")[2]
        assert "FROM logs-sso-*, filebeat-* |" in guide
        assert "logs-okta" not in guide
        assert not okta & {*re.findall(r"`([^`\n]+)`", guide)}
    assert okta


def as_json(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


@pytest.mark.parametrize(
    "change", [{"queryType": "regex"}, {"field": ""}, {"exclude": True}, {"valueType": "ip"}]
)
def test_a_provider_that_kibana_would_not_understand_is_none(change: dict[str, Any]) -> None:
    (good, *_) = buttons(event_buttons(Fields(CATALOG)))
    made = as_json(good)
    made["providers"][0][0] |= change
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(made, type=Button)
