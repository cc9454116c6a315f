"""Kibana's rules of correlations as they are shipped, over arrivals on a real Elasticsearch.

After Kibana's own code and documentation: these rules have no ``timestamp_override``, so that a run
asks by ``@timestamp``; a threshold rule leaves out, in a group that it alerted of, the events up to
the last of that alert. With a Platinum licence what is found of a group is part of its last alert,
if that was made at most the suppression's duration ago and was not closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.clock.arrivals import MINUTE, Arrival
from engines.clock.findings import Finding, Group
from engines.clock.kibana_runs import Run, Schedule, milliseconds
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle


@dataclass(slots=True)
class KibanaRule:
    """A rule of the NDJSON with its answers so far: they depend on the documents seen alone."""

    shipped: Mapping[str, Any]
    engine: ElasticsearchOracle
    _answers: dict[object, list[Finding]] = field(default_factory=dict)

    @property
    def schedule(self) -> Schedule:
        """When it runs."""
        return Schedule.of(self.shipped)

    @property
    def counts_on(self) -> bool:
        """Whether an alert's events are left out of what the rule counts later."""
        return bool(self.shipped["type"] == "threshold")

    def slack(self, span: int) -> int:
        """How late an event may come, less a minute: runs start when there is room for them."""
        schedule = self.schedule
        return max(0, schedule.reach - schedule.interval - span - MINUTE)

    def findings(self, arrivals: Sequence[Arrival], runs: Iterable[Run]) -> Iterator[Finding]:
        """What these runs find, one after the other."""
        assert "timestamp_override" not in self.shipped
        marks: dict[Group, int] = {}
        for run in runs:
            for seen in run.views(arrivals, own_time=True):
                if self.counts_on:
                    yield from self._threshold(seen, run.now, marks)
                else:
                    yield from self._answer(seen, run.now)

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


def duration(shipped: Mapping[str, Any]) -> int | None:
    """The milliseconds for which a rule suppresses; None where it does not."""
    suppression = shipped.get("alert_suppression")
    if suppression is None:
        return None
    return milliseconds("{value}{unit}".format_map(suppression["duration"]))


def licensed_alerts(findings: Iterable[Finding], silence: int | None) -> list[Finding]:
    """The findings that are alerts of their own where suppression is licensed."""
    alerted: dict[Group, int] = {}
    told = []
    for one in findings:
        before = alerted.get(one.group)
        if silence is None or before is None or one.now - before > silence:
            alerted[one.group] = one.now
            told.append(one)
    return told


def _ids(places: Collection[int]) -> dict[str, Any]:
    return {"ids": {"values": [*map(str, sorted(places))]}}


def _query(shipped: Mapping[str, Any]) -> dict[str, Any]:
    assert shipped["language"] == "lucene"
    return {"query_string": {"query": shipped["query"], "analyze_wildcard": True}}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
