"""The oracle on a real Elasticsearch, and what that engine does with Okta's events.

The traps named here are why compiled queries look as they do. Each test states what the engine
answered, so that a new version which answers otherwise is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.cluster.http import ElasticClient, ServerRefused
from okta_access.errors import EngineError, InputError
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

FROM = "FROM logs-okta* METADATA _id"
# Hypothesis asks for many texts at once, so that each example is one load.
on_the_engine = settings(
    max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def event(uuid: str, **paths: Any) -> dict[str, Any]:
    """An event with values at paths, a double underscore for each dot: ``actor__id="x"``."""
    made: dict[str, Any] = {"uuid": uuid, "eventType": "access.request.create"}
    for path, value in paths.items():
        *parents, last = path.split("__")
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return made


def targets(*ids: str) -> list[dict[str, str]]:
    return [{"id": one, "type": "ACCESS_REQUEST"} for one in ids]


def numbered(values: Iterable[Any], path: str) -> list[dict[str, Any]]:
    """An event for each value; the uuid is the value's place."""
    return [event(str(place), **{path: value}) for place, value in enumerate(values)]


@pytest.fixture(scope="module")
def ordinary(elasticsearch_url: str) -> Iterator[ElasticsearchOracle]:
    """Five events that differ in what the traps are about."""
    with ElasticsearchOracle(elasticsearch_url) as oracle:
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
        rows = ordinary.esql_rows(
            "FROM logs-okta* | STATS n = COUNT(*), who = VALUES(okta.uuid) BY okta.target.id"
            " | SORT okta.target.id NULLS FIRST | EVAL who = MV_SORT(who)"
        )
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
        with pytest.raises(ServerRefused) as refused:
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
        with pytest.raises(ServerRefused) as refused:
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


