"""The ledger's queries: the figures of `okta-access assumptions`, from each product's own query."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from okta_access.assumptions.answers import LogCount
from okta_access.assumptions.registry import assumptions, questions
from okta_access.cluster.access import Access
from okta_access.compile.elastic.esql.ledger import ledger_queries
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.splunk.app.ledger import ledger_reports, ledger_searches
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import source_terms
from okta_access.content import fixtures_dir
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.fixtures import event_from_paths
from okta_access.rules.settings.files import ElasticSettings, SplunkSettings
from okta_access.spl.beliefs import PAIRWISE
from okta_access.spl.engine import Indexed, Splunk
from tests.builders.rules import CATALOG

Event = dict[str, Any]
Rows = list[dict[str, Any]]
WEEK = fixtures_dir() / "demo" / "week.jsonl"
SOURCE = source_terms(SplunkSettings())
QUESTIONS = {question.name: question for _, question in questions()}
ABOUT = {question.name: assumption for assumption, question in questions()}


@cache
def week() -> tuple[Event, ...]:
    return tuple(json.loads(line) for line in WEEK.read_text("utf-8").splitlines())


@cache
def odd() -> tuple[Event, ...]:
    """What a week of a healthy company does not hold, each by a count that no other has."""
    made: list[Event] = []

    def add(type_: str, count: int, without: Iterable[str] = (), **paths: Any) -> None:
        filled = {path.replace("__", "."): value for path, value in paths.items()}
        for _ in range(count):
            number = len(made)
            event = event_from_paths(CATALOG, {"eventType": type_, **filled}, tuple(without))
            made.append({**event, "uuid": f"odd-{number}",
                         "published": f"2026-03-0{1 + number % 9}T10:00:00.000Z"})  # fmt: skip

    create, resolve = "access.request.create", "access.request.resolve"
    condition = "access.request.condition.update"
    add(create, 2, actor__id="own", target__id="r1")
    add(resolve, 1, actor__id="own", target__id="r1")
    add(resolve, 3, actor__id="other", target__id="r1", actor__type="PUBLICCLIENTAPP")
    add(resolve, 4, actor__id="sys", target__id="never opened", actor__type="SystemPrincipal")
    add(resolve, 1, target__id=["r1", "r2"], actor__id="own", actor__type="odd")
    add(resolve, 2, ["target.id", "target.type"], actor__id=None)
    add("access.request.cancel", 3, target__id="r1", outcome__result="DENY")
    add("access.request.expire", 2, target__id="never", outcome__result=None)
    add(condition, 5, ["client.ipAddress", "client.userAgent.rawUserAgent"])
    add(condition, 2, client__userAgent__rawUserAgent="Curl/8.5")
    add(condition, 3, client__userAgent__rawUserAgent="okta_iga_connector")
    add(condition, 1, actor__type="System")
    add("access.request.condition.invalidate", 1, actor__type="Client")
    add("access.review.close", 2, target__id="00uabc", target__type="X")
    add("access.review.close", 1, target__id=["x", "00uabc"], target__type=["A", "A user"])
    add("access.review.action", 4, target__id="x00u", target__type="REVIEW")
    add("access.review.action", 1, ["target.id", "target.type"])
    add(create, 1, outcome__result="SKIPPED", outcome__reason="an error")
    add(create, 3, outcome__reason="Not Permitted here", securityContext__isProxy=True)
    add(create, 2, securityContext__isProxy=None,
        authenticationContext__externalSessionId="unknown")  # fmt: skip
    add(create, 2, actor__alternateId="two@example.com", actor__id="first")
    add(create, 1, actor__alternateId="two@example.com", actor__id="second")
    add(create, 3, actor__displayName="Okta IGA Connector", actor__alternateId="unknown")
    add(create, 2, actor__displayName="okta AtSpoke connector")
    add(create, 3, actor__id="solo", authenticationContext__externalSessionId="solo's")
    add(create, 1, authenticationContext__externalSessionId="seen once")
    add(create, 1, authenticationContext__externalSessionId="Seen once")
    add("access.review.create", 1, target__id="rev-1")
    add("access.review.start", 2, target__id=["rev-1", "00uabc", "rev-2"])
    add("access.review.update", 3, target__id=["rev-1", "00uabc", "rev-1"])
    add("access.review.action", 1, target__id=["rev-2", "rev-3"])
    add("access.review.close", 2, target__id="rev-3")
    add("user.session.start", 1, actor__id="own", client__ipAddress="198.51.100.7")
    add(create, 4, actor__id="own", client__ipAddress="198.51.100.7")
    add(create, 2, ["client.ipAddress"], actor__id="own", client__userAgent__rawUserAgent="UA")
    add("user.session.start", 1, ["client.ipAddress"], actor__id="own",
        client__userAgent__rawUserAgent="UA")  # fmt: skip
    return tuple(made)


LOGS = {"week": week, "odd": odd}


def local(events: Iterable[Event]) -> dict[str, Rows]:
    """What the local command counts, in the form of the queries' answers."""
    ledger = LogCount(CATALOG)
    events = list(events)
    for event in events:
        ledger.add(event)
    answers = ledger.answers()
    found: dict[str, Rows] = {}
    for name, question in QUESTIONS.items():
        figures = {k.replace(" ", "_"): v for k, v in answers[ABOUT[name].id].figures.items()}
        figures |= {"access_events": ledger.events}
        if question.by is None:
            found[name] = [{column: figures[column] for column in question.figures}]
    return found | {"totals": [
        {f"{name}:{column}": dict_of(answers[ABOUT[name].id].figures)[column]}
        for name in ("a2", "a3", "a4")
        for column in QUESTIONS[name].figures
        if column in dict_of(answers[ABOUT[name].id].figures)
    ]}  # fmt: skip


