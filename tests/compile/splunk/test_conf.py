"""The configuration files as a whole: for the project's rules, and for hostile ones."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.compile.model import Job, Verdict
from okta_access.compile.native import native_rules
from okta_access.compile.targets.splunk import TARGET as TEXT
from okta_access.errors import SettingsError, Span
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Alias, Atom, Correlation, EventRule, Level, Pattern
from okta_access.rules.reading.rule_file import read_document
from okta_access.rules.reading.source import parse
from okta_access.rules.settings.files import Settings
from okta_access.spl.beliefs import EVERY
from okta_access.spl.engine import Indexed, Splunk
from okta_access.spl.syntax import tokens
from tests.builders.apps import (
    compiled,
    conf,
    is_run_by_hand,
    project,
    searches,
)
from tests.builders.hostile import TEXTS
from tests.builders.models import ORDERED, correlation, of_types
from tests.builders.packaged import CATALOG

HERE = Span("rule.yml")
GUIDE = "Triage guide: /app/okta_access_detections/okta_access_triage_request"


def ruleset(rule: EventRule | Correlation) -> RuleSet:
    empty = RuleSet((), (), (), (), (), ())
    if isinstance(rule, EventRule):
        return replace(empty, rules=(rule,))
    return replace(empty, correlations=(rule,))


def rule(**parts: Any) -> EventRule:
    """A rule with these parts of its metadata."""
    text = (
        b"title: T\nid: 00000000-0000-4000-8000-000000000001\nname: r\nlevel: high\n"
        b"logsource: {product: okta, service: okta}\n"
        b"detection:\n  s: {eventType: access.request.create}\n  condition: s\n"
    )
    read_rule = read_document(parse(text, "r.yml").documents[0], "r.yml", CATALOG).rule
    assert isinstance(read_rule, EventRule)
    return replace(read_rule, meta=replace(read_rule.meta, **parts))


def test_every_rule_that_alerts_has_a_search_and_a_filter_of_its_own() -> None:
    output = compiled(project())
    alerting = {
        rule.name
        for rule in project().all_rules
        if not (isinstance(rule, EventRule) and rule.silent)
    } | {native.name for native, _ in native_rules(project())}
    macros = conf(output, "macros.conf")
    filters = {name for name, m in macros.items() if m["definition"] == "search *"}
    assert filters == {f"{name}_filter" for name in alerting}
    used = [re.findall("`([a-z0-9_]+)`", stanza["search"]) for stanza in searches().values()]
    assert {name for names in used for name in names} <= {*macros}
    assert sorted(names[-1] for names in used if names[-1] in filters) == sorted(filters)
    assert {one.verdict for one in output.translations} == {Verdict.EXACT}


def test_descriptions_hold_the_runbook() -> None:
    told = [one.meta.runbook for one in project().all_rules]
    natives = [native.meta.runbook for native, _ in native_rules(project())]
    descriptions = [stanza.get("description", "") for stanza in searches().values()]
    for runbook in (*told, *natives):
        if runbook is not None:
            lines = [line if line[-1] in ".?" else f"{line}." for _, line in runbook.lines]
            labels = [label for label, _ in runbook.lines]
            steps = [re.escape(f"{a}: {b}") for a, b in zip(labels, lines, strict=True)]
            steps[1] += r" \[Search, with the alert's values for <\.\.\.>: [^\]]+\]"
            text = re.compile(" ".join(steps))
            assert any(map(text.search, descriptions)), text


def test_nothing_runs_until_it_is_enabled() -> None:
    for name, stanza in searches().items():
        assert stanza["enableSched"] == "0" or stanza["disabled"] == "1", name
        assert stanza.get("disabled") == "1" or is_run_by_hand(name)


def test_what_splunk_and_appinspect_ask_of_a_scheduled_search() -> None:
    minutes = []
    for name, stanza in searches().items():
        assert len(name) <= 80
        assert stanza["dispatch.earliest_time"].startswith("-")
        if stanza["enableSched"] == "0":
            continue
        starts = [int(minute) for minute in stanza["cron_schedule"].split()[0].split(",")]
        minutes.append(starts[0])
        native = " - Native " in name
        assert [b - a for a, b in pairwise(starts)] == ([] if native else [15, 15, 15])
        assert int(stanza["schedule_window"]) < (60 if native else 15)
        by = stanza["search"].rsplit(" BY ", 1)[-1].split("\n")[0]
        columns = by.split(", ")
        throttled = stanza.get("alert.suppress.fields", "")
        if "okta_access_results" not in stanza["search"]:
            assert set(filter(None, throttled.split(","))) <= {*columns}
        else:
            assert throttled == "uuid"
    assert len(set(minutes)) > 5, "spread over the interval"


@pytest.mark.parametrize("es", [7, 8])
@pytest.mark.parametrize("level", Level)
def test_findings_by_the_version_of_enterprise_security(es: int, level: Level) -> None:
    (stanza,) = [
        s
        for s in conf(compiled(ruleset(rule(level=level)), es=es), "savedsearches.conf").values()
        if s["enableSched"] == "1"
    ]
    finding, risk = "action.notable" in stanza, "action.risk" in stanza
    assert finding == (level.rank >= (Level.HIGH if es == 8 else Level.MEDIUM).rank)
    assert risk == (es == 7 or not finding), "version 8: one search makes one or the other"
    (at_risk,) = (
        one
        for key in ("action.notable.param._entities", "action.risk.param._risk")
        for one in json.loads(stanza.get(key, "[]"))
        if "risk_object_field" in one
    )
    assert at_risk["risk_object_field"] == "user"
    assert 0 < at_risk["risk_score"] <= 100
    for key, value in stanza.items():
        if value.startswith(("[", "{")):
            json.loads(value)
        if "param" in key:
            columns = {"user", "src", "uuid", "user_id", "info_min_time", "info_max_time"}
            assert set(re.findall(r"\$([a-z_]+)\$", value)) <= columns


@pytest.mark.parametrize(
    ("seconds", "period", "told"), [(60, "2700s", "45m"), (3600, "3600s", "3600s")]
)
def test_for_how_long_a_group_is_silent_is_told(seconds: int, period: str, told: str) -> None:
    bases = rule(name="one"), rule(name="two")
    both = replace(
        correlation(ORDERED, seconds=seconds, rules=bases),
        meta=replace(bases[0].meta, name="both", level=Level.HIGH),
    )
    output = compiled(replace(RuleSet((), (), (), (), (), ()), correlations=(both,), context=bases))
    (stanza,) = [
        one for one in conf(output, "savedsearches.conf").values() if one["enableSched"] == "1"
    ]
    assert stanza["alert.suppress.period"] == period
    (note,) = [one.note for one in output.translations if one.rule == "both"]
    assert note is not None
    assert f"silent for {told}, by" in note


def test_a_group_by_an_alias_is_looked_up_in_the_field_of_each_rule() -> None:
    bases = rule(name="one"), replace(rule(name="two"), expr=of_types("access.request.resolve"))
    who = Alias("who", (("one", "actor.id"), ("two", "target.id")))
    both = replace(
        correlation(ORDERED, rules=bases, group_by=("who",)),
        aliases=(who,),
        meta=replace(bases[0].meta, name="both", level=Level.HIGH),
    )
    empty = RuleSet((), (), (), (), (), ())
    output = compiled(replace(empty, correlations=(both,), context=bases))
    (stanza,) = [
        one for one in conf(output, "savedsearches.conf").values() if one["enableSched"] == "1"
    ]
    assert stanza["alert.suppress.fields"] == "okta_who"
    (drilldown,) = [value for key, value in stanza.items() if "drilldown_searches" in key]
    searched = [one["search"] for one in json.loads(drilldown)]
    assert any(
        text.endswith('(actor.id="$okta_who$" OR target{}.id="$okta_who$")') for text in searched
    )


def test_a_search_is_that_of_the_text_target_but_for_its_time_and_filter() -> None:
    settings = Settings()
    text = TEXT.compile(Job(project(), settings, CATALOG, "1.2.3"))
    macros = conf(compiled(project()), "macros.conf")
    whole = {one.rule: one.text or "" for one in text.translations}
    for one in compiled(project()).translations:
        search = re.sub("`([a-z0-9_]+)`", lambda m: macros[m[1]]["definition"], one.text or "")
        search = search.replace(" _index_earliest=-30m@m _index_latest=now", "")
        search = re.sub(r"\n\| where indexed>=relative_time\(now\(\), \"-30m\"\)", "", search)
        search = search.removesuffix("\n| search *")
        assert tokens(search) == tokens(whole[one.rule])


def test_enterprise_security_is_told_the_version_of_the_rule() -> None:
    output = compiled(ruleset(rule(version=7, date="2026-01-01")))
    stanza = conf(output, "savedsearches.conf")["Okta Access - R - Rule"]
    assert json.loads(stanza["action.correlationsearch.metadata"]) == {
        "deprecated": "0",
        "detection_id": "00000000-0000-4000-8000-000000000001",
        "detection_version": "7",
        "publish_time": 1767225600,
    }


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.one_of(st.sampled_from(TEXTS), st.text(max_size=20)),
            "description": st.one_of(st.sampled_from(TEXTS), st.text(max_size=20)),
            "name": st.sampled_from(["r", "a b", "a]b", "a\nb", "ä", "`a`", "x" * 90, ""]),
            "id": st.sampled_from([*TEXTS[:6], "0"]),
            "date": st.sampled_from(["2026-01-01", "never", "[x]"]),
            "tags": st.lists(st.sampled_from(["attack.t1484", 'attack.t1"', "attack.t\n[x]"])).map(
                tuple
            ),
        },
    )
)
def test_hostile_metadata_opens_no_stanza_and_adds_no_setting(parts: dict[str, Any]) -> None:
    output = compiled(ruleset(rule(**parts)))
    (translation,) = output.translations
    plain = compiled(ruleset(rule()))
    found, usual = conf(output, "savedsearches.conf"), conf(plain, "savedsearches.conf")
    if translation.verdict is Verdict.REFUSED:
        assert translation.note
        assert {*found} == {*filter(is_run_by_hand, usual)}
        return
    assert len(found) == len(usual)
    (name,) = {*found} - {*filter(is_run_by_hand, usual)}
    stanza = found[name]
    assert {*stanza} == {*usual["Okta Access - R - Rule"]}
    if "title" in parts:
        assert stanza["action.correlationsearch.label"] == parts["title"]
        assert "$" not in parts["title"], "Enterprise Security would read a token"
    if "description" in parts:
        text = " ".join(parts["description"].split())
        assert stanza["description"] == f"{text} {GUIDE}".strip()
        assert stanza["action.notable.param.rule_description"] == stanza["description"]


@pytest.mark.parametrize("value", [one for one in TEXTS if one])
def test_a_hostile_value_finds_itself_out_of_the_file(value: str) -> None:
    atom = Atom("actor.id", Pattern((value,), cased=True), HERE, HERE)
    output = compiled(ruleset(replace(rule(), expr=atom)))
    found = conf(output, "savedsearches.conf")["Okta Access - R - Rule"]["search"]
    macros = conf(output, "macros.conf")
    search = re.sub("`([a-z0-9_]+)`", lambda m: macros[m[1]]["definition"], found)
    search = search.replace(" _index_earliest=-30m@m _index_latest=now", "")
    search = search.removesuffix("\n| search *")
    own = {"eventType": "t", "uuid": "own", "actor": {"id": value}}
    other = {"eventType": "t", "uuid": "other", "actor": {"id": f"{value}x"}}
    for reading in EVERY:
        rows = Splunk(reading).run(search, [Indexed(own), Indexed(other)])
        assert [row["uuid"] for row in rows] == ["own"]


@pytest.mark.parametrize(
    "changes", [{"summary_index": "a b"}, {"index": '"'}, {"summary_index": "A"}]
)
def test_mistakes_in_settings(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        compiled(ruleset(rule()), **changes)


def test_nothing_is_kept_without_a_summary_index() -> None:
    found = conf(compiled(ruleset(rule()), summary_index=""), "savedsearches.conf")
    assert not any(key.startswith("action.summary_index") for s in found.values() for key in s)
