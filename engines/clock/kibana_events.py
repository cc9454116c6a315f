"""Kibana's rules of single events as they are shipped, over arrivals.

After Kibana's own code and documentation: a run asks for what lies between ``from`` and now by
``timestamp_override``; an alert's id is made of the document's index, id and version, so that a
document alerts once, however many runs see it. An ES|QL rule knows a document again only if its
rows hold ``_id``, ``_index`` and ``_version``, and none is left where it aggregates. The Okta
integration makes the event's uuid the document's id, and a data stream takes an id once in each
backing index: a copy is refused there, and is another document in the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.clock.arrivals import Arrival
from engines.clock.findings import Finding
from engines.clock.kibana_runs import Run, Schedule
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

Find = Callable[[Mapping[str, Any], Sequence[Arrival]], Collection[int]]
"""The places, among those of these arrivals, of the documents that a shipped rule's query finds."""


@dataclass(slots=True)
class KibanaEventRule:
    """A rule of the NDJSON on single events."""

    shipped: Mapping[str, Any]
    find: Find

    @property
    def schedule(self) -> Schedule:
        """When it runs."""
        return Schedule.of(self.shipped)

    @property
    def knows_again(self) -> bool:
        """Whether a document that alerted does not alert in a later run."""
        if self.shipped["type"] != "esql":
            return True
        query = self.shipped["query"]
        return "METADATA _id, _index, _version" in query and "STATS" not in query

    def alerts(self, arrivals: Sequence[Arrival], runs: Iterable[Run]) -> Iterator[Finding]:
        """The alerts of these runs, one after the other."""
        stored = _stored(arrivals)
        alerted: set[tuple[str, int]] = set()
        for run in runs:
            for seen in run.views(stored, own_time="timestamp_override" not in self.shipped):
                found = self.find(self.shipped, seen)
                for one in seen:
                    known = self.knows_again and (one.uuid, one.index) in alerted
                    if one.place in found and not known:
                        alerted.add((one.uuid, one.index))
                        yield Finding((one.uuid,), frozenset({one.uuid}), run.now)


def _stored(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The documents that there are: of copies in one backing index the first to come."""
    first: dict[tuple[str, int], Arrival] = {}
    for one in arrivals:
        known = first.setdefault((one.uuid, one.index), one)
        if one.stamped < known.stamped:
            first[one.uuid, one.index] = one
    return [*first.values()]


class OnElasticsearch:
    """Asks the real Elasticsearch about each document that it was not asked about yet.

    A query that does not aggregate judges every document by itself, so that one answer holds for
    all runs that see the document.
    """

    def __init__(self, engine: ElasticsearchOracle) -> None:
        """``engine`` holds the documents, each at its place."""
        self._engine = engine
        self._asked: set[int] = set()
        self._found: set[int] = set()

    def __call__(self, shipped: Mapping[str, Any], arrivals: Sequence[Arrival]) -> Collection[int]:
        """The places of the documents that the query of the rule finds."""
        new = sorted({a.place for a in arrivals} - self._asked)
        if new:
            self._asked.update(new)
            self._found.update(self._ask(shipped, new))
        return self._found

    def _ask(self, shipped: Mapping[str, Any], places: Sequence[int]) -> Iterator[int]:
        if shipped["type"] == "esql":
            (rows,) = self._engine.esql_rows_within(shipped["query"], [places])
            yield from (int(row["_id"]) for row in rows)
            return
        assert (shipped["type"], shipped["language"]) == ("query", "lucene")
        asked = {"query": shipped["query"], "analyze_wildcard": True}
        answer = self._engine.search({
            "size": len(places), "_source": False, "query": {"bool": {"filter": [
                {"ids": {"values": [*map(str, places)]}}, {"query_string": asked}]}},
        })  # fmt: skip
        yield from (int(hit["_id"]) for hit in answer["hits"]["hits"])
