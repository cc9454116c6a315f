"""The next query of each runbook in KQL finds the events that its pivot is about."""

from __future__ import annotations

import re

import pytest

from okta_access.catalog.pivots import load_pivots
from okta_access.cluster.access import Access
from okta_access.compile.elastic.esql.grouping import alias_column
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.pivots import FIRST, LAST, pivot_kql
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.settings.files import ElasticSettings
from tests.builders.pivots import Alerting, alert, asked, everything, held, log, wanted

EVENTS = log()


@pytest.mark.parametrize("flattened", [False, True])
def test_the_kql_finds_the_events_that_the_pivot_is_about(
    elasticsearch_url: str, flattened: bool
) -> None:
    catalog = everything().catalog
    with ElasticsearchOracle(Access(elasticsearch_url), catalog=catalog) as oracle:
        oracle.load(EVENTS, flattened_targets=flattened)
        for name, (rule, query) in asked().items():
            expected = wanted(rule, query, EVENTS, timed=True)
            assert 0 < len(expected) < len(EVENTS), name
            settings = ElasticSettings(targets="flattened" if flattened else "group")
            fields = Fields(catalog, settings)
            kql = pivot_kql(load_pivots()[query.pivot], query, rule, fields)
            assert oracle.kql(_filled(kql, rule)) == expected, name


def _filled(kql: str, rule: Alerting) -> str:
    about, catalog = alert(EVENTS), everything().catalog
    values = {FIRST: about["published"], LAST: about["published"]}
    for path, field in catalog.fields.items():
        if f"<{field.elastic}>" in kql:
            values[f"<{field.elastic}>"] = held(about, rule, path)
    for alias in getattr(rule, "aliases", ()):
        values[f"<{alias_column(alias.name)}>"] = held(about, rule, alias.name)
    filled = re.sub("<[^<>]+>", lambda found: values[found[0]], kql)
    assert "<" not in filled.replace("<=", "")
    return filled
