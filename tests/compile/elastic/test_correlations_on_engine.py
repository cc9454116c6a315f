"""Compiled correlations on a real Elasticsearch fire for the groups for which the judge fires.

Histories are made of times that lie at, just inside and just outside a timespan of each other and
of full hours, for many groups at once; with duplicates, in no order, with keys that are absent or
lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from okta_access.catalog.times import event_time, time_text
from okta_access.cluster.access import Access
from okta_access.compile.elastic.esql.grouping import key_fields
from okta_access.compile.elastic.esql.query import exact_query, plain_query_of
from okta_access.compile.elastic.fields import Fields
from okta_access.content import rules_dir
from okta_access.generate.choices import Choices
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.sample import draws
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Correlation, EventRule, Timespan
from tests.builders.rules import CATALOG
from tests.builders.specs import ALIASED, COUNTED, HOUR, START, base, correlation, history

FIELDS = Fields(CATALOG)


@pytest.fixture(scope="module", params=range(2))
def held(
    request: pytest.FixtureRequest, elasticsearch_url: str
) -> Iterator[tuple[ElasticsearchOracle, list[dict[str, Any]]]]:
    events = history(request.param)
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        oracle.load(events)
        yield oracle, events


@pytest.mark.parametrize("spec", COUNTED, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}-by-{len(s[2])}")
def test_esql_fires_for_the_same_groups_as_the_judge(
    held: tuple[ElasticsearchOracle, list[dict[str, Any]]],
    spec: tuple[str, list[str], list[str], str | None],
) -> None:
    check(held[0], correlation(*spec), tuple(base(name) for name in spec[1]), held[1])


@pytest.mark.parametrize("spec", ALIASED, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}-by-{s[2][-1]}")
def test_esql_groups_by_an_alias_as_the_judge_does(
    held: tuple[ElasticsearchOracle, list[dict[str, Any]]],
    spec: tuple[str, list[str], list[str], str | None, str],
) -> None:
    rule, bases = correlation(*spec), tuple(base(name) for name in spec[1])
    check(held[0], rule, bases, held[1])
    check_plain(held[0], rule, bases, held[1])


def check(
    engine: ElasticsearchOracle,
    rule: Correlation,
    bases: tuple[EventRule, ...],
    events: list[dict[str, Any]],
) -> None:
    """The query finds a row for each group of an alert, and nothing else."""
    rows = engine.esql_table(exact_query(rule, bases, FIELDS)).named_rows()
    keys = [key.name for key in key_fields(rule, FIELDS)]
    found = [tuple(row[key] for key in keys) for row in rows]
    alerts = find_alerts(rule, bases, events, CATALOG)
    assert sorted(found) == sorted({tuple(text for _, text in alert.group) for alert in alerts})
    times = {event_time(event) for event in events}
    for row in rows:
        assert row.get("Esql.value", rule.threshold) >= rule.threshold
        ends = [event_time({"published": row[f"Esql.{name}_seen"]}) for name in ("first", "last")]
        assert ends == sorted(ends, key=lambda time: time or 0)
        assert times.issuperset(ends)


def check_plain(
    engine: ElasticsearchOracle,
    rule: Correlation,
    bases: tuple[EventRule, ...],
    events: list[dict[str, Any]],
) -> None:
    """Of the plain form, where there is one, the window is all that is there."""
    plain = plain_query_of(rule, bases, FIELDS)
    if plain is None:
        return
    rows = engine.esql_table(plain).named_rows()
    keys = [key.name for key in key_fields(rule, FIELDS)]
    whole = replace(rule, timespan=Timespan("9999d", 9999 * 86_400))
    alerts = find_alerts(whole, bases, events, CATALOG)
    assert {tuple(row[key] for key in keys) for row in rows} == {
        tuple(text for _, text in alert.group) for alert in alerts
    }


SHIPPED = load_rules([rules_dir()], CATALOG)


@pytest.mark.parametrize("rule", SHIPPED.correlations, ids=lambda rule: rule.name)
def test_esql_of_a_shipped_correlation_holds_on_its_histories(
    elasticsearch: ElasticsearchOracle, rule: Correlation
) -> None:
    """One history of each kind, a month apart, so that none reaches into another."""
    bases = SHIPPED.referenced(rule)
    maker = HistoryMaker(rule, bases, CATALOG)
    events: list[dict[str, Any]] = []
    for number, (kind, data) in enumerate(zip(maker.kinds, draws(rule.name, BYTES), strict=False)):
        for event in maker.make_kind(kind, Choices(data)).events:
            time = event_time(event)
            if time is None or not event.get("uuid"):
                continue  # takes no part, or cannot be told apart by an engine's answer
            published = time_text(time + number * 31 * 24 * HOUR * 1000)
            events.append({**event, "published": published, "uuid": f"{number}-{event['uuid']}"})
    report = elasticsearch.load(events)
    lost = {*report.refused, *report.altered}
    kept = [event for event in events if event["uuid"] not in lost]
    check(elasticsearch, rule, bases, kept)
    check_plain(elasticsearch, rule, bases, kept)


def test_a_flood_in_one_group_does_not_blind_the_query(elasticsearch: ElasticsearchOracle) -> None:
    """The work grows with the number of events, not with its square."""
    rule, bases = correlation(*COUNTED[0]), (base("create"),)
    flood = [
        {
            "uuid": f"u{number}",
            "eventType": "access.request.create",
            "published": time_text((START + number * 100) * 1000),
            "actor": {"id": "flood" if number % 2 else f"a{number}"},
        }
        for number in range(6_000)
    ]
    elasticsearch.load(flood)
    (row,) = elasticsearch.esql_table(exact_query(rule, bases, FIELDS)).named_rows()
    assert (row["okta.actor.id"], row["Esql.value"]) == ("flood", 3000)
