"""What a real Elasticsearch's query languages do with Okta's events.

The traps named here are why compiled queries look as they do. Each test states what the engine
answered, so that a new version which answers otherwise is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.cluster.access import Access
from okta_access.cluster.errors import RequestRefused
from okta_access.errors import EngineError
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from tests.prove.elastic_log import FROM, event, targets


@pytest.fixture(scope="module")
def ordinary(elasticsearch_url: str) -> Iterator[ElasticsearchOracle]:
    """Five events that differ in what the traps are about."""
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        report = oracle.load(
            [
                event("none"),
                event("one", target=targets("a"), actor__type="User", client__ipAddress="10.0.0.1"),
                event("two", target=targets("a", "b"), actor__type="user",
                      client__ipAddress="::ffff:10.0.0.2", securityContext__isProxy=True),
                event("three", target=targets("b", "c"), actor__type="",
                      client__ipAddress="11.0.0.1", securityContext__isProxy="true"),
                event("four", target=[], actor__type="SystemPrincipal",
                      client__ipAddress="2001:db8::1", securityContext__isProxy=False),
            ]
        )  # fmt: skip
        assert (report.loaded, dict(report.refused), dict(report.altered)) == (5, {}, {})
        yield oracle


ALL = {"none", "one", "two", "three", "four"}


class TestLanguages:
    """Traps of the query languages, on the documents of ``ordinary``."""

    @pytest.mark.parametrize(
        ("query", "matched"),
        [
            # Any member of an array satisfies an atom, and two atoms may take two members.
            ("okta.target.id:b", {"two", "three"}),
            ("okta.target.id:(a AND b)", {"two"}),
            # Absent: the negation of a false atom is true; a purely negative query works.
            ("NOT okta.target.id:a", ALL - {"one", "two"}),
            ("NOT _exists_:okta.target.id", {"none", "four"}),
            # What was empty in the event is absent here.
            ("_exists_:okta.actor.type", {"one", "two", "four"}),
            # Keywords are compared exactly.
            ("okta.actor.type:User", {"one"}),
            ("okta.actor.type:/[Uu][Ss][Ee][Rr]/", {"one", "two"}),
            # Wildcards on an ip field find nothing, and nobody is told.
            (r"okta.client.ip:10.*", set()),
            (r"okta.client.ip:10.0.0.0\/8", {"one", "two"}),
            (r"okta.client.ip:\:\:ffff\:10.0.0.1", {"one"}),
            (r"okta.client.ip:2001\:db8\:\:\/32", {"four"}),
            # A boolean field takes the texts too.
            ("okta.security_context.is_proxy:true", {"two", "three"}),
            ("NOT okta.security_context.is_proxy:true", {"none", "one", "four"}),
            # Anchors of regular expressions are characters.
            ("okta.actor.type:/^User$/", set()),
            # Precedence of AND, OR and NOT is no Boolean algebra without parentheses.
            ("okta.actor.type:User OR NOT okta.target.id:a AND okta.target.id:b", {"three"}),
            ("okta.actor.type:User OR (NOT okta.target.id:a AND okta.target.id:b)",
             {"one", "three"}),
        ],
    )  # fmt: skip
    def test_lucene(self, ordinary: ElasticsearchOracle, query: str, matched: set[str]) -> None:
        assert ordinary.lucene(query) == matched

    @pytest.mark.parametrize(
        ("condition", "matched"),
        [
            # == on several values is null, so an event with two targets never matches.
            ('okta.target.id == "a"', {"one"}),
            ('okta.target.id : "a"', {"one", "two"}),
            ('okta.target.id IN ("a", "b")', {"one"}),
            ('okta.target.id LIKE "a*"', {"one"}),
            # Null logic under NOT: an absent field satisfies neither the atom nor its negation.
            ('NOT okta.actor.type == "User"', {"two", "four"}),
            ('okta.actor.type IS NULL OR NOT okta.actor.type == "User"', ALL - {"one"}),
            ('NOT okta.target.id : "a"', ALL - {"one", "two"}),
            # Case, addresses, booleans.
            ('okta.actor.type == "user"', {"two"}),
            ('okta.actor.type RLIKE "(?i)user"', set()),
            ('CIDR_MATCH(okta.client.ip, "10.0.0.0/8")', {"one", "two"}),
            ('okta.client.ip == "::ffff:10.0.0.1"', {"one"}),
            ("okta.security_context.is_proxy == true", {"two", "three"}),
            ("okta.target.id IS NULL", {"none", "four"}),
        ],
    )
    def test_esql(self, ordinary: ElasticsearchOracle, condition: str, matched: set[str]) -> None:
        assert ordinary.esql(f"{FROM} | WHERE {condition}") == matched
        # The same by the name of an event's column, as in a query without metadata.
        assert ordinary.esql(f"FROM logs-okta* | WHERE {condition} | KEEP okta.uuid") == matched
        assert ordinary.esql(f"FROM logs-okta* | WHERE {condition} | KEEP event.id") == matched

    @pytest.mark.parametrize(
        ("query", "matched"),
        [
            ("okta.target.id: a", {"one", "two"}),
            ("not okta.target.id: a", ALL - {"one", "two"}),
            ("okta.actor.type: User", {"one"}),
            ("okta.actor.type: Us*", {"one"}),
            ('okta.client.ip: "10.0.0.0/8"', {"one", "two"}),
            ("okta.security_context.is_proxy: true", {"two", "three"}),
        ],
    )
    def test_kql(self, ordinary: ElasticsearchOracle, query: str, matched: set[str]) -> None:
        assert ordinary.kql(query) == matched

    def test_rows_of_an_aggregation(self, ordinary: ElasticsearchOracle) -> None:
        """A list puts an event into the group of each of its members."""
        rows = ordinary.esql_table(
            "FROM logs-okta* | STATS n = COUNT(*), who = VALUES(okta.uuid) BY okta.target.id"
            " | SORT okta.target.id NULLS FIRST | EVAL who = MV_SORT(who)"
        ).named_rows()
        assert rows == [
            {"n": 2, "who": ["four", "none"], "okta.target.id": None},
            {"n": 2, "who": ["one", "two"], "okta.target.id": "a"},
            {"n": 2, "who": ["three", "two"], "okta.target.id": "b"},
            {"n": 1, "who": "three", "okta.target.id": "c"},
        ]

    def test_rows_keep_their_types_and_warnings(self, ordinary: ElasticsearchOracle) -> None:
        table = ordinary.esql_table(f'{FROM} | WHERE okta.target.id == "a" | KEEP _id')
        assert (table.columns, table.types, len(table.rows)) == (("_id",), ("keyword",), 1)
        assert any("multi-value" in warning for warning in table.warnings)

    def test_a_search_with_an_aggregation(self, ordinary: ElasticsearchOracle) -> None:
        answer = ordinary.search(
            {"size": 0, "aggs": {"ids": {"cardinality": {"field": "okta.target.id"}}}}
        )
        assert answer["aggregations"]["ids"]["value"] == 3

    def test_every_field_of_the_catalogue_can_be_asked_for(
        self, ordinary: ElasticsearchOracle
    ) -> None:
        catalog = load_catalog()
        names = [field.elastic for field in (*catalog.fields.values(), *catalog.envelope.values())]
        table = ordinary.esql_table(f"FROM logs-okta* | KEEP {', '.join(names)}")
        assert table.columns == tuple(names)
        assert set(table.types) == {"keyword", "ip", "boolean", "date"}


class TestRefusals:
    """Questions that have no answer."""

    @pytest.mark.parametrize(
        ("language", "query", "kind", "reason"),
        [
            ("lucene", "okta.event_type:(", "query_shard_exception", "Cannot parse"),
            ("kql", "okta.event_type: (", "kql_parsing_exception", "mismatched input"),
            ("esql", "FROM logs-okta* | WHERE", "parsing_exception", "mismatched input"),
            ("esql", f"{FROM} | WHERE nope == 1", "verification_exception",
             "Unknown column [nope]"),
            ("esql", f"{FROM} | WHERE okta.client.ip == true", "verification_exception",
             "ip"),
            ("esql", f"{FROM} | KEEP _id;", "parsing_exception", ";"),
        ],
    )  # fmt: skip
    def test_a_broken_query_is_refused_with_the_reason(
        self, ordinary: ElasticsearchOracle, language: str, query: str, kind: str, reason: str
    ) -> None:
        with pytest.raises(RequestRefused) as refused:
            getattr(ordinary, language)(query)
        assert (refused.value.status, refused.value.kind) == (400, kind)
        assert reason in refused.value.reason
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("okta.client.ip:10.*", "of type [ip]"),
            ("okta.client.ip:unknown", "'unknown' is not an IP string literal"),
            ("okta.security_context.is_proxy:maybe", "Can't parse boolean value [maybe]"),
        ],
    )
    def test_what_lucene_passes_over_is_refused_if_asked(
        self, ordinary: ElasticsearchOracle, query: str, reason: str
    ) -> None:
        assert ordinary.lucene(query) == set()
        with pytest.raises(RequestRefused) as refused:
            ordinary.lucene(query, strict=True)
        assert reason in refused.value.reason

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            (f"{FROM} | KEEP okta.event_type", "name no event"),
            (f"{FROM} | KEEP okta.uuid | EVAL okta.uuid = null", "okta.uuid is null"),
            (f"{FROM} // as Kibana would see it", "swallows the limit"),
        ],
    )
    def test_an_answer_without_uuids_is_an_error(
        self, ordinary: ElasticsearchOracle, query: str, reason: str
    ) -> None:
        with pytest.raises(EngineError, match=reason):
            ordinary.esql(query)

    def test_without_events_there_is_no_answer(self, elasticsearch: ElasticsearchOracle) -> None:
        for ask in (elasticsearch.lucene, elasticsearch.kql, elasticsearch.esql):
            with pytest.raises(EngineError, match="nothing was loaded"):
                ask(FROM)

    @pytest.mark.parametrize("uuid", [None, "", 7, []])
    def test_an_event_without_uuid_is_no_event_to_ask_about(
        self, elasticsearch: ElasticsearchOracle, uuid: object
    ) -> None:
        with pytest.raises(ValueError, match="event 1 has no uuid"):
            elasticsearch.load([event("a"), {"uuid": uuid, "eventType": "e"}])
