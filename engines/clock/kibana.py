"""Kibana's rules as they are shipped, run over arrivals on a real Elasticsearch.

After Kibana's own code and documentation: a run asks for what lies between ``from`` and now, by
``timestamp_override`` where there is one, else by ``@timestamp``; a threshold rule leaves out, in
a group that it alerted of, the events up to the last of that alert; alerts of documents are made
once for each document; suppression is a matter of the licence, and so left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.clock.arrivals import MINUTE, Arrival
from engines.clock.findings import Finding, Group
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

_UNITS = {"s": 1000, "m": MINUTE, "h": 60 * MINUTE, "d": 1440 * MINUTE}
_SPAN = re.compile(r"(?:now-)?([0-9]+)([smhd])")


def milliseconds(text: str) -> int:
    """A length of time as Kibana writes it.

    >>> milliseconds("now-80m"), milliseconds("5m")
    (4800000, 300000)
    """
    found = _SPAN.fullmatch(text)
    assert found is not None, f"{text!r} is no length of time"
    return int(found[1]) * _UNITS[found[2]]


@dataclass(slots=True)
class KibanaRule:
    """A rule of the NDJSON with its answers so far: they depend on the documents seen alone."""

    shipped: Mapping[str, Any]
    engine: ElasticsearchOracle
    _answers: dict[object, list[Finding]] = field(default_factory=dict)

    @property
    def interval(self) -> int:
        """Milliseconds between two runs."""
        return milliseconds(self.shipped["interval"])

    @property
    def reach(self) -> int:
        """How many milliseconds a run looks back."""
        return milliseconds(self.shipped["from"])

    @property
    def by_arrival(self) -> bool:
        """Whether the rule looks at when events arrived, and not at their own times."""
        return self.shipped.get("timestamp_override") == "event.ingested"

    def slack(self, span: int) -> int:
        """How late an event may come, less a minute: runs start when there is room for them."""
        if self.by_arrival:
            return 30 * 24 * 60 * MINUTE
        return max(0, self.reach - self.interval - span - MINUTE)

    def runs(self, arrivals: Sequence[Arrival], first: int) -> Iterator[int]:
        """The times of all runs that can see one of these, the first up to an interval early."""
        last = max(a.seen for a in arrivals) + self.reach + self.interval
        yield from range(min(a.seen for a in arrivals) - first, last, self.interval)

    def findings(self, arrivals: Sequence[Arrival], times: Iterator[int]) -> Iterator[Finding]:
        """What the runs at these times find, one after the other."""
        marks: dict[Group, int] = {}
        known: set[int] = set()
        for now in times:
            seen = [a for a in arrivals if a.seen <= now and self._in_time(a, now)]
            if not seen:
                continue
            if self.shipped["type"] == "threshold":
                yield from self._threshold(seen, now, marks)
            elif self.by_arrival:
                for one in self._answer(seen, now):
                    if not known.issuperset(one.places):
                        known.update(one.places)
                        yield one
            else:
                yield from self._answer(seen, now)

    def _in_time(self, arrival: Arrival, now: int) -> bool:
        return now - self.reach <= (arrival.seen if self.by_arrival else arrival.time) <= now

    def _answer(self, seen: Sequence[Arrival], now: int) -> list[Finding]:
        places = frozenset(a.place for a in seen)
        if places not in self._answers:
            found = self._rows(seen) if self.shipped["type"] == "esql" else self._documents(places)
            self._answers[places] = [*found]
        return [one.at(now) for one in self._answers[places]]

    def _rows(self, seen: Sequence[Arrival]) -> Iterator[Finding]:
        """A row of documents counted together, or of one, which then carries its id."""
        by_place = {a.place: a for a in seen}
        (rows,) = self.engine.esql_rows_within(self.shipped["query"], [by_place])
        keys = self.shipped.get("alert_suppression", {}).get("group_by", ())
        for row in rows:
            if "_id" in row:
                yield Finding((), (int(row["_id"]),), frozenset())
            else:
                group = tuple(_text(row[key]) for key in keys)
                yield Finding(group, (), frozenset(a.uuid for a in seen))

    def _documents(self, places: Collection[int]) -> Iterator[Finding]:
        body = {"size": 10_000, "_source": False, "query": {"bool": {"filter": [
            _ids(places), _query(self.shipped)]}}}  # fmt: skip
        for hit in self.engine.search(body)["hits"]["hits"]:
            yield Finding((), (int(hit["_id"]),), frozenset())

    def _threshold(
        self, seen: Sequence[Arrival], now: int, marks: dict[Group, int]
    ) -> Iterator[Finding]:
        asked = frozenset(a.place for a in seen), frozenset(marks.items())
        if asked not in self._answers:
            self._answers[asked] = [*self._counted(asked[0], marks)]
        for one in self._answers[asked]:
            marks[one.group] = one.last
            yield one.at(now).of(a.uuid for a in seen)

    def _counted(self, places: Collection[int], marks: Mapping[Group, int]) -> Iterator[Finding]:
        threshold = self.shipped["threshold"]
        keys, (limit,) = threshold["field"], threshold["cardinality"]
        before = [
            {"bool": {"filter": [
                *({"term": {key: text}} for key, text in zip(keys, group, strict=True)),
                {"range": {"@timestamp": {"lte": last, "format": "epoch_millis"}}}]}}
            for group, last in marks.items()
        ]  # fmt: skip
        inside = {
            "values": {"cardinality": {"field": limit["field"]}},
            "last": {"max": {"field": "@timestamp"}},
        }
        sources = [{key: {"terms": {"field": key}}} for key in keys]
        by_key = {"groups": {"composite": {"size": 10_000, "sources": sources}, "aggs": inside}}
        answer = self.engine.search({
            "size": 0, "track_total_hits": True, "aggs": by_key if keys else inside,
            "query": {"bool": {"filter": [_ids(places), _query(self.shipped)],
                               "must_not": before}},
        })  # fmt: skip
        found = answer["aggregations"]
        whole = {"key": {}, "doc_count": answer["hits"]["total"]["value"], **found}
        for bucket in found["groups"]["buckets"] if keys else [whole]:
            if (
                bucket["doc_count"] >= threshold["value"]
                and bucket["values"]["value"] >= limit["value"]
            ):
                group = tuple(_text(bucket["key"][key]) for key in keys)
                yield Finding(group, (), frozenset(), last=int(bucket["last"]["value"]))


def _ids(places: Collection[int]) -> dict[str, Any]:
    return {"ids": {"values": [*map(str, sorted(places))]}}


def _query(shipped: Mapping[str, Any]) -> dict[str, Any]:
    assert shipped["language"] == "lucene"
    return {"query_string": {"query": shipped["query"], "analyze_wildcard": True}}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
