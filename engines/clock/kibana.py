"""Kibana's rules of correlations as they are shipped, over arrivals on a real Elasticsearch.

After Kibana's own code and documentation: a run asks for what lies between ``from`` and now, by
``@timestamp``, for these rules have no ``timestamp_override``; a threshold rule leaves out, in a
group that it alerted of, the events up to the last of that alert; suppression is a matter of the
licence, and so left to the reader.
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
    def counts_on(self) -> bool:
        """Whether an alert's events are left out of what the rule counts later."""
        return bool(self.shipped["type"] == "threshold")

    def slack(self, span: int) -> int:
        """How late an event may come, less a minute: runs start when there is room for them."""
        return max(0, self.reach - self.interval - span - MINUTE)

    def runs(self, arrivals: Sequence[Arrival], first: int) -> Iterator[int]:
        """The times of all runs that can see one of these, the first up to an interval early."""
        last = max(a.seen for a in arrivals) + self.reach + self.interval
        yield from range(min(a.seen for a in arrivals) - first, last, self.interval)

    def findings(self, arrivals: Sequence[Arrival], times: Iterator[int]) -> Iterator[Finding]:
        """What the runs at these times find, one after the other."""
        assert "timestamp_override" not in self.shipped
        marks: dict[Group, int] = {}
        for now in times:
            seen = [a for a in arrivals if a.seen <= now and now - self.reach <= a.time <= now]
            if not seen:
                continue
            if self.counts_on:
                yield from self._threshold(seen, now, marks)
            else:
                yield from self._answer(seen, now)

    def _answer(self, seen: Sequence[Arrival], now: int) -> list[Finding]:
        places = frozenset(a.place for a in seen)
        if places not in self._answers:
            self._answers[places] = [*self._rows(seen)]
        return [one.at(now) for one in self._answers[places]]

    def _rows(self, seen: Sequence[Arrival]) -> Iterator[Finding]:
        (rows,) = self.engine.esql_rows_within(self.shipped["query"], [[a.place for a in seen]])
        keys = self.shipped.get("alert_suppression", {}).get("group_by", ())
        uuids = frozenset(a.uuid for a in seen)
        for row in rows:
            yield Finding(tuple(_text(row[key]) for key in keys), uuids)

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
                yield Finding(group, frozenset(), last=int(bucket["last"]["value"]))


def _ids(places: Collection[int]) -> dict[str, Any]:
    return {"ids": {"values": [*map(str, sorted(places))]}}


def _query(shipped: Mapping[str, Any]) -> dict[str, Any]:
    assert shipped["language"] == "lucene"
    return {"query_string": {"query": shipped["query"], "analyze_wildcard": True}}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
