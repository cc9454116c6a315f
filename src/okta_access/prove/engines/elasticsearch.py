"""A real Elasticsearch, asked in Lucene and ES|QL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from okta_access.compile.model import Job
from okta_access.prove.oracles.base import Oracle

ADDRESS = "URL"


@contextmanager
def opened(url: str, job: Job) -> Iterator[Sequence[Oracle]]:
    """An oracle for each language; what they load on the server is gone afterwards."""
    from okta_access.cluster.access import Access
    from okta_access.prove.oracles.elastic_text import Corpus, EsqlOracle, TextOracle
    from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

    access = Access(url)
    with (
        ElasticsearchOracle(access, catalog=job.catalog) as of_events,
        ElasticsearchOracle(access, catalog=job.catalog) as of_histories,
    ):
        events = Corpus(of_events)
        yield [
            TextOracle("elastic-lucene", ElasticsearchOracle.lucene, events, job),
            EsqlOracle(events, Corpus(of_histories), job),
        ]
