"""Logs on a real Elasticsearch, in indices that are gone afterwards, and rules to count in them."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from okta_access.backtest.days import day_of
from okta_access.backtest.on_cluster.days import Period
from okta_access.catalog.load import load_catalog
from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.cluster.writing import create_index, delete_indices, write_documents
from okta_access.compile.model import Job
from okta_access.prove.oracles.elastic_documents import document
from okta_access.prove.oracles.elastic_mappings import Layout, mapping, settings
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.rules.settings.files import ElasticSettings, Settings
from okta_access.scan.engine import Scan
from okta_access.scan.tally import TimeRange

CATALOG = load_catalog()
DAY = 86_400_000
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds

EVENT_RULE = """\
title: {name}
id: {id}
name: {name}
level: {level}
logsource: {{product: okta, service: okta}}
detection:
  s: {{{selection}}}
  condition: s
"""
CORRELATION = """\
title: {name}
id: {id}
name: {name}
level: medium
correlation:
  type: {type}
  rules: [{rules}]
  timespan: {timespan}
{more}"""


@contextmanager
def index(
    url: str,
    events: Sequence[Mapping[str, Any]],
    *,
    more: Sequence[Mapping[str, Any]] = (),
    flattened: bool = False,
    mappings: Mapping[str, Any] | None = None,
) -> Iterator[str]:
    """An index with these events as Elastic's Okta integration writes them, and more documents."""
    name = f"okta-access-backtest-{secrets.token_hex(8)}"
    layout = Layout(flattened)
    sources = [*(document(event, CATALOG).source for event in events), *more]
    numbered = ((str(number), source) for number, source in enumerate(sources))
    with Cluster(Access(url)) as cluster:
        create_index(cluster, name, mappings or mapping(CATALOG, layout), settings(layout))
        try:
            assert not [one for one in write_documents(cluster, name, numbered) if "error" in one]
            yield name
        finally:
            delete_indices(cluster, [name])


def job(rules: RuleSet, *indices: str, **elastic: Any) -> Job:
    """These rules as they are, to be asked of these indices."""
    return Job(rules, Settings(elastic=ElasticSettings(indices, **elastic)), CATALOG, "0")


def scanned(
    work: Job, events: Sequence[dict[str, Any]], period: Period
) -> Counter[tuple[str, date | None]]:
    """The alerts by rule and day that a scan of the same events raises, of every level."""
    range_ = TimeRange(period.low * 1000, period.high * 1000)
    scan = Scan(work.rules, CATALOG, Level.INFORMATIONAL, range_)
    scan.next_file("log")
    found = [alert for line, event in enumerate(events) for alert in scan.add(event, line)]
    return Counter((one.meta.name, day_of(one.time)) for one in [*found, *scan.finish()])
