"""Compiled queries on a real Elasticsearch find what the reference evaluator finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.cluster.access import Access
from okta_access.compile.elastic.esql.text import condition
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.preflight import preflight_query
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.errors import Refused
from okta_access.matching.events.evaluate import matches
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import (
    And,
    Atom,
    Cidr,
    Expr,
    Not,
    Or,
    Pattern,
    Present,
    Regex,
    Test,
    Wildcard,
)
from okta_access.rules.regex import RegexRefused, parse_regex
from okta_access.rules.settings.files import ElasticSettings
from tests.compile.elastic.corpus import (
    HERE,
    TEXTS,
    addresses,
    atom,
    events,
    networks,
    pattern_of,
    patterns,
    same,
    tree,
)

CATALOG = load_catalog()
FIELDS = Fields(CATALOG)
FLATTENED = Fields(CATALOG, ElasticSettings(targets="flattened"))
# Half as many examples as the profile asks for: each of them is a few requests.
on_the_engine = settings(
    max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.too_slow]
)


class Loaded:
    """Events in an engine, without those that ingest altered."""

    def __init__(self, oracle: ElasticsearchOracle, *loads: tuple[list[dict[str, Any]], bool]):
        self.oracle = oracle
        self.events: list[Mapping[str, Any]] = []
        for these, flattened in loads:
            report = oracle.load(these, flattened_targets=flattened)
            lost = {*report.refused, *report.altered}
            self.events += [event for event in these if event["uuid"] not in lost]
        self.kept = {event["uuid"] for event in self.events}

    def expected(self, expr: Expr) -> set[str]:
        return {e["uuid"] for e in self.events if matches(expr, e, CATALOG)}

    def lucene(self, texts: list[str]) -> list[set[str]]:
        """What each query finds, all asked in one request."""
        filters = {
            str(number): {"query_string": {"query": text, "analyze_wildcard": True}}
            for number, text in enumerate(texts)
        }
        uuids = {"uuids": {"terms": {"field": "okta.uuid", "size": 10_000}}}
        aggs = {"each": {"filters": {"filters": filters}, "aggs": uuids}}
        answer = self.oracle.search({"size": 0, "aggs": aggs})
        buckets = answer["aggregations"]["each"]["buckets"]
        return [
            {bucket["key"] for bucket in buckets[str(number)]["uuids"]["buckets"]} & self.kept
            for number in range(len(texts))
        ]

    def esql(self, texts: list[str]) -> list[set[str]]:
        columns = ", ".join(
            f"found{n} = VALUES(okta.uuid) WHERE {text}" for n, text in enumerate(texts)
        )
        (row,) = self.oracle.esql_table(f"FROM logs-okta* | STATS {columns}").named_rows()
        return [_set_of(row[f"found{number}"]) & self.kept for number in range(len(texts))]

    def agrees(self, exprs: list[Expr], fields: Fields) -> None:
        """Every language that can say an expression finds what it means."""
        for write, ask in ((query_string, self.lucene), (condition, self.esql)):
            said = [(expr, text) for expr in exprs if (text := _said(write, expr, fields))]
            for start in range(0, len(said), 100):
                some = said[start : start + 100]
                found = ask([text for _, text in some])
                for (expr, text), uuids in zip(some, found, strict=True):
                    assert uuids == self.expected(expr), text


def _set_of(found: list[str] | str | None) -> set[str]:
    return {found} if isinstance(found, str) else {*(found or ())}


def _said(write: Callable[[Expr, Fields], str], expr: Expr, fields: Fields) -> str | None:
    try:
        return write(expr, fields)
    except Refused:
        return None


@pytest.fixture(scope="module")
def loaded(elasticsearch_url: str) -> Iterator[Loaded]:
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        yield Loaded(oracle, (events(150), False))


@on_the_engine
@given(expr=tree(atom()))
def test_an_expression_means_the_same(loaded: Loaded, expr: Expr) -> None:
    loaded.agrees([expr], FIELDS)
    _alone(loaded, expr)


def _alone(loaded: Loaded, expr: Expr) -> None:
    """The condition as a query of its own, in WHERE instead of STATS."""
    text = _said(condition, expr, FIELDS)
    if text is not None:
        query = f"FROM logs-okta* METADATA _id | WHERE {text}"
        assert {*loaded.oracle.esql(query)} & loaded.kept == loaded.expected(expr), text


def _beside(path: str, test: Pattern) -> Expr:
    absent = Not(Atom(path, Present(), HERE, HERE), HERE)
    return Not(And((absent, Atom(path, test, HERE, HERE)), HERE), HERE)


@on_the_engine
@given(expr=tree(atom() | same()))
@example(expr=_beside("actor.displayName", Pattern(("User",), cased=True)))
def test_fields_that_are_compared_mean_the_same(loaded: Loaded, expr: Expr) -> None:
    loaded.agrees([expr], FIELDS)
    _alone(loaded, expr)


def test_no_event_and_every_event(loaded: Loaded) -> None:
    never = And(tuple(_type(name) for name in ("a", "b")), HERE)
    for expr in (never, Not(never, HERE), Or((never, Not(_type("a"), HERE)), HERE)):
        _alone(loaded, expr)
        loaded.agrees([expr], FIELDS)


def test_every_network_and_address(loaded: Loaded) -> None:
    tests: list[Test] = [*map(Cidr, networks()), *addresses()]
    exprs: list[Expr] = [Atom("client.ipAddress", test, HERE, HERE) for test in tests]
    loaded.agrees([*exprs, *(Not(expr, HERE) for expr in exprs)], FIELDS)


def _type(name: str) -> Atom:
    return Atom("eventType", Pattern((name,), cased=True), HERE, HERE)


def _named(number: int, text: str) -> dict[str, Any]:
    return {"uuid": f"u{number}", "eventType": "access.request.create", "actor": {"id": text}}


@settings(on_the_engine, max_examples=2)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
                min_size=20, max_size=40))  # fmt: skip
@example(list(TEXTS))
def test_no_text_means_anything_but_itself(elasticsearch_url: str, texts: list[str]) -> None:
    """Each text is asked for as it stands and in the other case, whole and in part."""
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        held = Loaded(oracle, ([_named(*one) for one in enumerate(texts)], False))
        held.agrees(
            [
                Atom(
                    "actor.id", pattern_of(text if bits & 1 else text.swapcase(), bits), HERE, HERE
                )
                for text in texts
                for bits in range(8)
            ],
            FIELDS,
        )


@pytest.fixture(scope="module")
def short_texts(elasticsearch_url: str) -> Iterator[Loaded]:
    """Every text of one or two of some characters, and longer ones."""
    chars = 'abBK\u212a1 .\n\u00e9/"\\#@&<~-]^'
    texts = [*chars, *(x + y for x in chars for y in "ab1\n/\\"), "aab", "ab1/", "bbbb", *TEXTS]
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        yield Loaded(oracle, ([_named(*one) for one in enumerate(texts)], False))


@settings(on_the_engine, max_examples=max(1, settings().max_examples // 10))
@given(st.lists(st.builds(Regex, patterns, st.booleans(), st.just(False), st.booleans()),
                min_size=10, max_size=40))  # fmt: skip
@example([Regex("^[\\[-_]")])
def test_regular_expressions_find_what_they_find_in_python(
    short_texts: Loaded, regexes: list[Regex]
) -> None:
    whole = [regex for regex in regexes if _in_dialect(regex)]
    short_texts.agrees([Atom("actor.id", regex, HERE, HERE) for regex in whole], FIELDS)


def test_what_is_not_refused_as_too_complex_is_not_dropped(elasticsearch_url: str) -> None:
    """A server drops an expression that it finds too complex, and then finds nothing."""
    texts = ["a" + "x" * length for length in range(20)] + ["a" * 240, "xa" * 100, "b" * 100]
    asked: list[Test] = [Regex(f"a.{{{n}}}{end}", True) for n in range(16) for end in ("$", "x")]
    asked += [Pattern((Wildcard.MANY, "a", *([Wildcard.ONE] * n))) for n in range(1, 20)]
    asked += [Pattern((Wildcard.MANY, "a" * n, Wildcard.MANY)) for n in range(10, 240, 10)]
    exprs: list[Expr] = [Atom("actor.id", test, HERE, HERE) for test in asked]
    refused = [expr for expr in exprs if _said(query_string, expr, FIELDS) is None]
    assert 10 < len(refused) < len(exprs) - 30
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        Loaded(oracle, ([_named(*one) for one in enumerate(texts)], False)).agrees(exprs, FIELDS)


def _in_dialect(regex: Regex) -> bool:
    try:
        return bool(parse_regex(regex))
    except RegexRefused:
        return False


@pytest.fixture(scope="module", params=["flattened", "both"])
def flattened(request: pytest.FixtureRequest, elasticsearch_url: str) -> Iterator[Loaded]:
    """Targets as older integrations keep them, and these beside newer ones under one pattern."""
    other = [{**event, "uuid": f"n{event['uuid']}"} for event in events(60, seed=2)]
    loads = [(events(60, seed=1), True), *([(other, False)] if request.param == "both" else [])]
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        yield Loaded(oracle, *loads)


@settings(on_the_engine, max_examples=30)
@given(expr=tree(atom()))
def test_flattened_targets_are_asked_what_they_can_answer(flattened: Loaded, expr: Expr) -> None:
    flattened.agrees([expr], FLATTENED)


@pytest.mark.parametrize("path", ["target.id", "target.type"])
def test_flattened_targets_answer_to_texts_and_prefixes(flattened: Loaded, path: str) -> None:
    tests: list[Test] = [
        Pattern(parts, cased=True) for text in TEXTS for parts in ((text,), (text, Wildcard.MANY))
    ]
    exprs: list[Expr] = [Atom(path, test, HERE, HERE) for test in (*tests, Present())]
    flattened.agrees(exprs, FLATTENED)


def test_the_preflight_query_counts_each_field(elasticsearch: ElasticsearchOracle) -> None:
    made = events(200, seed=5)
    elasticsearch.load(made)
    rows = elasticsearch.esql_table(preflight_query(FIELDS)).named_rows()
    known = [event for event in made if event["eventType"] in CATALOG.events]
    assert sum(row["events"] for row in rows) == len(known)
    for row in rows:
        same_type = [e for e in known if e["eventType"] == row["okta.event_type"]]
        present = Atom("actor.displayName", Present(), HERE, HERE)
        share = sum(matches(present, e, CATALOG) for e in same_type) / len(same_type)
        assert row["pct_actor_display_name"] == round(100 * share, 1)


def test_the_preflight_query_runs_over_flattened_targets(
    elasticsearch: ElasticsearchOracle,
) -> None:
    elasticsearch.load(events(50), flattened_targets=True)
    rows = elasticsearch.esql_table(preflight_query(FLATTENED)).named_rows()
    assert any(row["pct_target_id"] > 0 for row in rows)


def test_a_value_too_long_for_the_index_is_counted_before_it_is_missed(
    elasticsearch: ElasticsearchOracle,
) -> None:
    elasticsearch.load([_named(0, "x" * 1025), _named(1, "x" * 1024)])
    (row,) = elasticsearch.esql_table(preflight_query(FIELDS)).named_rows()
    assert (row["events"], row["with_values_not_indexed"], row["pct_actor_id"]) == (2, 1, 50.0)
