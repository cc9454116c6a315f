"""What a real Elasticsearch does with targets as older versions of the integration have them.

The traps named here are why compiled queries look as they do. Each test states what the engine
answered, so that a new version which answers otherwise is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from okta_access.cluster.access import Access
from okta_access.cluster.errors import RequestRefused
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from tests.prove.elastic_log import FROM, event, targets


@pytest.fixture(scope="module")
def flattened(elasticsearch_url: str) -> Iterator[ElasticsearchOracle]:
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
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
        with pytest.raises(RequestRefused, match=r"\[regexp\] queries are not"):
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
        with pytest.raises(RequestRefused, match=r"Unknown column \[okta.target.id\]"):
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
            with pytest.raises(RequestRefused, match=r"unsupported type \[flattened\]"):
                elasticsearch.esql(query)
        # What reads the column, and does not only filter by it, sees null in the old index.
        rows = elasticsearch.esql_table(
            "FROM logs-okta* | KEEP okta.uuid, okta.target.id | SORT okta.uuid"
        ).named_rows()
        assert [row["okta.target.id"] for row in rows] == [["a", "b"], None]
        assert elasticsearch.esql(
            f'{FROM} | MV_EXPAND okta.target.id | WHERE okta.target.id == "a" | KEEP _id'
        ) == {"new"}