class TestIngest:
    """What the engine makes of values that are not what their field expects."""

    def test_over_long_text_is_as_if_absent(self, elasticsearch: ElasticsearchOracle) -> None:
        """``ignore_above`` counts UTF-16 units; a padded value evades a rule, and suits a NOT."""
        long, fits = ["a" * 1025, "😀" * 513], ["a" * 1024, "é" * 1024, "😀" * 512]
        report = elasticsearch.load(numbered(long + fits, "actor__displayName"))
        field = "okta.actor.display_name"
        assert (report.loaded, dict(report.refused)) == (5, {})
        assert dict(report.altered) == {"0": (field,), "1": (field,)}
        assert elasticsearch.lucene(f"_exists_:{field}") == {"2", "3", "4"}
        assert elasticsearch.lucene(f"NOT {field}:a*") == {"0", "1", "3", "4"}
        assert elasticsearch.esql(f"{FROM} | WHERE {field} IS NULL") == {"0", "1"}

    @pytest.mark.parametrize("lenient", [True, False])
    def test_no_boolean(self, elasticsearch: ElasticsearchOracle, lenient: bool) -> None:
        values = [True, "true", "false", "True", 1, "", [True, False]]
        report = elasticsearch.load(
            numbered(values, "securityContext__isProxy"), ignore_malformed=lenient
        )
        field = "okta.security_context.is_proxy"
        odd = {"3", "4"}
        if lenient:
            assert dict(report.refused) == {}
            assert dict(report.altered) == dict.fromkeys(odd, (field,))
        else:
            assert set(report.refused) == odd
            assert all(field in reason for reason in report.refused.values())
            assert dict(report.altered) == {}
        assert elasticsearch.lucene(f"{field}:true") == {"0", "1", "6"}
        assert elasticsearch.lucene(f"{field}:false") == {"2", "6"}

    def test_an_object_in_a_keyword_refuses_the_document(
        self, elasticsearch: ElasticsearchOracle
    ) -> None:
        report = elasticsearch.load(
            [event("ok", actor__id="a"), event("odd", actor__id={"x": "a"})]
        )
        assert report.loaded == 1
        assert list(report.refused) == ["odd"]
        assert "okta.actor.id" in report.refused["odd"]
        assert elasticsearch.lucene("okta.event_type:*") == {"ok"}

    def test_no_address_is_dropped(self, elasticsearch: ElasticsearchOracle) -> None:
        values = ["unknown", "10.0.0", "010.0.0.1", "1.2.3.4:80", " 10.0.0.1", 123, "10.0.0.1"]
        report = elasticsearch.load(numbered(values, "client__ipAddress"))
        assert set(report.altered) == {"0", "1", "2", "3", "4", "5"}
        assert set(report.altered["0"]) == {"client.ip", "okta.client.ip", "source.ip"}
        assert elasticsearch.lucene("_exists_:okta.client.ip") == {"6"}

    def test_what_the_pipeline_loses_is_told(self, elasticsearch: ElasticsearchOracle) -> None:
        """Half of a surrogate pair is valid in JSON, and a question mark in the engine."""
        report = elasticsearch.load(
            [event("half", actor__id="a\ud800"), event("odd", client__ipAddress={"v4": "10.0.0.1"})]
        )
        assert (report.loaded, dict(report.refused)) == (2, {})
        assert dict(report.altered) == {"half": ("okta.actor.id",), "odd": ("okta.client.ip",)}
        assert elasticsearch.lucene('okta.actor.id:"a?"') == {"half"}

    def test_numbers_and_lists_in_a_keyword(self, elasticsearch: ElasticsearchOracle) -> None:
        elasticsearch.load(numbered([7, 1.5, True, ["x", ["y"]]], "actor__id"))
        for text, uuid in [("7", "0"), ("1.5", "1"), ("true", "2"), ("x", "3"), ("y", "3")]:
            assert elasticsearch.lucene(f"okta.actor.id:{text}") == {uuid}

    def test_every_copy_of_an_event_is_a_document(self, elasticsearch: ElasticsearchOracle) -> None:
        report = elasticsearch.load([event("a"), event("a"), event("b")])
        assert report.loaded == 3
        assert elasticsearch.lucene("*") == {"a", "b"}
        assert elasticsearch.esql_rows(
            "FROM logs-okta* | STATS n = COUNT(*), d = COUNT_DISTINCT(okta.uuid)"
        ) == [{"n": 3, "d": 2}]

    @on_the_engine
    @given(
        st.lists(
            st.text(max_size=30) | st.text(st.characters(codec="utf-8"), min_size=500),
            max_size=80,
        )
    )
    def test_text_comes_back_as_it_was(self, elasticsearch_url: str, texts: list[str]) -> None:
        """All but what is over-long and what is no text (half of a surrogate pair)."""
        with ElasticsearchOracle(elasticsearch_url) as oracle:
            report = oracle.load([event("first"), *numbered(texts, "actor__id")])
            assert dict(report.refused) == {}
            table = oracle.esql_rows("FROM logs-okta* | KEEP okta.uuid, okta.actor.id")
            seen = {row["okta.uuid"]: row["okta.actor.id"] for row in table}
            for place, text in enumerate(texts):
                units = len(text.encode("utf-16-le", "surrogatepass")) // 2
                half = any("\ud800" <= one <= "\udfff" for one in text)
                assert (str(place) in report.altered) == (units > 1024 or half)
                if units <= 1024 and not half:
                    assert seen[str(place)] == (text or None)

    @on_the_engine
    @given(st.lists(st.ip_addresses(), min_size=1, max_size=80))
    def test_addresses_are_addresses(self, elasticsearch_url: str, found: list[Any]) -> None:
        with ElasticsearchOracle(elasticsearch_url) as oracle:
            report = oracle.load(numbered(map(str, found), "client__ipAddress"))
            assert dict(report.altered) == {}
            rows = oracle.esql_rows("FROM logs-okta* | KEEP okta.uuid, okta.client.ip")
            for row in rows:
                there, given_ = ip_address(row["okta.client.ip"]), found[int(row["okta.uuid"])]
                assert there == (getattr(given_, "ipv4_mapped", None) or given_)


