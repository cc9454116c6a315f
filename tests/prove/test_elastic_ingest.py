"""What a real Elasticsearch makes of values and times when it takes in Okta's events.

The traps named here are why compiled queries look as they do. Each test states what the engine
answered, so that a new version which answers otherwise is noticed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.cluster.access import Access
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from tests.prove.elastic_log import FROM, event, numbered

# Hypothesis asks for many texts at once, so that each example is one load.
on_the_engine = settings(
    max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


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
        assert elasticsearch.esql_table(
            "FROM logs-okta* | STATS n = COUNT(*), d = COUNT_DISTINCT(okta.uuid)"
        ).named_rows() == [{"n": 3, "d": 2}]

    @on_the_engine
    @given(
        st.lists(
            st.text(max_size=30) | st.text(st.characters(codec="utf-8"), min_size=500),
            max_size=80,
        )
    )
    def test_text_comes_back_as_it_was(self, elasticsearch_url: str, texts: list[str]) -> None:
        """All but what is over-long and what is no text (half of a surrogate pair)."""
        with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
            report = oracle.load([event("first"), *numbered(texts, "actor__id")])
            assert dict(report.refused) == {}
            table = oracle.esql_table("FROM logs-okta* | KEEP okta.uuid, okta.actor.id")
            seen: dict[str, Any] = {row[0]: row[1] for row in table.rows}
            for place, text in enumerate(texts):
                units = len(text.encode("utf-16-le", "surrogatepass")) // 2
                half = any("\ud800" <= one <= "\udfff" for one in text)
                assert (str(place) in report.altered) == (units > 1024 or half)
                if units <= 1024 and not half:
                    assert seen[str(place)] == (text or None)

    @on_the_engine
    @given(st.lists(st.ip_addresses(), min_size=1, max_size=80))
    def test_addresses_are_addresses(self, elasticsearch_url: str, found: list[Any]) -> None:
        with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
            report = oracle.load(numbered(map(str, found), "client__ipAddress"))
            assert dict(report.altered) == {}
            table = oracle.esql_table("FROM logs-okta* | KEEP okta.uuid, okta.client.ip")
            for uuid, address in table.rows:
                there, given_ = ip_address(address), found[int(uuid)]
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
        rows = elasticsearch.esql_table("FROM logs-okta* | KEEP okta.uuid, @timestamp").named_rows()
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
        with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
            report = oracle.load(numbered([time.isoformat() for time in times], "published"))
            assert dict(report.altered) == {}
            table = oracle.esql_table("FROM logs-okta* | KEEP okta.uuid, @timestamp")
            for uuid, seen in table.rows:
                time = times[int(uuid)].astimezone(UTC)
                assert datetime.fromisoformat(seen) == time.replace(
                    microsecond=time.microsecond // 1000 * 1000
                )
