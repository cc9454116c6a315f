"""Counts by the compiled queries on a real Elasticsearch are those of a scan of the same events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from okta_access.backtest.on_cluster.correlations import CorrelationCount
from okta_access.backtest.on_cluster.counts import ClusterCounts, Seen, count_on_cluster
from okta_access.backtest.on_cluster.days import Period
from okta_access.backtest.on_cluster.events import by_esql, by_lucene, count_events
from okta_access.backtest.selection import only
from okta_access.catalog.times import event_time, time_text
from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import IncompleteAnswer, Overloaded
from okta_access.company.corpora import STORY_NAMES, told_story
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.model import Job
from okta_access.compile.targets import elastic_esql as esql
from okta_access.compile.targets import elastic_lucene as lucene
from okta_access.content import rules_dir
from okta_access.errors import EngineError, InputError
from okta_access.prove.oracles.elastic_documents import document
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from tests.builders.cluster_logs import (
    CATALOG,
    CORRELATION,
    DAY,
    EVENT_RULE,
    START,
    index,
    job,
    scanned,
)

MINUTE = 60_000
KINDS = ("access.request.create", "access.request.resolve", "access.request.cancel")
ALL = Level.INFORMATIONAL
WHOLE = Period(START - DAY, START + 3 * DAY)

EVENT_RULES = {
    "base/creates": ("informational", "eventType: access.request.create"),
    "base/resolves": ("informational", "eventType: access.request.resolve"),
    "any_request": ("informational", "eventType|startswith: access.request."),
    "failed": ("high", "outcome.result: FAILURE"),
    "on_behalf": ("low", "actor.id|fieldref: target.id"),
    "without_target": ("low", "target.id: null"),
}
CORRELATIONS = {
    "many": ("event_count", "creates", "1h", "group-by: [actor.id]", "condition: {gte: 3}"),
    "busy": ("event_count", "creates, failed", "2h", "condition: {gte: 9}"),
    "long": ("event_count", "any_request", "30h", "group-by: [actor.id]", "condition: {gte: 6}"),
    "spread": ("value_count", "any_request", "1h", "group-by: [actor.id]",
               "condition: {field: target.id, gte: 3}"),
    "by_target": ("event_count", "failed", "1d", "group-by: [target.id, outcome.result]",
                  "condition: {gte: 2}"),
    "both": ("temporal", "creates, resolves", "1h", "group-by: [actor.id]"),
    "then": ("temporal_ordered", "creates, resolves", "1h", "group-by: [actor.id]"),
    "aliased": ("temporal_ordered", "creates, resolves", "1d", "group-by: [who]",
                "aliases: {who: {creates: actor.id, resolves: target.id}}"),
    "same": ("temporal_ordered", "any_request, failed", "20m", "group-by: [actor.id]"),
}  # fmt: skip


def write_rules(folder: Path) -> Path:
    """The rules of both tables, below ``rules``."""
    for number, (name, (level, selection)) in enumerate(EVENT_RULES.items()):
        stem = name.rpartition("/")[2]
        text = EVENT_RULE.format(name=stem, id=UUID(int=number), level=level, selection=selection)
        path = folder / "rules" / "correlation" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for number, (name, (type_, rules, timespan, *more)) in enumerate(CORRELATIONS.items(), 100):
        text = CORRELATION.format(
            name=name, id=UUID(int=number), type=type_, rules=rules, timespan=timespan,
            more="".join(f"  {line}\n" for line in more),
        )  # fmt: skip
        (folder / "rules" / "correlation" / f"{name}.yml").write_text(text, "utf-8")
    return folder / "rules"


def history(seed: int, count: int) -> list[dict[str, Any]]:
    """Events at and around three midnights, with copies and without uuids, mixed up."""
    random = Random(seed)
    made = [_event(random, number) for number in range(count)]
    made += [dict(random.choice(made)) for _ in range(count // 5)]
    # Of one uuid, and yet no copies: another type, or another time.
    made += [{**random.choice(made), "eventType": random.choice(KINDS)} for _ in range(count // 20)]
    other = [_event(random, count)["published"] for _ in range(count // 20)]
    made += [{**random.choice(made), "published": published} for published in other]
    random.shuffle(made)
    return made


def _event(random: Random, number: int) -> dict[str, Any]:
    away = random.choice((0, 20, 30, 40, 60, 90, 700)) * random.choice((-1, 1)) * MINUTE
    time = START + random.randrange(3) * DAY + away + random.choice((-1, 0, 0, 0, 1))
    actor = f"a{random.randrange(12)}"
    targets = random.choice(([], [actor], [f"t{random.randrange(6)}"], ["t1", "t2"], ["t3", actor]))
    return {
        **({"uuid": f"u{number}"} if random.random() < 0.9 else {}),
        "eventType": random.choice(KINDS),
        "published": time_text(time * 1000),
        "actor": {"id": random.choice((actor,) * 8 + ([actor, "a1"], None))},
        "outcome": {"result": random.choice(("SUCCESS", "FAILURE"))},
        "target": [{"id": one} for one in targets],
    }


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    loaded = load_rules([write_rules(tmp_path_factory.mktemp("content"))], CATALOG)
    assert loaded.problems == ()
    return loaded


@pytest.fixture(scope="module")
def cluster(elasticsearch_url: str) -> Iterator[Cluster]:
    with Cluster(Access(elasticsearch_url)) as connected:
        yield connected


@pytest.fixture(scope="module")
def log() -> list[dict[str, Any]]:
    return history(1, 480)


@pytest.fixture(scope="module")
def held(elasticsearch_url: str, log: list[dict[str, Any]], rules: RuleSet) -> Iterator[Job]:
    """The rules as a job over the log; half of it in each of two indices."""
    middle = len(log) // 2
    with (
        index(elasticsearch_url, log[:middle]) as one,
        index(elasticsearch_url, log[middle:]) as two,
    ):
        yield job(rules, one, two)


@pytest.mark.parametrize(
    "period",
    [
        WHOLE,
        Period(START + 20 * MINUTE, START + 2 * DAY + 20 * MINUTE + 1),
        Period(START + 40 * DAY, START + 41 * DAY),
    ],
    ids=["all", "cut in the middle", "none"],
)
def test_every_rule_and_day_is_as_in_a_scan(
    cluster: Cluster, held: Job, log: list[dict[str, Any]], period: Period
) -> None:
    told: list[str] = []
    found = count_on_cluster(cluster, held, ALL, period, told.append)
    assert found.alerts == scanned(held, log, period)
    assert found.left_out == ()
    times = [time // 1000 for time in map(event_time, log) if time is not None]
    within = [time for time in times if period.low <= time < period.high]
    ends = (min(within), max(within)) if within else (None, None)
    assert found.seen == Seen(len(within), *ends)
    assert found.rules.all_rules == held.rules.all_rules
    assert told == sorted(name for name in told if name not in {"creates", "resolves"})
    if period == WHOLE:  # every rule has alerts, so that it was really compared
        assert {name for name, _ in found.alerts} == set(told)


def test_a_burst_across_midnight_between_quiet_days(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet
) -> None:
    """One window over the cut, and then a muting that reaches over the next."""
    minutes = [1410, 1430, 1450, 2865, 2870, 2875, 2880, 2900, 2935, 2936, 2937, 2938]
    log = [
        {
            "uuid": f"{kind}{minute}",
            "eventType": kind,
            "published": time_text((START + minute * MINUTE) * 1000),
            "actor": {"id": "a"},
            "target": [{"id": f"t{minute}"}],
        }
        for minute in minutes
        for kind in KINDS[:2]
    ]
    with index(elasticsearch_url, log) as name:
        work = job(only(rules, {"many", "spread", "then"}), name)
        found = count_on_cluster(cluster, work, ALL, Period(START - DAY, START + 5 * DAY))
        late = Period(START + 1441 * MINUTE, START + 5 * DAY)  # in the middle of the burst
        cut = count_on_cluster(cluster, work, ALL, late)
    assert found.alerts == scanned(work, log, Period(START - DAY, START + 5 * DAY))
    assert cut.alerts == scanned(work, log, late)
    assert cut.alerts != found.alerts
    many = [found.alerts["many", date(2026, 1, day)] for day in (1, 2, 3)]
    assert many == [0, 2, 1]  # 00:10; 23:55 mutes until 00:55; 00:56


def test_levels_and_silent_rules_hold(cluster: Cluster, held: Job) -> None:
    found = count_on_cluster(cluster, held, Level.MEDIUM, Period(START, START + DAY))
    assert {name for name, _ in found.alerts} <= {"failed", *CORRELATIONS}


def test_pages_do_not_change_a_count(
    cluster: Cluster, held: Job, log: list[dict[str, Any]]
) -> None:
    expected = scanned(held, log, WHOLE)
    fields = Fields(CATALOG, held.settings.elastic)
    for rule in (one for one in held.rules.correlations if one.name == "same"):
        bases = held.rules.referenced(rule)
        text = esql.TARGET.translate(rule, held).text
        assert text is not None
        paged = CorrelationCount(cluster, rule, bases, text, fields, page=150).over(WHOLE)
        assert paged == {day: n for (name, day), n in expected.items() if name == rule.name}


def test_both_languages_count_alike(cluster: Cluster, held: Job, log: list[dict[str, Any]]) -> None:
    expected = scanned(held, log, WHOLE)
    fields = Fields(CATALOG, held.settings.elastic)
    for rule in held.rules.rules:
        of_rule = {day: n for (name, day), n in expected.items() if name == rule.name}
        for language, asking in ((esql, by_esql), (lucene, partial(by_lucene, size=50))):
            text = language.TARGET.translate(rule, held).text
            if text is not None and not rule.silent:
                assert count_events(asking(cluster, text, fields), WHOLE) == of_rule


def test_a_cluster_without_this_esql_is_asked_in_lucene(
    cluster: Cluster, held: Job, log: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "version", lambda: (8, 12, 2), raising=True)
    found = count_on_cluster(cluster, held, ALL, WHOLE)
    of = {"any_request", "failed", "without_target"}
    expected = scanned(held, log, WHOLE)
    assert found.alerts == {key: n for key, n in expected.items() if key[0] in of}
    assert {one.rule for one in found.left_out} == {"on_behalf", *CORRELATIONS}
    assert {rule.name for rule in found.rules.rules if not rule.silent} == of
    why = {one.rule: one.reason for one in found.left_out}["many"]
    assert why == (
        "not in ES|QL: this is Elasticsearch 8.12.2, and the queries need 8.19, or 9.1 and on"
    )


def test_what_is_too_much_is_asked_by_shorter_times(
    cluster: Cluster, held: Job, log: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a cluster does whose memory holds no more than a day."""
    asked = cluster.esql

    def small(query: str, within: Mapping[str, Any] | None = None) -> Any:
        times = within["range"]["@timestamp"] if within else {"gte": 0, "lt": 0}
        if times["lt"] - times["gte"] > DAY:
            raise Overloaded("the cluster did not manage it")
        return asked(query, within)

    monkeypatch.setattr(cluster, "esql", small)
    work = job(only(held.rules, {*EVENT_RULES, "many"}), *held.settings.elastic.index)
    found = count_on_cluster(cluster, work, ALL, WHOLE)
    # What needs more than a day at once cannot be counted there; there is no part of it either.
    assert {one.rule for one in found.left_out} == {"many"}
    expected = scanned(held, log, WHOLE)
    assert found.alerts == {key: n for key, n in expected.items() if key[0] in EVENT_RULES}


