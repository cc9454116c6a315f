"""Made-up events on an Elasticsearch server, as documents of the Okta integration.

They lie in indices of their own, numbered on in the order in which they were given: the number is
the id of the document, and leads back to the event's uuid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from okta_access.catalog.model import UUID, Catalog
from okta_access.cluster.client import Cluster
from okta_access.cluster.reasons import reason_of
from okta_access.cluster.writing import create_index, delete_indices, write_documents
from okta_access.errors import EngineError
from okta_access.prove.oracles.elastic_documents import document
from okta_access.prove.oracles.elastic_mappings import Layout, mapping, settings
from okta_access.prove.oracles.elastic_pattern import alone, new_index, visible

_TOO_MANY_REQUESTS = 429


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


class LoadedEvents:
    """The events that a server holds for one oracle, and nobody else's."""

    def __init__(self, cluster: Cluster, catalog: Catalog) -> None:
        self._cluster = cluster
        self._catalog = catalog
        self._indices: list[str] = []
        self._uuids: list[str] = []

    def __len__(self) -> int:
        return len(self._uuids)

    @property
    def indices(self) -> Sequence[str]:
        """Where they are. Raises :class:`EngineError` where none were loaded."""
        if not self._indices:
            raise EngineError("nothing was loaded that could be searched")
        return self._indices

    def uuid(self, number: str) -> str:
        """The uuid of the event whose document has this id."""
        return self._uuids[int(number)]

    def load(self, events: Iterable[Mapping[str, Any]], layout: Layout) -> LoadReport:
        """Writes events into a fresh index, beside those that are there already.

        Raises:
            ValueError: an event has no uuid, so that no answer could name it.
            EngineError: the server holds Okta logs that are not of an oracle, cannot be used, or
                lost an event.
        """
        with alone(self._cluster):
            visible(self._cluster)
        index = new_index()
        # Noted before it is made: an index whose making was not confirmed is deleted too.
        self._indices.append(index)
        create_index(self._cluster, index, mapping(self._catalog, layout), settings(layout))
        first = len(self._uuids)
        altered: dict[str, set[str]] = {}
        answers = write_documents(self._cluster, index, self._documents(events, altered))
        refused = dict(_refusals(answers))
        loaded = self._cluster.count(index)
        if loaded + len(refused) != len(self._uuids) - first:
            raise EngineError("Elasticsearch neither took nor refused some of the events")
        for hit in self.found({"exists": {"field": "_ignored"}}, [index]):
            altered.setdefault(self.uuid(hit["_id"]), set()).update(hit["_ignored"])
        return LoadReport(
            loaded,
            MappingProxyType({self.uuid(number): reason for number, reason in refused.items()}),
            MappingProxyType({uuid: tuple(sorted(fields)) for uuid, fields in altered.items()}),
        )

    def found(
        self, query: Mapping[str, Any], indices: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """All documents that a query in query DSL finds."""
        body = {
            "query": query,
            "size": max(1, len(self._uuids)),
            "track_total_hits": True,
            "_source": False,
            "sort": ["_doc"],
        }
        hits = self._cluster.search(indices, body)["hits"]
        if hits["total"] != {"value": len(hits["hits"]), "relation": "eq"}:
            raise EngineError(f"the answer is cut off at {len(hits['hits'])} events")
        found: Sequence[Mapping[str, Any]] = hits["hits"]
        return found

    def delete(self) -> None:
        """Deletes what was loaded; more can be loaded afterwards."""
        if self._indices:
            with alone(self._cluster):
                delete_indices(self._cluster, self._indices)
        self._indices.clear()
        self._uuids.clear()

    def _documents(
        self, events: Iterable[Mapping[str, Any]], altered: dict[str, set[str]]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for event in events:
            uuid = event.get(UUID)
            if not isinstance(uuid, str) or not uuid:
                raise ValueError(f"event {len(self._uuids)} has no uuid, and answers are uuids")
            made = document(event, self._catalog)
            if made.lost:
                altered.setdefault(uuid, set()).update(made.lost)
            number = str(len(self._uuids))
            self._uuids.append(uuid)
            yield number, made.source


def _refusals(answers: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for done in answers:
        if "error" in done:
            if done["status"] == _TOO_MANY_REQUESTS:
                raise EngineError("Elasticsearch is too busy to take the events")
            yield done["_id"], reason_of(done["error"])