class TestTime:
    """``published`` as ``@timestamp``: milliseconds, in UTC."""

    def test_what_is_a_time(self, elasticsearch: ElasticsearchOracle) -> None:
        times = {
            "2026-01-01T00:00:00.123Z": "2026-01-01T00:00:00.123Z",
            # Cut to milliseconds, not rounded.
            "2026-01-01T00:00:00.999999Z": "2026-01-01T00:00:00.999Z",
            "2026-01-01T00:00:00": "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00+05:30": "2025-12-31T18:30:00.000Z",
            "2026-01-01T00:00Z": "2026-01-01T00:00:00.000Z",
            "2026-01-01": "2026-01-01T00:00:00.000Z",
            # None of these is a time to Elastic's pipeline.
            "2026-01-01 00:00:00Z": None,
            "2016-12-31T23:59:60Z": None,
            "2026-01-01T24:00:00Z": None,
            "2026-02-30T00:00:00Z": None,
            "2026-01-01t00:00:00z": None,
            "2026-01-01T00:00:00.1234567890Z": None,
            "redacted": None,
            "1767225600000": None,
            1767225600000: None,
        }
        report = elasticsearch.load(numbered(times, "published"))
        rows = elasticsearch.esql_rows("FROM logs-okta* | KEEP okta.uuid, @timestamp")
        read = {int(row["okta.uuid"]): row["@timestamp"] for row in rows}
        assert [read[place] for place in range(len(times))] == list(times.values())
        assert dict(report.altered) == {
            str(place): ("@timestamp",) for place, time in read.items() if time is None
        }

    @on_the_engine
    @given(
        st.lists(
            st.datetimes(
                min_value=datetime(1970, 1, 3),  # noqa: DTZ001 hypothesis adds the zone
                max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
                timezones=st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
                    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
                ),
            ),
            min_size=1,
            max_size=80,
        )
    )
    def test_rfc_3339_is_read_as_python_reads_it(
        self, elasticsearch_url: str, times: list[datetime]
    ) -> None:
        with ElasticsearchOracle(elasticsearch_url) as oracle:
            report = oracle.load(numbered([time.isoformat() for time in times], "published"))
            assert dict(report.altered) == {}
            for row in oracle.esql_rows("FROM logs-okta* | KEEP okta.uuid, @timestamp"):
                time = times[int(row["okta.uuid"])].astimezone(UTC)
                assert datetime.fromisoformat(row["@timestamp"]) == time.replace(
                    microsecond=time.microsecond // 1000 * 1000
                )


@pytest.fixture(scope="module")
def flattened(elasticsearch_url: str) -> Iterator[ElasticsearchOracle]:
    with ElasticsearchOracle(elasticsearch_url) as oracle:
        oracle.load(
            [
                event("one", target=targets("abc")),
                event("two", target=targets("b", "abd")),
                event("three", target=targets("zed")),
                event("none"),
            ],
            flattened_targets=True,
        )
        yield oracle


class TestFlattened:
    """``okta.target`` as older versions of the integration have it."""

    @pytest.mark.parametrize(
        ("query", "matched"),
        [
            ("okta.target.id:abc", {"one"}),
            ("NOT okta.target.id:abc", {"two", "three", "none"}),
            ("okta.target.id:ABC", set()),
            ("_exists_:okta.target.id", {"one", "two", "three"}),
            # A prefix is right.
            ("okta.target.id:ab*", {"one", "two"}),
            # After a leading star the values of all keys are searched: here those of `type`.
            ("okta.target.id:*QUEST", {"one", "two", "three"}),
            # A wildcard inside and a regular expression find nothing, and nobody is told.
            ("okta.target.id:a*c", set()),
            ("okta.target.id:a?c", set()),
            ("okta.target.id:/ab.*/", set()),
        ],
    )
    def test_lucene(self, flattened: ElasticsearchOracle, query: str, matched: set[str]) -> None:
        assert flattened.lucene(query) == matched

    def test_a_regular_expression_is_refused_if_asked(self, flattened: ElasticsearchOracle) -> None:
        with pytest.raises(ServerRefused, match=r"\[regexp\] queries are not"):
            flattened.lucene("okta.target.id:/ab.*/", strict=True)
        assert flattened.lucene("okta.target.id:ab*", strict=True) == {"one", "two"}

    def test_a_long_value_is_no_exception(self, elasticsearch: ElasticsearchOracle) -> None:
        """Fleet gives a flattened field no ``ignore_above``; Lucene's own limit refuses."""
        long, immense = "x" * 2000, "x" * 40_000
        report = elasticsearch.load(
            [event("long", target=targets(long)), event("immense", target=targets(immense))],
            flattened_targets=True,
        )
        assert list(report.refused) == ["immense"]
        assert "immense field" in report.refused["immense"]
        assert elasticsearch.lucene(f"okta.target.id:{long}") == {"long"}

    def test_esql_has_no_columns_for_it(self, flattened: ElasticsearchOracle) -> None:
        """It reaches flattened fields through another language only."""
        with pytest.raises(ServerRefused, match=r"Unknown column \[okta.target.id\]"):
            flattened.esql(f'{FROM} | WHERE okta.target.id : "abc"')
        assert flattened.esql(f'{FROM} | WHERE QSTR("okta.target.id:ab*")') == {"one", "two"}
        assert flattened.esql(f'{FROM} | WHERE KQL("okta.target.id:abc")') == {"one"}

    def test_both_under_one_pattern(self, elasticsearch: ElasticsearchOracle) -> None:
        """After an upgrade of the integration: old backing indices flattened, new ones not."""
        elasticsearch.load([event("old", target=targets("a", "b"))], flattened_targets=True)
        elasticsearch.load([event("new", target=targets("a", "b"))])
        assert elasticsearch.lucene("okta.target.id:a") == {"old", "new"}
        # ES|QL needs a KEEP that names other columns: then the filter runs in both indices.
        matches = f'{FROM} | WHERE okta.target.id : "a"'
        assert elasticsearch.esql(f"{matches} | KEEP _id, okta.event_type") == {"old", "new"}
        for query in (matches, f"{matches} | KEEP _id, okta.*"):
            with pytest.raises(ServerRefused, match=r"unsupported type \[flattened\]"):
                elasticsearch.esql(query)
        # What reads the column, and does not only filter by it, sees null in the old index.
        rows = elasticsearch.esql_rows(
            "FROM logs-okta* | KEEP okta.uuid, okta.target.id | SORT okta.uuid"
        )
        assert [row["okta.target.id"] for row in rows] == [["a", "b"], None]
        assert elasticsearch.esql(
            f'{FROM} | MV_EXPAND okta.target.id | WHERE okta.target.id == "a" | KEEP _id'
        ) == {"new"}


