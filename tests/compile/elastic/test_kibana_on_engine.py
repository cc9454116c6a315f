"""Kibana's rules, run over and over as its scheduler would, keep the verdicts they come with.

What Kibana does with a rule is done here: a threshold rule counts documents by group, and values
by cardinality, over its range of time; an ES|QL rule runs its query over that range.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import ApiError
from msgspec.structs import replace

from okta_access.catalog.times import time_text
from okta_access.cluster.access import Access, client_of
from okta_access.compile.elastic.esql.query import plain_query_of
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.correlations import correlation_rule
from okta_access.compile.elastic.kibana.schema import EsqlRule, ThresholdRule
from okta_access.compile.model import Job, Verdict
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, EventRule, Timespan
from okta_access.rules.settings.files import ElasticSettings, Settings
from tests.builders.rules import CATALOG
from tests.builders.specs import (
    COUNTED,
    HOUR,
    START,
    base,
    correlation,
    history,
)

MINUTE = 60_000
INTERVAL, LATENESS = 20, 7  # minutes
PLAIN, EXACT = (
    Settings(elastic=ElasticSettings(interval=INTERVAL, lateness=LATENESS, form=form))
    for form in ("plain", "exact")
)
THRESHOLDS = [spec for spec in COUNTED if spec[0].endswith("_count")]
SEQUENCES = [spec for spec in COUNTED if spec[0].startswith("temporal")][:4]
Held = tuple[ElasticsearchOracle, list[dict[str, Any]]]
Spec = tuple[str, list[str], list[str], str | None]
Group = tuple[str, ...]


@pytest.fixture(scope="module")
def held(elasticsearch_url: str) -> Iterator[Held]:
    events = history(7)
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        oracle.load(events)
        yield oracle, events


def job(rule: Correlation, bases: tuple[EventRule, ...], settings: Settings = PLAIN) -> Job:
    named = {ref.rule: b for ref, b in zip(rule.references, bases, strict=True)}
    rules = tuple(replace(b, meta=replace(b.meta, name=name)) for name, b in named.items())
    rule_set = RuleSet((), (), rules, (rule,), (), ())
    return Job(rule_set, settings, CATALOG, "1.0.0")


def runs() -> Iterator[int]:
    """The times of all runs that can see an event of a history, in milliseconds."""
    first, last = START - HOUR, START + 6 * HOUR
    yield from range(first + 3 * MINUTE, last, INTERVAL * MINUTE)


def reach(rule: ThresholdRule | EsqlRule) -> int:
    """``from``, in milliseconds."""
    assert rule.from_.endswith("m")
    return int(rule.from_.removeprefix("now-").removesuffix("m")) * MINUTE


def groups(rule: Correlation, bases: tuple[EventRule, ...], events: Any, span: int) -> set[Group]:
    """The groups in which the correlation fires, with a span of so many milliseconds."""
    wider = replace(rule, timespan=Timespan(f"{span // 1000}s", span // 1000))
    alerts = find_alerts(wider, bases, events, CATALOG)
    return {tuple(text for _, text in alert.group) for alert in alerts}


def counted(oracle: ElasticsearchOracle, rule: ThresholdRule, low: int, high: int) -> set[Group]:
    """The groups that a run of a threshold rule would alert of."""
    (limit,) = rule.threshold.cardinality or ()
    values = {"values": {"cardinality": {"field": limit.field}}}
    keys = rule.threshold.field
    aggs: dict[str, Any] = values
    if keys:
        sources = [{key: {"terms": {"field": key}}} for key in keys]
        by_key = {"composite": {"size": 10_000, "sources": sources}, "aggs": values}
        aggs = {"groups": by_key}
    filters = [
        {"query_string": {"query": rule.query, "analyze_wildcard": True}},
        {"range": {"@timestamp": {"gte": low, "lte": high, "format": "epoch_millis"}}},
    ]
    body = {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": aggs,
            "track_total_hits": True}  # fmt: skip
    answer = oracle.search(body)
    if not keys:
        whole = answer["aggregations"]["values"]["value"]
        enough = answer["hits"]["total"]["value"] >= rule.threshold.value
        return {()} if enough and whole >= limit.value else set()
    return {
        tuple(bucket["key"][key] for key in keys)
        for bucket in answer["aggregations"]["groups"]["buckets"]
        if bucket["doc_count"] >= rule.threshold.value and bucket["values"]["value"] >= limit.value
    }


@pytest.mark.parametrize("spec", THRESHOLDS, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}")
def test_a_threshold_rule_is_bounded_as_it_says(held: Held, spec: Spec) -> None:
    oracle, events = held
    rule, bases = correlation(*spec), tuple(base(name) for name in spec[1])
    said = correlation_rule(rule, job(rule, bases))
    assert isinstance(said.rule, ThresholdRule)
    assert said.verdict is Verdict.BOUNDED
    bound = reach(said.rule)
    assert f"none above {bound // MINUTE}m" in str(said.note)
    found = {group for now in runs() for group in counted(oracle, said.rule, now - bound, now)}
    assert groups(rule, bases, events, HOUR) <= found <= groups(rule, bases, events, bound)


@pytest.mark.parametrize("spec", SEQUENCES, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}")
def test_an_esql_rule_of_the_exact_form_is_exact(held: Held, spec: Spec) -> None:
    oracle, events = held
    rule, bases = correlation(*spec), tuple(base(name) for name in spec[1])
    said = correlation_rule(rule, job(rule, bases, EXACT))
    assert isinstance(said.rule, EsqlRule)
    assert said.verdict is Verdict.EXACT
    found = [group for now in runs() for group in answered(oracle, said.rule, now)]
    assert {*found} == groups(rule, bases, events, HOUR)


@pytest.mark.parametrize("spec", SEQUENCES, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}")
def test_an_esql_rule_of_the_plain_form_is_bounded_as_it_says(held: Held, spec: Spec) -> None:
    oracle, events = held
    rule, bases = correlation(*spec), tuple(base(name) for name in spec[1])
    said = correlation_rule(rule, job(rule, bases))
    assert isinstance(said.rule, EsqlRule)
    bound = reach(said.rule)
    found = {group for now in runs() for group in answered(oracle, said.rule, now)}
    if said.verdict is Verdict.EXACT:  # what has no plain form
        assert found == groups(rule, bases, events, HOUR)
    else:
        assert f"none above {bound // MINUTE}m" in str(said.note)
        assert groups(rule, bases, events, HOUR) <= found <= groups(rule, bases, events, bound)


@pytest.mark.parametrize("spec", THRESHOLDS, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}")
def test_a_plain_count_over_any_time_is_that_of_the_whole_time(held: Held, spec: Spec) -> None:
    """What the target ES|QL writes for counts, run over all events as over one window."""
    oracle, events = held
    rule, bases = correlation(*spec), tuple(base(name) for name in spec[1])
    query = plain_query_of(rule, bases, Fields(CATALOG))
    assert query is not None
    keys = [Fields(CATALOG).of(path).name for path in rule.group_by]
    found = {tuple(str(row[key]) for key in keys) for row in oracle.esql_table(query).named_rows()}
    assert found == groups(rule, bases, events, 1000 * HOUR)


def answered(oracle: ElasticsearchOracle, rule: EsqlRule, now: int) -> list[Group]:
    """The groups that a run of an ES|QL rule would alert of."""
    low, high = (time_text(time * 1000) for time in (now - reach(rule), now))
    within = f'\n| WHERE @timestamp >= "{low}" AND @timestamp <= "{high}"\n| WHERE'
    rows = oracle.esql_table(rule.query.replace("\n| WHERE", within, 1)).named_rows()
    return [(row["okta.actor.id"],) for row in rows]


@pytest.mark.parametrize("apart", [0, 30, 60])
def test_one_finding_repeats_as_often_as_it_says(
    elasticsearch: ElasticsearchOracle, apart: int
) -> None:
    rule, bases = correlation(*SEQUENCES[0]), (base("create"), base("resolve"))
    said = correlation_rule(rule, job(rule, bases))
    assert isinstance(said.rule, EsqlRule)
    times = (START, START + apart * MINUTE)
    kinds = ("access.request.create", "access.request.resolve")
    elasticsearch.load(
        {"uuid": kind, "eventType": kind, "published": time_text(time * 1000),
         "actor": {"id": "u"}}
        for kind, time in zip(kinds, times, strict=True)
    )  # fmt: skip
    seen = [now for now in runs() if answered(elasticsearch, said.rule, now)]
    most = reach(said.rule) // (INTERVAL * MINUTE) + 1
    assert 1 <= len(seen) <= most
    assert f"up to {most} runs" in str(said.note)


def test_an_esql_rule_fails_aloud_until_an_index_maps_what_it_requires(
    elasticsearch_url: str,
) -> None:
    rule, bases = correlation(*SEQUENCES[0]), (base("create"), base("resolve"))
    made = correlation_rule(rule, job(rule, bases)).rule
    required = {field.name: {"type": field.type} for field in made.required_fields}
    absent, partly, whole = (f"setup-{kind}-okta" for kind in ("absent", "partly", "whole"))
    client = client_of(Access(elasticsearch_url))

    def ask(index: str) -> str:
        try:
            query = made.query.replace("logs-okta*", f"{index}*")
            client.esql.query(query=f"{query}\n| LIMIT 1")
        except ApiError as error:
            return str(error.body)
        return "answered"

    one_less = {name: kind for name, kind in required.items() if name != "okta.client.ip"}
    try:
        for index, fields in ((partly, one_less), (whole, required)):
            client.indices.create(index=index, mappings={"properties": fields})
        assert "Unknown index" in ask(absent)
        assert "Unknown column [okta.client.ip]" in ask(partly)
        assert ask(whole) == "answered"
    finally:
        client.indices.delete(index=[partly, whole], ignore_unavailable=True)