def dict_of(figures: Any) -> dict[str, int]:
    return {key.replace(" ", "_"): value for key, value in figures.items()}


def lives(events: Iterable[Event], about: str) -> tuple[int, int]:
    """Later events of requests or reviews, and of these whose opening has the same id."""
    reviews = about == "access.review."
    openings = ("create", "start") if reviews else ("create",)
    steps = ("update", "action", "close") if reviews else ("resolve", "reject", "cancel", "expire")
    opened, later = set(), Counter[str]()
    for event in events:
        ids = {target["id"] for target in event.get("target") or () if target.get("id")}
        if reviews:
            ids = {id_ for id_ in ids if not id_.startswith("00u")}
        elif len(ids) != 1:
            continue
        verb = event["eventType"].removeprefix(about)
        if verb in openings:
            opened |= ids
        elif verb in steps:
            later.update(ids)
    return later.total(), sum(number for id_, number in later.items() if id_ in opened)


def check(answers: dict[str, Rows], events: tuple[Event, ...]) -> None:
    """The answers to all questions, against what the local command counts."""
    expected = local(events)
    assert [*answers] == [*QUESTIONS]
    for name, question in QUESTIONS.items():
        rows = answers[name]
        for row in rows:
            assert [*row] == [*([question.by] if question.by else []), *question.figures], name
        if question.by is None:
            assert rows == expected[name], name
        else:
            assert len({row[question.by] for row in rows}) == len(rows)
    for total in expected["totals"]:
        ((key, value),) = total.items()
        name, column = key.split(":")
        assert sum(row[column] for row in answers[name]) == value, key
    for name, about in (("a5_lifetime", "access.request."), ("a11", "access.review.")):
        figures = QUESTIONS[name].figures
        sums = tuple(sum(row[column] for row in answers[name]) for column in figures)
        assert sums == lives(events, about), name


def test_every_assumption_has_a_question() -> None:
    assert all(one.questions for one in assumptions().values())
    assert len(QUESTIONS) == len(questions())
    assert [*ledger_queries(Fields(CATALOG))] == [*ledger_searches(Names(CATALOG))]
    for name, question in QUESTIONS.items():
        assert name.partition("_")[0] == ABOUT[name].id.lower()
        named = {word for word in question.share.replace(",", " ").split() if "_" in word}
        assert {word.strip(".;:") for word in named} <= {*question.figures}


def test_reports_say_what_they_are_about() -> None:
    for report, question in zip(ledger_reports(Names(CATALOG)), QUESTIONS.values(), strict=True):
        assert report.name("Okta Access - ") == f"Okta Access - Assumption - {question.title}"
        known = ABOUT[question.name]
        assert known.statement in report.meaning
        assert known.otherwise in report.meaning
        assert report.search.startswith("`okta_access_events`\n")


def test_without_a_field_there_are_fewer_searches() -> None:
    fields = {p: f for p, f in CATALOG.fields.items() if p != "actor.displayName"}
    fewer = replace(CATALOG, fields=fields)
    assert {*QUESTIONS} - {*ledger_searches(Names(fewer))} == {"a9"}
    assert {*QUESTIONS} - {*ledger_queries(Fields(fewer))} == {"a9"}


def test_without_columns_for_targets_there_are_fewer_queries() -> None:
    old = msgspec.structs.replace(ElasticSettings(), targets="flattened")
    found = ledger_queries(Fields(CATALOG, old))
    assert {*QUESTIONS} - {*found} == {"a1", "a5_targets", "a5_lifetime", "a6", "a11"}


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("beliefs", PAIRWISE[:3], ids=str)
def test_searches_count_what_the_local_command_counts(log: str, beliefs: Any) -> None:
    events = LOGS[log]()
    splunk = Splunk(beliefs)
    held = splunk.held(Indexed(event) for event in events)
    answers = {
        name: splunk.run_over(" ".join(search.pasted(SOURCE).split("\n")), held)
        for name, search in ledger_searches(Names(CATALOG)).items()
    }
    check(answers, events)


@pytest.fixture(scope="module", params=LOGS)
def loaded(request: Any, elasticsearch_url: str) -> Iterator[tuple[ElasticsearchOracle, Any]]:
    events = LOGS[request.param]()
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        oracle.load(events)
        yield oracle, events


def test_queries_count_what_the_local_command_counts(
    loaded: tuple[ElasticsearchOracle, tuple[Event, ...]],
) -> None:
    oracle, events = loaded
    queries = ledger_queries(Fields(CATALOG))
    check({name: oracle.esql_table(query).named_rows() for name, query in queries.items()}, events)