def test_twelve_thousand_alerts_on_one_day(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet
) -> None:
    """More than ES|QL gives rows, more than approximate counts are exact for; one in ten twice."""
    log = [
        {
            "uuid": f"u{number}",
            "eventType": "access.request.create",
            "published": time_text((START + number // 2 * 7_000) * 1000),
            "actor": {"id": "one" if number % 3 else f"a{number}"},
            "target": [{"id": "t"}],
        }
        for number in range(12_000)
    ]
    log += log[::10]
    model = document(log[0], CATALOG).source
    documents = [
        {
            **model,
            "@timestamp": event["published"],
            "okta": {**model["okta"], "uuid": event["uuid"], "actor": event["actor"]},
        }
        for event in log
    ]
    day = Period(START, START + DAY)
    with index(elasticsearch_url, [], more=documents) as name:
        work = job(only(rules, {"any_request", "many"}), name)
        found = count_on_cluster(cluster, work, ALL, day)
    assert found.alerts == scanned(work, log, day)
    assert found.alerts["any_request", date(2026, 1, 1)] == 12_000
    assert found.alerts["many", date(2026, 1, 1)] == 12  # muted for an hour each time


def test_the_shipped_rules_on_the_attack_stories(cluster: Cluster, elasticsearch_url: str) -> None:
    shipped = load_rules([rules_dir()], CATALOG)
    log = [event for name in STORY_NAMES for event in told_story(CATALOG, name)]
    times = [time for time in map(event_time, log) if time is not None]
    period = Period(min(times) // 1000, max(times) // 1000 + 1)
    with index(elasticsearch_url, log) as name:
        work = job(tune(shipped, Settings(), CATALOG).shipped, name)
        found = count_on_cluster(cluster, work, Level.LOW, period)
    low = {rule.name for rule in work.rules.all_rules if rule.meta.level.rank >= Level.LOW.rank}
    expected = scanned(work, log, period)
    assert found.alerts == {key: n for key, n in expected.items() if key[0] in low}
    assert (found.left_out, bool(found.alerts)) == ((), True)


def test_more_events_at_one_time_than_a_page_are_no_smaller_number(
    cluster: Cluster, held: Job, elasticsearch_url: str
) -> None:
    log = [
        {"uuid": f"u{n}", "eventType": "access.request.create", "actor": {"id": "a"},
         "published": time_text(START * 1000)}
        for n in range(40)
    ]  # fmt: skip
    (rule,) = (one for one in held.rules.correlations if one.name == "many")
    with index(elasticsearch_url, log) as name:
        work = job(held.rules, name)
        text = esql.TARGET.translate(rule, work).text
        assert text is not None
        fields = Fields(CATALOG, work.settings.elastic)
        counting = CorrelationCount(
            cluster, rule, held.rules.referenced(rule), text, fields, page=40
        )
        with pytest.raises(IncompleteAnswer, match=r"^40 events or more have one time, 2026"):
            counting.over(WHOLE)
        assert replace(counting, page=41).over(WHOLE) == {date(2026, 1, 1): 1}


def left_out(found: ClusterCounts) -> dict[str, str]:
    return {one.rule: one.reason for one in found.left_out}


def properties(**types: str) -> dict[str, Any]:
    """A mapping with these fields of ``okta`` and the envelope."""
    okta = {name.replace("__", "."): {"type": type_} for name, type_ in types.items()}
    envelope = {"event_type": {"type": "keyword"}, "uuid": {"type": "keyword"}}
    return {
        "dynamic": False,
        "properties": {
            "@timestamp": {"type": "date"},
            "okta": {"properties": {**envelope, **okta}},
        },
    }


def test_a_field_that_no_index_has_is_named(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet
) -> None:
    log = [
        {
            "uuid": "u",
            "eventType": KINDS[0],
            "published": time_text(START * 1000),
            "actor": {"id": 1},
        }
    ]
    mappings = properties(outcome__result="text", actor__id="keyword")
    with index(elasticsearch_url, log, mappings=mappings) as name:
        work = job(rules, name)
        found = count_on_cluster(cluster, work, ALL, WHOLE)
    assert found.alerts == {("any_request", date(2026, 1, 1)): 1}
    missing = f"no index behind {name} has the field `okta.target.id`"
    text = f"`okta.outcome.result` is of type text in {name}, expected constant_keyword or keyword"
    reasons = left_out(found)
    assert reasons["without_target"] == reasons["on_behalf"] == missing
    assert reasons["failed"].startswith(text)
    assert {*reasons} == {
        "aliased",
        "failed",
        "without_target",
        "on_behalf",
        "busy",
        "spread",
        "by_target",
        "same",
    }


def test_two_types_of_one_field_are_named_with_an_index(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet
) -> None:
    other = properties(outcome__result="long", actor__id="keyword", target__id="keyword")
    with (
        index(elasticsearch_url, []) as good,
        index(elasticsearch_url, [], mappings=other) as bad,
    ):
        reasons = left_out(count_on_cluster(cluster, job(rules, good, bad), ALL, WHOLE))
    assert reasons["failed"].startswith(f"`okta.outcome.result` is of type long in {bad}, ")


def test_flattened_targets_are_noticed_and_then_counted(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet, log: list[dict[str, Any]]
) -> None:
    """Beside an index of today's layout they would be passed over without a word."""
    days = Period(START, START + 2 * DAY)
    with (
        index(elasticsearch_url, log[:240]) as today,
        index(elasticsearch_url, log[240:], flattened=True) as old,
    ):
        some = only(rules, {"without_target", "failed", "on_behalf", "both", "by_target"})
        reasons = left_out(count_on_cluster(cluster, job(some, today, old), ALL, days))
        assert reasons["without_target"] == (
            f'`okta.target` is flattened in {old}; set targets = "flattened" in [elastic]'
        )
        work = job(some, today, old, targets="flattened")
        found = count_on_cluster(cluster, work, ALL, days)
    refused = {"by_target", "on_behalf"}
    assert {*left_out(found)} == refused
    expected = scanned(work, log, days)
    assert found.alerts == {key: n for key, n in expected.items() if key[0] not in refused}


def test_indices_that_hold_something_else(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet
) -> None:
    mappings = {"properties": {"@timestamp": {"type": "date"}, "message": {"type": "text"}}}
    with (
        index(elasticsearch_url, [], mappings=mappings) as name,
        pytest.raises(EngineError, match=f"^no index behind {name} has the field `okta.uuid`"),
    ):
        count_on_cluster(cluster, job(rules, name), ALL, WHOLE)


@pytest.mark.parametrize("wanted", ["nothing-like-this*", "nothing-like-this"])
def test_an_index_that_is_not_there(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet, wanted: str
) -> None:
    with (
        index(elasticsearch_url, []) as name,
        pytest.raises(InputError) as caught,
    ):
        count_on_cluster(cluster, job(rules, wanted), ALL, WHOLE)
    expected = {
        "nothing-like-this*": "no index is behind nothing-like-this*",
        "nothing-like-this": "no such index [nothing-like-this]",
    }
    assert caught.value.message == expected[wanted]
    assert name in (caught.value.hint or "")


def test_an_index_without_events_has_no_alerts(
    cluster: Cluster, elasticsearch_url: str, rules: RuleSet
) -> None:
    with index(elasticsearch_url, []) as name:
        found = count_on_cluster(cluster, job(rules, name), ALL, WHOLE)
    assert (found.alerts, found.left_out) == ({}, ())


def test_a_query_that_nulls_what_it_cannot_evaluate_is_no_answer(
    cluster: Cluster, held: Job
) -> None:
    """``==`` on an event with two targets: ES|QL goes on with null, and warns."""
    names = ", ".join(held.settings.elastic.index)
    with pytest.raises(IncompleteAnswer, match="could not evaluate the query on every document"):
        cluster.esql(f'FROM {names}\n| WHERE okta.target.id == "t1" | STATS COUNT(*)')
