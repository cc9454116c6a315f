"""Elasticsearch as an oracle: which of these events does a compiled query match?

The oracle writes events, as documents of the Okta integration, into an index of its own, runs
query texts over it exactly as they were compiled, in the way Kibana runs them, and throws the
index away. It never guesses: an answer that was cut off, that some shards did not give, or that
was taken over somebody else's documents is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster, dotted
from okta_access.cluster.errors import RequestRefused
from okta_access.cluster.table import Table
from okta_access.errors import EngineError
from okta_access.prove.oracles.elastic_events import LoadedEvents, LoadReport
from okta_access.prove.oracles.elastic_mappings import Layout
from okta_access.prove.oracles.elastic_pattern import claimed

_MOST_ROWS = "esql.query.result_truncation_max_size"
_DEFAULT_ROWS = 10_000
_NO_SUCH_LANGUAGE = frozenset({400, 404, 405})
_ROW_NAMES = ("_id", "okta.uuid", "event.id")


class ElasticsearchOracle:
    """An Elasticsearch server that holds test events and answers queries about them.

    A context manager: leaving the block deletes what was loaded. Every method may raise
    :class:`EngineError` when the server cannot be reached or its answer is incomplete, and
    :class:`~okta_access.cluster.errors.RequestRefused` (a kind of it) with the server's reason
    when it refuses the request; a query that is not of its language is refused so.
    """

    def __init__(self, access: Access, *, catalog: Catalog | None = None) -> None:
        """Takes how to reach the server, and a catalogue where the packaged one is not the one.

        Raises:
            InputError: as :class:`Cluster` does.
        """
        self._cluster = Cluster(access)
        self._events = LoadedEvents(self._cluster, catalog or load_catalog())
        self._most_rows: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        type_: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._cluster:
            self.delete()

    def version(self) -> str:
        """The server's version, such as ``8.19.21``."""
        version = self._cluster.version()
        return dotted(version) if version else "of a version that it does not tell"

    def speaks_esql(self) -> bool:
        """Whether the server has ES|QL: an old one has not, nor one without the module."""
        try:
            self._cluster.esql("ROW known = true")
        except RequestRefused as error:
            if error.status not in _NO_SUCH_LANGUAGE:
                raise
            return False
        return True

    def load(
        self,
        events: Iterable[Mapping[str, Any]],
        *,
        flattened_targets: bool = False,
        ignore_malformed: bool = True,
    ) -> LoadReport:
        """Writes events into a fresh index, laid out as :class:`Layout` says.

        A second load adds a second index, so that queries run over both, as over the backing
        indices of a data stream. Events of equal uuid all count, as they do after a rollover.

        Raises:
            ValueError: an event has no uuid, so that no answer could name it.
            EngineError: the server holds Okta logs that are not of an oracle. Made-up attacks
                among real logs would raise real alerts.
        """
        return self._events.load(events, Layout(flattened_targets, ignore_malformed))

    def delete(self) -> None:
        """Deletes what was loaded. The oracle can be used anew."""
        self._events.delete()

    def lucene(self, query: str, *, strict: bool = False) -> frozenset[str]:
        """The uuids of the events that a Lucene query matches, run as a rule in Kibana runs it.

        What Elasticsearch cannot do (a wildcard on an address, a regular expression on a
        flattened field, a word on a boolean) it passes over: such a part matches nothing, in
        silence, in indices that Fleet made since Kibana 8.13 (elastic/kibana pull request
        178020). ``strict`` has it refused, as it was before.
        """
        asked: dict[str, Any] = {"query": query, "analyze_wildcard": True}
        if strict:
            asked["lenient"] = False
        return self._matches({"query_string": asked})

    def kql(self, query: str) -> frozenset[str]:
        """The uuids of the events that a KQL query matches.

        By the server's own KQL; Kibana still translates KQL to query DSL by itself.
        """
        return self._matches({"kql": {"query": query}})

    def esql(self, query: str) -> frozenset[str]:
        """The uuids of the events that an ES|QL query without aggregation matches.

        Raises:
            EngineError: its rows hold neither ``_id`` nor ``okta.uuid`` nor ``event.id``.
        """
        table = self.esql_table(query)
        name = next((name for name in _ROW_NAMES if name in table.columns), None)
        if name is None:
            raise EngineError(
                f"the query's rows name no event: {', '.join(_ROW_NAMES)} are missing"
            )
        found = set(table.column(name))
        if name == "_id":
            return frozenset(map(self._events.uuid, found))
        if None in found:
            raise EngineError(f"the query's rows name no event: {name} is null")
        return frozenset(map(str, found))

    def esql_table(self, query: str) -> Table:
        """The whole answer to an ES|QL query.

        The text is sent unchanged but for the limit that Kibana appends as well.

        Raises:
            EngineError: the rows may be cut off, or something else shares the server.
        """
        with claimed(self._cluster, self._events.indices):
            return self._table(query)

    def esql_rows_within(
        self, query: str, parts: Iterable[Iterable[int]]
    ) -> list[list[dict[str, Any]]]:
        """The rows of an ES|QL query over each of these parts of what was loaded, by itself.

        A part is the places of its events in the order in which they were loaded, from 0. The text
        is sent unchanged: a filter beside it leaves the other events out, as Kibana leaves out
        those that are not of the time searched.

        Raises:
            EngineError: as :meth:`esql_table` does.
        """
        with claimed(self._cluster, self._events.indices):
            filters = ({"ids": {"values": [*map(str, part)]}} for part in parts)
            return [self._table(query, within).named_rows() for within in filters]

    def search(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a search request (query DSL, aggregations) over what was loaded."""
        return self._cluster.search(self._events.indices, body)

    def _table(self, query: str, within: Mapping[str, Any] | None = None) -> Table:
        most = self._row_limit()
        # Kibana, too, shows null for what could not be evaluated, and goes on.
        table = self._cluster.esql(f"{query} | limit {most}", within, nulls=True)
        if any(warning.startswith("No limit defined") for warning in table.warnings):
            raise EngineError("a comment ends the query and swallows the limit that Kibana appends")
        if len(table.rows) >= most:
            raise EngineError(f"the answer is incomplete: {len(table.rows)} of at most {most} rows")
        return table

    def _matches(self, query: Mapping[str, Any]) -> frozenset[str]:
        hits = self._events.found(query, self._events.indices)
        return frozenset(self._events.uuid(hit["_id"]) for hit in hits)

    def _row_limit(self) -> int:
        """More rows than there are events, within what the server gives for one ES|QL query.

        No more than that: a SORT makes room for all rows of the limit at once.
        """
        if self._most_rows is None:
            self._most_rows = int(self._cluster.setting(_MOST_ROWS) or _DEFAULT_ROWS)
        return min(self._most_rows, max(_DEFAULT_ROWS, len(self._events) + 1))
