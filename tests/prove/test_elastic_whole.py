"""Answers of the oracle on a real Elasticsearch are whole, and over its own events alone."""

from __future__ import annotations

import pytest

from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import RequestRefused
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from tests.prove.elastic_log import FROM, event, targets


def test_more_than_ten_thousand_events(elasticsearch: ElasticsearchOracle) -> None:
    many = 10_001
    report = elasticsearch.load(event(str(number)) for number in range(many))
    assert report.loaded == many
    everything = {str(number) for number in range(many)}
    assert elasticsearch.lucene("*") == everything
    assert elasticsearch.kql("okta.uuid: *") == everything
    assert elasticsearch.esql(f"{FROM} | KEEP _id") == everything


def test_oracles_do_not_see_each_other(elasticsearch_url: str) -> None:
    with (
        ElasticsearchOracle(Access(elasticsearch_url)) as one,
        ElasticsearchOracle(Access(elasticsearch_url)) as other,
    ):
        one.load([event("a", target=targets("x"))])
        other.load([event("b", target=targets("x"))], flattened_targets=True)
        for _ in range(2):
            assert one.esql(f'{FROM} | WHERE okta.target.id : "x"') == {"a"}
            assert one.lucene("okta.target.id:x") == {"a"}
            with pytest.raises(RequestRefused, match="Unknown column"):
                other.esql(f'{FROM} | WHERE okta.target.id : "x"')
            assert other.esql(FROM) == {"b"}


def test_nothing_is_left_behind(elasticsearch_url: str) -> None:
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        oracle.load([event("a")])
        oracle.load([event("b")], flattened_targets=True)
        assert oracle.esql(FROM) == {"a", "b"}
        indices = {hit["_index"] for hit in oracle.search({})["hits"]["hits"]}
        oracle.delete()
        oracle.load([event("c")])
        assert oracle.lucene("*") == {"c"}
        indices |= {hit["_index"] for hit in oracle.search({})["hits"]["hits"]}
    assert len(indices) == 3
    with Cluster(Access(elasticsearch_url)) as cluster:
        for index in indices:
            with pytest.raises(RequestRefused, match="no such index"):
                cluster.count(index)


def test_the_version_is_the_servers(elasticsearch: ElasticsearchOracle) -> None:
    assert elasticsearch.version().split(".")[0] in {"8", "9"}