class TestWhole:
    """Answers are whole, and over this oracle's events alone."""

    def test_more_than_ten_thousand_events(self, elasticsearch: ElasticsearchOracle) -> None:
        many = 10_001
        report = elasticsearch.load(event(str(number)) for number in range(many))
        assert report.loaded == many
        everything = {str(number) for number in range(many)}
        assert elasticsearch.lucene("*") == everything
        assert elasticsearch.kql("okta.uuid: *") == everything
        assert elasticsearch.esql(f"{FROM} | KEEP _id") == everything

    def test_oracles_do_not_see_each_other(self, elasticsearch_url: str) -> None:
        with (
            ElasticsearchOracle(elasticsearch_url) as one,
            ElasticsearchOracle(elasticsearch_url) as other,
        ):
            one.load([event("a", target=targets("x"))])
            other.load([event("b", target=targets("x"))], flattened_targets=True)
            for _ in range(2):
                assert one.esql(f'{FROM} | WHERE okta.target.id : "x"') == {"a"}
                assert one.lucene("okta.target.id:x") == {"a"}
                with pytest.raises(ServerRefused, match="Unknown column"):
                    other.esql(f'{FROM} | WHERE okta.target.id : "x"')
                assert other.esql(FROM) == {"b"}

    def test_nothing_is_left_behind(self, elasticsearch_url: str) -> None:
        with ElasticsearchOracle(elasticsearch_url) as oracle:
            oracle.load([event("a")])
            oracle.load([event("b")], flattened_targets=True)
            assert oracle.esql(FROM) == {"a", "b"}
            indices = {hit["_index"] for hit in oracle.search({})["hits"]["hits"]}
            oracle.delete()
            oracle.load([event("c")])
            assert oracle.lucene("*") == {"c"}
            indices |= {hit["_index"] for hit in oracle.search({})["hits"]["hits"]}
        assert len(indices) == 3
        with closing(ElasticClient(elasticsearch_url)) as client:
            for index in indices:
                with pytest.raises(ServerRefused, match="no such index"):
                    client.get(f"/{index}")


class TestAddress:
    """Addresses of servers that are none, or where none answers."""

    @pytest.mark.parametrize(
        "url", ["", "127.0.0.1:9200", "ftp://host", "http://", "http://host:x", "http://host:99999"]
    )
    def test_no_address(self, url: str) -> None:
        with pytest.raises(InputError, match="expected http://HOST:PORT"):
            ElasticsearchOracle(url)

    def test_nobody_there(self) -> None:
        oracle = ElasticsearchOracle("http://user:secret@127.0.0.1:1")
        with pytest.raises(EngineError, match=r"cannot reach .* http://127\.0\.0\.1:1: ") as error:
            oracle.version()
        assert "secret" not in str(error.value)

    def test_the_version_is_the_servers(self, elasticsearch: ElasticsearchOracle) -> None:
        assert elasticsearch.version().split(".")[0] in {"8", "9"}
