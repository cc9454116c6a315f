"""Elasticsearch as an oracle: which of these events does a compiled query match?

The oracle writes events, as documents of the Okta integration, into an index of its own, runs
query texts over it exactly as they were compiled, in the way Kibana runs them, and throws the
index away. It never guesses: an answer that was cut off, that some shards did not give, or that
was taken over somebody else's documents is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any, Self

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID, Catalog
from okta_access.cluster.http import ElasticClient, reason_of
from okta_access.errors import EngineError
from okta_access.prove.oracles.elastic_documents import document
from okta_access.prove.oracles.elastic_mappings import Layout, mapping, settings
from okta_access.prove.oracles.elastic_pattern import alone, claimed, new_index, visible

_BATCH_BYTES = 4_000_000
_DEFAULT_ROWS = 10_000
_TOO_MANY_REQUESTS = 429
_ROW_NAMES = ("_id", "okta.uuid", "event.id")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What the engine made of the events it was given, by uuid.

    ``loaded``: how many it took. ``refused``: why it did not take the others. ``altered``: the
    Elastic fields that ingest left without the event's value (over-long text, no address, no
    time, a wrong type); there the event in the engine is another than the event in the log.
    """

    loaded: int
    refused: Mapping[str, str]
    altered: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to an ES|QL query: column names with their types, rows, the server's warnings."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    warnings: tuple[str, ...]

    def named_rows(self) -> list[dict[str, Any]]:
        """The rows, each by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class ElasticsearchOracle:
    """An Elasticsearch server that holds test events and answers queries about them.

    A context manager: leaving the block deletes what was loaded. Every method may raise
    :class:`EngineError` when the server cannot be reached or its answer is incomplete, and
    :class:`ServerRefused` (a kind of it) with the server's reason when it refuses the request;
    a query that is not of its language is refused so.
    """

    def __init__(self, url: str, *, catalog: Catalog | None = None, timeout: float = 60.0) -> None:
        """Takes the server's address, and a catalogue where the packaged one is not the one.

        ``timeout`` is the longest wait for an answer, in seconds.

        Raises:
            InputError: ``url`` is no http or https address.
        """
        self._client = ElasticClient(url, timeout=timeout)
        self._catalog = catalog or load_catalog()
        self._indices: list[str] = []
        self._uuids: list[str] = []
        self._most_rows: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.delete()

    def version(self) -> str:
        """The server's version, such as ``8.19.21``."""
        nodes = self._client.get("/_nodes/_local?filter_path=nodes.*.version")
        return str(next(iter(nodes["nodes"].values()))["version"])

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
        with alone(self._client):
            visible(self._client)
        layout = Layout(flattened_targets, ignore_malformed)
        index = new_index()
        body = {"settings": settings(layout), "mappings": mapping(self._catalog, layout)}
        self._client.request("PUT", f"/{index}", body)
        self._indices.append(index)
        first = len(self._uuids)
        altered: dict[str, set[str]] = {}
        refusals: list[tuple[str, str]] = []
        for batch in _batches(self._lines(events, altered)):
            answer, _ = self._client.request("POST", f"/{index}/_bulk", batch)
            refusals += self._refusals(answer["items"])
        self._client.request("POST", f"/{index}/_refresh")
        loaded = self._client.get(f"/{index}/_count")["count"]
        if loaded + len(refusals) != len(self._uuids) - first:
            raise EngineError("Elasticsearch neither took nor refused some of the events")
        for hit in self._hits({"exists": {"field": "_ignored"}}, [index]):
            altered.setdefault(self._uuids[int(hit["_id"])], set()).update(hit["_ignored"])
        return LoadReport(
            loaded,
            MappingProxyType(dict(refusals)),
            MappingProxyType({uuid: tuple(sorted(fields)) for uuid, fields in altered.items()}),
        )

    def delete(self) -> None:
        """Deletes what was loaded. The oracle can be used anew."""
        if self._indices:
            with alone(self._client):
                self._client.request(
                    "DELETE", f"/{','.join(self._indices)}?ignore_unavailable=true"
                )
        self._indices.clear()
        self._uuids.clear()
        self._client.close()

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
        found = {row[table.columns.index(name)] for row in table.rows}
        if name == "_id":
            return frozenset(self._uuids[int(number)] for number in found)
        if None in found:
            raise EngineError(f"the query's rows name no event: {name} is null")
        return frozenset(map(str, found))

    def esql_rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of an ES|QL query, each by column name; several values are a list."""
        return self.esql_table(query).named_rows()

    def esql_table(self, query: str) -> Table:
        """The whole answer to an ES|QL query.

        The text is sent unchanged but for the limit that Kibana appends as well.

        Raises:
            EngineError: the rows may be cut off, or something else shares the server.
        """
        with claimed(self._client, self._loaded()):
            return self._table(query)

    def esql_rows_within(self, query: str, parts: Iterable[range]) -> list[list[dict[str, Any]]]:
        """The rows of an ES|QL query over each of these parts of what was loaded, by itself.

        A part is the places of its events in the order in which they were loaded, from 0. The text
        is sent unchanged: a filter beside it leaves the other events out, as Kibana leaves out
        those that are not of the time searched.

        Raises:
            EngineError: as :meth:`esql_table` does.
        """
        with claimed(self._client, self._loaded()):
            filters = ({"ids": {"values": [*map(str, part)]}} for part in parts)
            return [self._table(query, within).named_rows() for within in filters]

    def _table(self, query: str, within: Mapping[str, Any] | None = None) -> Table:
        most = self._row_limit()
        body = {"query": f"{query} | limit {most}", **({"filter": within} if within else {})}
        answer, warnings = self._client.request("POST", "/_query", body)
        if any(warning.startswith("No limit defined") for warning in warnings):
            raise EngineError("a comment ends the query and swallows the limit that Kibana appends")
        rows = tuple(map(tuple, answer["values"]))
        if answer.get("is_partial") or len(rows) >= most:
            raise EngineError(f"the answer is incomplete: {len(rows)} of at most {most} rows")
        return Table(
            tuple(column["name"] for column in answer["columns"]),
            tuple(column["type"] for column in answer["columns"]),
            rows,
            warnings,
        )

    def search(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a search request (query DSL, aggregations) over what was loaded.

        Raises:
            EngineError: it timed out, or a shard failed.
        """
        return self._search(body, self._loaded())

    def _matches(self, query: Mapping[str, Any]) -> frozenset[str]:
        hits = self._hits(query, self._loaded())
        return frozenset(self._uuids[int(hit["_id"])] for hit in hits)

    def _hits(
        self, query: Mapping[str, Any], indices: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        size = max(1, len(self._uuids))
        found = self._search(
            {"query": query, "size": size, "track_total_hits": True, "_source": False,
             "sort": ["_doc"]}, indices
        )["hits"]  # fmt: skip
        if found["total"] != {"value": len(found["hits"]), "relation": "eq"}:
            raise EngineError(f"the answer is cut off at {len(found['hits'])} events")
        hits: Sequence[Mapping[str, Any]] = found["hits"]
        return hits

    def _search(self, body: Mapping[str, Any], indices: Sequence[str]) -> Mapping[str, Any]:
        answer: Mapping[str, Any]
        answer, _ = self._client.request("POST", f"/{','.join(indices)}/_search", body)
        if answer["timed_out"]:
            raise EngineError("Elasticsearch gave up on the search before it was done")
        if answer["_shards"]["failed"]:
            raise EngineError(
                f"a shard failed: {reason_of(answer['_shards']['failures'][0]['reason'])}"
            )
        return answer

    def _lines(
        self, events: Iterable[Mapping[str, Any]], altered: dict[str, set[str]]
    ) -> Iterator[bytes]:
        """A line of action and a line of source for each event, numbered on."""
        for event in events:
            uuid = event.get(UUID)
            if not isinstance(uuid, str) or not uuid:
                raise ValueError(f"event {len(self._uuids)} has no uuid, and answers are uuids")
            made = document(event, self._catalog)
            if made.lost:
                altered.setdefault(uuid, set()).update(made.lost)
            action = {"create": {"_id": str(len(self._uuids))}}
            self._uuids.append(uuid)
            yield f"{json.dumps(action)}\n{json.dumps(made.source)}\n".encode()

    def _refusals(self, items: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
        for item in items:
            done = item["create"]
            if "error" in done:
                if done["status"] == _TOO_MANY_REQUESTS:
                    raise EngineError("Elasticsearch is too busy to take the events")
                yield self._uuids[int(done["_id"])], reason_of(done["error"])

    def _loaded(self) -> Sequence[str]:
        if not self._indices:
            raise EngineError("nothing was loaded that could be searched")
        return self._indices

    def _row_limit(self) -> int:
        """More rows than there are events, within what the server gives for one ES|QL query.

        No more than that: a SORT makes room for all rows of the limit at once.
        """
        if self._most_rows is None:
            name = "esql.query.result_truncation_max_size"
            told = self._client.get("/_cluster/settings?include_defaults=true&flat_settings=true")
            levels = [told.get(level, {}) for level in ("transient", "persistent", "defaults")]
            values = (level[name] for level in levels if name in level)
            self._most_rows = int(next(values, _DEFAULT_ROWS))
        return min(self._most_rows, max(_DEFAULT_ROWS, len(self._uuids) + 1))


def _batches(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Requests of some megabytes each."""
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= _BATCH_BYTES:
            yield b"".join(batch)
            batch, size = [], 0
    if batch:
        yield b"".join(batch)
