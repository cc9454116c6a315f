"""Native rules: sound data, Kibana's strict form, and the Splunk search against its definition."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.attack import load_attack
from okta_access.compile import registry
from okta_access.compile.elastic.kibana.new_terms import new_terms_rule
from okta_access.compile.elastic.kibana.schema import NewTermsRule, NotARule, read_rule
from okta_access.compile.model import Job
from okta_access.compile.native import FirstSeen, load_native_rules, native_rules
from okta_access.compile.splunk.query.first_seen import (
    SILENCE,
    first_seen_schedule,
    first_seen_search,
)
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import source_terms
from okta_access.content import rules_dir
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import EventRule, Level, Timespan
from okta_access.rules.settings.files import Settings, SplunkSettings
from okta_access.spl.beliefs import PAIRWISE, Beliefs
from okta_access.spl.engine import Indexed, Splunk
from tests.builders.linting import lint_text, rule_with
from tests.builders.rules import CATALOG, expression
from tests.builders.specs import base

PROJECT = load_rules([rules_dir()], CATALOG)
HOUR, DAY = 3600, 86_400
START = 1_800_000_000
HISTORY = Timespan("5d", 5 * DAY)
LATENESS = 2 * HOUR
TYPE = "access.request.create"


def job(rules: RuleSet, **changes: Any) -> Job:
    return Job(rules, Settings(**changes), CATALOG, "1.2.3")


def native(**parts: Any) -> tuple[FirstSeen, EventRule]:
    """A native rule on requests, with a short history."""
    one = next(one for one in load_native_rules() if one.fields == ("actor.id",))
    of = replace(base("create"), meta=replace(base("create").meta, name="of"))
    return dataclasses.replace(one, base="of", history=HISTORY, **parts), of


@pytest.mark.parametrize("rule", load_native_rules(), ids=lambda rule: rule.name)
def test_the_data_are_sound(rule: FirstSeen) -> None:
    found = {one.name: of for one, of in native_rules(PROJECT)}
    assert found[rule.name].name == rule.base
    assert rule.fields
    assert {*rule.fields} <= {*CATALOG.fields}
    assert rule.history.seconds >= 30 * DAY
    meta, attack = rule.meta, load_attack()
    assert Path(meta.file).name == f"{meta.name}.yml"
    assert meta.name.startswith("okta_access_native_")
    assert meta.id not in {one.meta.id for one in PROJECT.all_rules}
    assert meta.title not in {one.meta.title for one in PROJECT.all_rules}
    assert meta.description.startswith("Detects ")
    assert meta.status == "experimental"
    assert meta.level is not Level.INFORMATIONAL
    assert meta.falsepositives
    assert {*meta.assumptions} <= {*assumptions()}
    assert all(link.startswith("https://") for link in meta.references)
    tags = [tag.removeprefix("attack.") for tag in meta.tags]
    techniques = [attack.techniques[tag.upper()] for tag in tags if tag[1:2].isdigit()]
    tactics = {tag for tag in tags if not tag[1:2].isdigit()}
    assert tactics == {tactic for one in techniques for tactic in one.tactics}


def test_there_is_none_without_its_rule() -> None:
    others = replace(PROJECT, rules=(), context=(), correlations=())
    assert native_rules(others) == ()


@pytest.mark.parametrize("target", ["splunk", "splunk-conf", "splunk-app", "kibana"])
def test_what_a_product_cannot_say_is_refused_with_the_reason(target: str) -> None:
    """Here the base asks for a list that nobody filled in."""
    (_, of), *_ = native_rules(PROJECT)
    asked = replace(of, expr=expression("actor.id|expand: '%nobody%'"))
    alone = replace(PROJECT, rules=(asked,), context=(), correlations=())
    said = registry.target(target).compile(job(alone)).natives
    expected = [(rule, target, None) for rule, _ in native_rules(alone)]
    assert [(one.rule, one.target, one.text) for one in said] == expected
    assert all(one.note.startswith("refused: the list `%nobody%`") for one in said)


def test_kibana_takes_it_as_it_is() -> None:
    for rule, of in native_rules(PROJECT):
        made = new_terms_rule(rule, of, job(PROJECT))
        assert read_rule(msgspec.json.encode(made)) == made
        assert len(made.new_terms_fields) == len(rule.fields)
        assert made.history_window_start == f"now-{rule.history.text}"
        assert any("native" in tag for tag in made.tags)
        assert "not run on a real Kibana" in " ".join(str(made.note).split())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("history_window_start", "now-10m"),
        ("history_window_start", "now-9m"),
        ("history_window_start", "2026-01-01"),
        ("new_terms_fields", []),
        ("new_terms_fields", ["a", "b", "c", "d"]),
        ("new_terms_fields", ["a", "a"]),
        ("query", ""),
        ("index", []),
        ("history_window", "now-60d"),
        ("threshold", {"field": [], "value": 1}),
    ],
)
def test_what_kibana_would_refuse_or_drop(key: str, value: Any) -> None:
    rule, of = native()
    made = msgspec.json.decode(msgspec.json.encode(new_terms_rule(rule, of, job(PROJECT))))
    with pytest.raises(NotARule):
        read_rule(msgspec.json.encode({**made, key: value}))


@dataclass(frozen=True)
class Change:
    """An event: who, when (seconds since 1970), how late it was indexed, and whether it counts."""

    who: str | None
    at: int
    late: int
    counts: bool
    number: int

    @property
    def indexed(self) -> int:
        return self.at + self.late

    @property
    def event(self) -> dict[str, Any]:
        published = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        return {
            "uuid": f"e{self.number}",
            "eventType": TYPE if self.counts else "access.request.resolve",
            "published": published.replace("+00:00", "Z"),
            "actor": {"id": self.who},
        }


@st.composite
def changes(draw: st.DrawFn) -> list[Change]:
    """Up to twelve events over 15 days, at odd minutes, as no run is."""
    made = [
        Change(
            draw(st.sampled_from(["ada", "bo", None])),
            START + 60 * draw(st.integers(0, 15 * DAY // 60)) + 30,
            60 * draw(st.one_of(st.just(0), st.integers(0, LATENESS // 60 - 1))),
            draw(st.integers(0, 4)) > 0,
            number,
        )
        for number in range(draw(st.integers(1, 12)))
    ]
    return [*made, *draw(st.lists(st.sampled_from(made), max_size=2))]  # copies


def alerts(made: list[Change], beliefs: Beliefs) -> set[tuple[str, int]]:
    """Who the search finds at which run, if it runs every hour over the time it asks for."""
    rule, of = native()
    schedule = first_seen_schedule(LATENESS // 60)
    names = Names(CATALOG)
    search = first_seen_search(rule, of, names, f"{schedule.slice}m").pasted(
        source_terms(SplunkSettings())
    )
    reach = 60 * int(schedule.earliest(rule.history.seconds)[1:-3])
    found = set()
    for now in sorted({run for one in made for run in seen_by(one)}):
        visible = [
            Indexed(one.event, one.indexed)
            for one in made
            if one.indexed <= now and one.at >= now - reach
        ]
        rows = Splunk(beliefs, chance=now, now=now).run(search, visible)
        held = [one for one in made if one.counts and any(one.event == v.event for v in visible)]
        for row in rows:
            assert row["count"] == len({one.number for one in held if one.who == row["user_id"]})
        found |= {(str(row["user_id"]), now) for row in rows}
    return found


def seen_by(change: Change) -> list[int]:
    """The runs that see an event as new: every full hour, two of them."""
    first = -(-change.indexed // HOUR) * HOUR
    return [first, first + HOUR]


@settings(max_examples=60)
@given(changes(), st.sampled_from(PAIRWISE))
def test_the_search_fires_for_who_is_new_and_for_nobody_else(
    made: list[Change], beliefs: Beliefs
) -> None:
    found = alerts(made, beliefs)
    counted = [one for one in made if one.who and one.counts]
    for who, now in found:
        news = [one for one in counted if one.who == who and now in seen_by(one)]
        assert news, "an alert comes of an event indexed just before"
        for one in news:  # and nothing in the history before that event was known earlier
            assert not known(who, counted, now - 2 * HOUR, one.at - HISTORY.seconds, one.at)
    reach = HISTORY.seconds + LATENESS + 2 * HOUR
    for one in counted:  # always, where nothing was known of all that a run looks at
        if not known(one.who, counted, one.indexed, one.indexed - reach, START + 99 * DAY):
            assert {(one.who, now) for now in seen_by(one)} <= found


def known(who: str | None, all_of: list[Change], indexed: int, since: int, until: int) -> bool:
    """Whether an event of the actor between two times was indexed before a third."""
    return any(
        one.who == who and one.indexed < indexed and since <= one.at <= until for one in all_of
    )


def test_one_alert_is_silent_for_longer_than_runs_see_it() -> None:
    schedule = first_seen_schedule(24 * 60)
    assert 60 * (schedule.slice + schedule.interval) < SILENCE
    assert schedule.cron("x").split()[1:] == ["*", "*", "*", "*"]
    assert len(schedule.cron("x").split()[0].split(",")) == 1


def test_several_fields_are_first_seen_together() -> None:
    rule, of = native(fields=("actor.id", "client.ipAddress"))
    search = first_seen_search(rule, of, Names(CATALOG)).pasted(source_terms(SplunkSettings()))
    came = [("ada", "::1"), ("bo", "::1"), ("ada", "::2"), ("ada", None), ("ada", "::1")]
    events = [
        Indexed(
            Change(who, START + HOUR * at, 0, True, at).event | {"client": {"ipAddress": where}},
            START + HOUR * at,
        )
        for at, (who, where) in enumerate(came)
    ]
    rows = Splunk(PAIRWISE[0], chance=0, now=START + DAY).run(search, events)
    found = {(row["user_id"], row["src"], row["count"]) for row in rows}
    assert found == {("ada", "::1", 2), ("bo", "::1", 1), ("ada", "::2", 1)}


def test_new_terms_on_the_engine(elasticsearch: ElasticsearchOracle) -> None:
    """What Kibana's documentation says it does, with the rule's own query and fields."""
    rule, of = native()
    made = new_terms_rule(rule, of, job(PROJECT))
    moments = [(who, day) for who, days in
               {"ada": [0, 1, 7, 12, 12], "bo": [3, 3, 9], "cy": [14]}.items()
               for day in days]  # fmt: skip
    story = [Change(who, START + day * DAY + 7, 0, True, n) for n, (who, day) in enumerate(moments)]
    story += [Change("di", START + 2 * DAY, 0, False, 90), Change(None, START + DAY, 0, True, 91)]
    elasticsearch.load([one.event for one in story])
    found = []
    for day in range(15):
        since, now = START + day * DAY, START + day * DAY + 600
        terms = actors(elasticsearch, made, since, now)
        known = actors(elasticsearch, made, since - HISTORY.seconds, since)
        found += [(who, day) for who in sorted(terms - known)]
    assert found == [("ada", 0), ("bo", 3), ("ada", 7), ("bo", 9), ("cy", 14)]


def actors(oracle: ElasticsearchOracle, rule: NewTermsRule, low: int, high: int) -> set[str]:
    (field,) = rule.new_terms_fields
    between = {"gte": low * 1000, "lt": high * 1000, "format": "epoch_millis"}
    filters = [{"query_string": {"query": rule.query}}, {"range": {"@timestamp": between}}]
    body = {"size": 0, "query": {"bool": {"filter": filters}},
            "aggs": {"terms": {"terms": {"field": field, "size": 100}}}}  # fmt: skip
    buckets = oracle.search(body)["aggregations"]["terms"]["buckets"]
    return {bucket["key"] for bucket in buckets}


def test_native_rules_have_a_runbook() -> None:
    assert [one.name for one in load_native_rules() if one.meta.runbook is None] == []


@pytest.mark.parametrize("native", load_native_rules(), ids=lambda one: one.name)
def test_no_native_rule_claims_what_events_cannot_show(native: FirstSeen, tmp_path: Path) -> None:
    """The linter does not read these files; but for what was there before, their words pass it."""
    said = {"title": native.meta.title, "description": native.meta.description}
    fragment = "\n".join(f"{key}: {json.dumps(text)}" for key, text in said.items())
    found = lint_text(tmp_path, rule_with(fragment)).findings
    told = [one.message for one in found if one.code in ("OA512", "OA513")]
    assert [one for one in told if not one.endswith("what was there before")] == []
