"""Alerts of event rules by day: counted on the cluster, each event once.

Copies of an event have its uuid, type and time in common (docs/semantics.md, Events), so the
cluster groups by these three and counts the groups: exact, whatever their number, unlike its
``COUNT_DISTINCT`` and ``cardinality``. An event without a uuid counts for itself. What is too much
for the cluster's memory over a month is asked by ever shorter times, down to a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from okta_access.backtest.days import day_of
from okta_access.backtest.on_cluster.days import Period, halves, months
from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import Overloaded
from okta_access.compile.elastic.fields import Fields

AlertsByDay = Counter[date]
Count = Callable[[Period], AlertsByDay]


def by_esql(cluster: Cluster, text: str, fields: Fields) -> Count:
    """How to count what an ES|QL query of an event rule finds."""
    uuid, type_, at = (fields.of(path).name for path in (UUID, EVENT_TYPE, PUBLISHED))
    query = "\n| ".join(
        [
            text,
            f"STATS copies = COUNT(*) BY {uuid}, {type_}, {at}",
            f"STATS alerts = SUM(CASE({uuid} IS NULL, copies, 1)) BY day = DATE_TRUNC(1 day, {at})",
            # One row, which no limit of the cluster cuts off.
            'STATS days = VALUES(CONCAT(TO_STRING(day), " ", TO_STRING(alerts)))',
            "LIMIT 1",
        ]
    )

    def count(period: Period) -> AlertsByDay:
        (found,) = cluster.esql(query, period.query()).column("days")
        days = [found] if isinstance(found, str) else found or []
        pairs = (day.split(" ") for day in days)
        return Counter({date.fromisoformat(day[:10]): int(alerts) for day, alerts in pairs})

    return count


def by_lucene(cluster: Cluster, text: str, fields: Fields, size: int = 5_000) -> Count:
    """How to count what a Lucene query of an event rule finds, in pages of so many groups."""
    uuid, type_, at = (fields.of(path).name for path in (UUID, EVENT_TYPE, PUBLISHED))
    # Not lenient: a part that the server cannot run is an error, and never finds nothing instead.
    asked = {"query": text, "analyze_wildcard": True, "lenient": False}
    groups = {
        "size": size,
        "sources": [
            {"at": {"date_histogram": {"field": at, "fixed_interval": "1ms"}}},
            {"uuid": {"terms": {"field": uuid, "missing_bucket": True}}},
            {"type": {"terms": {"field": type_, "missing_bucket": True}}},
        ],
    }

    def count(period: Period) -> AlertsByDay:
        query = {"bool": {"filter": [{"query_string": asked}, period.query()]}}
        found: AlertsByDay = Counter()
        page: dict[str, object] = dict(groups)
        while True:
            body = {"size": 0, "query": query, "aggs": {"events": {"composite": page}}}
            answer = cluster.search(fields.settings.index, body)["aggregations"]["events"]
            for bucket in answer["buckets"]:
                day = day_of(bucket["key"]["at"] * 1000)
                assert day is not None
                found[day] += bucket["doc_count"] if bucket["key"]["uuid"] is None else 1
            if "after_key" not in answer:
                return found
            page = {**groups, "after": answer["after_key"]}

    return count


def count_events(count: Count, period: Period) -> AlertsByDay:
    """The alerts by day over a period of any length.

    Raises :class:`~okta_access.cluster.errors.RequestFailed`.
    """
    found: AlertsByDay = Counter()
    for month in months(period):
        found += _counted(count, month)
    return found


def _counted(count: Count, period: Period) -> AlertsByDay:
    try:
        return count(period)
    except Overloaded:
        parts = halves(period)
        if len(parts) == 1:
            raise
    return sum((_counted(count, part) for part in parts), Counter())
