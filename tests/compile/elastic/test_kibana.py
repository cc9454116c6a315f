"""Kibana's rules: what is in the files, and the check that nothing Kibana would drop gets there."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.assumptions.registry import questions
from okta_access.catalog.attack import load_attack
from okta_access.compile.elastic.esql.ledger import ASSUMPTION_FILE
from okta_access.compile.elastic.kibana.preflight import PREFLIGHT_FILE
from okta_access.compile.elastic.kibana.schedule import (
    Schedule,
    for_counts,
    for_events,
    for_spans,
    slack,
)
from okta_access.compile.elastic.kibana.schema import (
    Duration,
    EsqlRule,
    InvestigationFields,
    NotARule,
    QueryRule,
    Suppression,
    ThresholdRule,
    read_rule,
    read_rules,
)
from okta_access.compile.elastic.kibana.threat import threats
from okta_access.compile.model import Job, Output, Verdict
from okta_access.compile.native import load_native_rules
from okta_access.compile.targets.kibana import TARGET
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Correlation, EventRule, Level
from okta_access.rules.settings.files import ElasticSettings, Settings
from okta_access.rules.settings.tuning import tune
from tests.builders.rules import CATALOG
from tests.builders.specs import base, correlation

UUID = "8cb905e7-9c35-4f06-ad21-4779e575d90d"
HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def compiled(*rules: EventRule | Correlation, settings: Settings | None = None) -> Output:
    events = tuple(rule for rule in rules if isinstance(rule, EventRule))
    correlations = tuple(rule for rule in rules if isinstance(rule, Correlation))
    rule_set = RuleSet((), (), events, correlations, (), ())
    return TARGET.compile(Job(rule_set, settings or Settings(), CATALOG, "1.2.3"))


def named(rule: EventRule, name: str = "r", **meta: Any) -> EventRule:
    return replace(rule, meta=replace(rule.meta, name=name, id=UUID, **meta))


RULES_FILE, AUDIT_FILE = "okta_access.ndjson", "okta_access_audit.ndjson"


def only(output: Output, file: str = RULES_FILE) -> dict[str, Any]:
    (line,) = output.files[file].splitlines()
    made: dict[str, Any] = json.loads(line)
    return made


@pytest.fixture(scope="module")
def shipped() -> tuple[RuleSet, Output]:
    rules = tune(load_rules([rules_dir()], CATALOG), Settings(), CATALOG).shipped
    return rules, TARGET.compile(Job(rules, Settings(), CATALOG, "1.0.0"))


def test_every_shipped_rule_is_in_one_file_or_refused(shipped: tuple[RuleSet, Output]) -> None:
    rules, output = shipped
    refused = {one.rule for one in output.translations if one.verdict is Verdict.REFUSED}
    said = {one.rule for one in output.translations}
    assert said == {rule.name for rule in rules.all_rules}
    audit = {rule.name for rule in rules.rules if rule.audit}
    for file, names in ((AUDIT_FILE, audit), (RULES_FILE, {*said} - audit)):
        ids = {rule.rule_id for rule in read_rules(output.files[file])}
        natives = {one.rule.meta.id for one in output.natives if file == RULES_FILE}
        assert ids == natives | {
            rule.meta.id
            for rule in rules.all_rules
            if rule.name in names - refused and not (isinstance(rule, EventRule) and rule.silent)
        }
    asked = {ASSUMPTION_FILE.format(name=one.name) for _, one in questions()}
    assert {*output.files} == {RULES_FILE, AUDIT_FILE, PREFLIGHT_FILE, *asked}


def test_what_an_admin_chose_is_not_in_it_and_audit_rules_are_building_blocks(
    shipped: tuple[RuleSet, Output],
) -> None:
    for file in (RULES_FILE, AUDIT_FILE):
        rules = read_rules(shipped[1].files[file])
        lines = map(json.loads, shipped[1].files[file].splitlines())
        assert not {"enabled", "actions", "exceptions_list"} & {key for one in lines for key in one}
        blocks = {rule.building_block_type == "default" for rule in rules}
        assert blocks == {file == AUDIT_FILE}


def test_the_same_rules_give_the_same_bytes(shipped: tuple[RuleSet, Output]) -> None:
    rules, output = shipped
    assert TARGET.compile(Job(rules, Settings(), CATALOG, "1.0.0")) == output


def test_a_rule_on_events() -> None:
    rule = named(
        base("create"), level=Level.HIGH, falsepositives=("a\nb",), status="test", version=7
    )
    made = only(compiled(rule))
    prose = {key: made.pop(key) for key in ("note", "setup", "investigation_fields")}
    assert all(prose.values())
    assert made == {
        "author": ["okta-access-detections"], "description": "T", "false_positives": ["a\nb"],
        "from": "now-20m",
        "index": ["logs-okta*"], "interval": "5m", "language": "lucene", "license": "Apache-2.0",
        "max_signals": 1000, "name": "T", "query": "okta.event_type:access.request.create",
        "references": [], "related_integrations": [{"package": "okta", "version": "^3.0.0"}],
        "required_fields": [{"name": "okta.event_type", "type": "keyword"}], "risk_score": 73,
        "rule_id": UUID, "severity": "high",
        "tags": ["Data Source: Okta", "Domain: Identity", "Resources: Investigation Guide",
                 "Use Case: Identity and Access Audit", "Use Case: Threat Detection",
                 "Rule Set: okta-access-detections", "Status: test"],
        "threat": [], "timestamp_override": "event.ingested", "to": "now", "type": "query",
        "version": 7,
    }  # fmt: skip


def test_what_lucene_cannot_say_is_said_in_esql() -> None:
    from tests.builders.rules import expression

    rule = replace(named(base("create")), expr=expression("actor.id|fieldref: target.id"))
    made = read_rule(compiled(rule).files[RULES_FILE])
    assert isinstance(made, EsqlRule)
    assert made.query.startswith("FROM logs-okta* METADATA _id, _index, _version\n| WHERE COALESCE")


@pytest.mark.parametrize(
    ("spec", "kind", "verdict"),
    [
        (("event_count", ["create"], ["actor.id"], "{gte: 3}"), ThresholdRule, Verdict.BOUNDED),
        (("event_count", ["create"], [], "{gte: 3}"), ThresholdRule, Verdict.BOUNDED),
        (("value_count", ["create"], ["actor.id"], "{field: target.id, gte: 3}"), ThresholdRule,
         Verdict.BOUNDED),
        # Kibana refuses to count a field that it groups by, and groups by three fields at most.
        (("value_count", ["create"], ["actor.id"], "{field: actor.id, gte: 3}"), EsqlRule,
         Verdict.BOUNDED),
        (("event_count", ["create"], ["actor.id", "actor.type", "target.id", "target.type"],
          "{gte: 3}"), EsqlRule, Verdict.BOUNDED),
        (("temporal", ["create", "resolve"], ["actor.id"], None), EsqlRule, Verdict.BOUNDED),
        (("temporal_ordered", ["create", "resolve"], [], None), EsqlRule, Verdict.BOUNDED),
        # One event can be both steps, which takes a second look.
        (("temporal_ordered", ["create", "failed"], ["actor.id"], None), EsqlRule, Verdict.EXACT),
    ],
)  # fmt: skip
def test_correlations(spec: Any, kind: type, verdict: Verdict) -> None:
    rule = correlation(*spec)
    rule = replace(rule, meta=replace(rule.meta, id=UUID))
    bases = [replace(named(base(name), name), silent=True) for name in spec[1]]
    output = compiled(rule, *bases)
    made = read_rule(output.files[RULES_FILE])
    assert isinstance(made, kind)
    assert next(one.verdict for one in output.translations if one.rule == "c") is verdict
    suppression = made.alert_suppression
    suppressed = getattr(suppression, "group_by", None)
    if isinstance(made, EsqlRule):
        *shown_keys, own = made.query.splitlines()[-1].removeprefix("| KEEP ").split(", ")
        assert own == "Esql.*"
        assert isinstance(made.investigation_fields, InvestigationFields)
        shown = made.investigation_fields.field_names
        assert {"Esql.first_seen", "Esql.okta_uuid_values"} <= {*shown}
        keys = tuple(shown_keys) or ("Esql.group",)
        assert suppressed == (keys if len(keys) <= 3 else None)
        if isinstance(suppression, Suppression):
            # As long as a run sees what was found, it is no alert of its own.
            assert isinstance(suppression.duration, Duration)
            assert (
                suppression.duration.value * {"s": 1, "m": 60, "h": 3600}[suppression.duration.unit]
                == int(made.from_.removeprefix("now-").removesuffix("m")) * 60
            )


def test_notes_hold_no_query_of_another_product(shipped: tuple[RuleSet, Output]) -> None:
    for file in (RULES_FILE, AUDIT_FILE):
        for rule in read_rules(shipped[1].files[file]):
            assert "```esql" in str(rule.note)
            assert "```spl" not in str(rule.note)


def test_notes_begin_with_the_runbook(shipped: tuple[RuleSet, Output]) -> None:
    own = {one.name: one.meta for one in (*shipped[0].all_rules, *load_native_rules())}
    by_id = {meta.id: meta for meta in own.values()}
    told = 0
    for rule in read_rules(shipped[1].files[RULES_FILE]):
        runbook = by_id[rule.rule_id].runbook
        if runbook is not None:
            told += 1
            steps = [
                f"{n}. **{label}:** {text}" for n, (label, text) in enumerate(runbook.lines, 1)
            ]
            top, query, rest = re.split(r"   ```(?:kql)?\n", str(rule.note), maxsplit=2)
            how = "   In Discover, with the alert's values for `<…>`:"
            assert top.splitlines() == ["## Runbook", "", *steps[:2], how]
            assert "@timestamp >= " in query
            assert rest.splitlines()[:3] == steps[2:]
    assert told > len(load_native_rules())


def test_a_correlation_on_flattened_targets_is_refused() -> None:
    rule = correlation("event_count", ["create"], ["target.id"], "{gte: 2}")
    settings = Settings(elastic=ElasticSettings(targets="flattened"))
    output = compiled(rule, named(base("create"), "create"), settings=settings)
    told = {one.rule: (one.verdict, one.note) for one in output.translations}["c"]
    assert told[0] is Verdict.REFUSED
    assert "flattened" in str(told[1])


@given(HOSTILE, HOSTILE, st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts_arrive_as_they_were_written(title: str, description: str, many: list[str]) -> None:
    rule = named(base("create"), title=title, description=description, author=title,
                 falsepositives=tuple(many), references=tuple(many))  # fmt: skip
    made = only(compiled(rule))
    assert (made["name"], made["author"]) == (title, [title])
    paragraphs = re.split(r"(\n{2,})", description.rstrip() or title)
    assert made["description"] == "".join(
        one if one[:2] == "\n\n" else one.replace("\n", " ") for one in paragraphs
    )
    assert (made["false_positives"], made["references"]) == (many, many)


@pytest.mark.parametrize("name", ["../x", "a b", "A", "", "x.yml", "a/b", "\n"])
def test_a_name_that_no_file_should_have_changes_no_file(name: str) -> None:
    from okta_access.compile.targets.elastic_lucene import TARGET as LUCENE

    rule_set = RuleSet((), (), (named(base("create"), name),), (), (), ())
    output = LUCENE.compile(Job(rule_set, Settings(), CATALOG, "1.0.0"))
    assert not output.files
    assert [one.verdict for one in output.translations] == [Verdict.REFUSED]


def test_an_id_that_kibana_would_refuse_is_refused_here() -> None:
    rule = named(base("create"))
    output = compiled(replace(rule, meta=replace(rule.meta, id="no-uuid")))
    assert [one.verdict for one in output.translations] == [Verdict.REFUSED]
    assert "rule_id" in str(output.translations[0].note)


def test_of_two_rules_with_one_id_the_second_is_refused() -> None:
    output = compiled(named(base("create"), "a"), named(base("create"), "b"))
    assert [one.verdict for one in output.translations] == [Verdict.EXACT, Verdict.REFUSED]
    assert "that of a" in str(output.translations[1].note)


def line(**changes: Any) -> bytes:
    made = only(compiled(named(base("create"), tags=("attack.stealth", "attack.t1078.004"))))
    changed = {**made, **changes}
    return json.dumps({k: v for k, v in changed.items() if v != "gone"}).encode()


def test_the_line_that_is_changed_below_is_good() -> None:
    assert isinstance(read_rule(line()), QueryRule)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"risk_scores": 1}, "risk_scores"),
        ({"note": None}, "note"),
        ({"severity": "informational"}, "severity"),
        ({"risk_score": 101}, "risk_score"),
        ({"risk_score": 50}, "not of severity"),
        ({"interval": "5 minutes"}, "interval"),
        ({"interval": "1w"}, "interval"),
        ({"from": "yesterday"}, "from"),
        ({"from": "now-5m"}, "reach back"),
        ({"rule_id": "gone"}, "rule_id"),
        ({"rule_id": UUID.upper()}, "rule_id"),
        ({"type": "correlation"}, "type"),
        ({"query": ""}, "query"),
        ({"index": []}, "index"),
        ({"version": 0}, "version"),
        ({"building_block_type": "yes"}, "building_block_type"),
        ({"investigation_fields": {"field_names": []}}, "field_names"),
        ({"investigation_fields": ["a"]}, "investigation_fields"),
        ({"list_id": "x"}, "list_id"),
        ({"max_signals": 5000}, "max_signals"),
        ({"alert_suppression": {"group_by": ["a"], "missing_fields_strategy": "suppress",
                                "duration": {"value": 1, "unit": "d"}}}, "unit"),
        ({"alert_suppression": {"group_by": ["a"]}}, "missing_fields_strategy"),
        ({"related_integrations": [{"package": "okta", "version": "3"}]}, "version"),
        ({"type": "esql", "language": "esql", "index": "gone", "query": "FROM a;"}, "ends in"),
        ({"type": "esql", "language": "esql", "index": "gone", "query": "FROM a\n// b"}, "comment"),
        ({"type": "esql", "language": "esql", "query": "FROM a"}, "index"),
        ({"type": "threshold", "threshold": {"field": ["a"], "value": 1,
                                             "cardinality": [{"field": "a", "value": 1}]}},
         "grouped by and counted"),
        ({"type": "threshold", "threshold": {"field": list("abcd"), "value": 1}}, "length"),
    ],
)  # fmt: skip
def test_what_kibana_refuses_or_drops_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotARule, match=reason):
        read_rule(line(**changes))


def test_threat_is_checked_inside() -> None:
    good = json.loads(line())
    for change in ("tactics", "techniques"):
        bad = json.loads(json.dumps(good))
        (threat,) = bad["threat"]
        threat[change] = threat.pop(change[:-1])
        with pytest.raises(NotARule):
            read_rule(json.dumps(bad))
    (technique,) = good["threat"][0]["technique"]
    technique["subtechnique"][0]["id"] = "T1090.003"
    with pytest.raises(NotARule, match="stands below"):
        read_rule(json.dumps(good))


def test_two_lines_of_one_id_are_refused() -> None:
    with pytest.raises(NotARule, match="twice"):
        read_rules(line() + b"\n" + line())


@pytest.mark.parametrize(
    ("tags", "version", "expected"),
    [
        (["attack.defense-impairment", "attack.t1484"], 19, [("TA0112", ["T1484"])]),
        (["attack.defense-impairment", "attack.t1484"], 18, [("TA0005", ["T1484"])]),
        (["attack.stealth", "attack.defense-impairment", "attack.t1685"], 19,
         [("TA0005", []), ("TA0112", ["T1685"])]),
        (["attack.stealth", "attack.defense-impairment", "attack.t1685"], 18,
         [("TA0005", ["T1562"])]),
        (["attack.privilege-escalation", "attack.t1548.005"], 19,
         [("TA0004", ["T1548", "T1548.005"])]),
        (["attack.t1090"], 19, [("TA0011", ["T1090"])]),
        (["attack.t1090.003", "attack.t1090", "attack.command-and-control"], 19,
         [("TA0011", ["T1090", "T1090.003"])]),
        (["attack.t1684"], 18, []),
        (["attack.t9999", "attack.g0001", "detection.x"], 19, []),
    ],
)  # fmt: skip
def test_attack(tags: list[str], version: Any, expected: list[tuple[str, list[str]]]) -> None:
    found = msgspec.to_builtins(threats(tags, load_attack(), version))
    assert [
        (
            threat["tactic"]["id"],
            [
                id_
                for technique in threat.get("technique", ())
                for id_ in (technique["id"], *(s["id"] for s in technique.get("subtechnique", ())))
            ],
        )
        for threat in found
    ] == expected


def test_schedules() -> None:
    settings = ElasticSettings(interval=5, lateness=10)
    assert for_events(settings) == Schedule(300, 900)
    assert for_counts(3600, settings) == Schedule(300, 4500)
    assert for_spans(3600, settings) == Schedule(300, 4500)
    assert for_spans(86_400, settings) == Schedule(3600, 86_400 + 3600 + 3600)
    assert slack(86_400, settings) == 3600
    assert Schedule(90, 150).from_ == "now-150s"
