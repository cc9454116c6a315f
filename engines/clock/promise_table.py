"""What is promised of time, for each kind of rule that is shipped, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engines.clock.kibana import duration
from engines.clock.kibana_runs import Schedule
from engines.clock.promised import Promise, length
from engines.clock.schedules import Alike, alike
from engines.clock.shipped import Shipped
from okta_access.compile.model import Job
from okta_access.rules.model import Correlation

_HEAD = (
    "| shipped as | rules | a run | looks at | events may be late by | found by searches after |"
    " no runs for | alerts |"
)


class Row(msgspec.Struct, frozen=True, order=True):
    """A kind of rule and its promise, in words; ``rules`` is how many are shipped so."""

    shipped_as: str
    every: str
    looks_at: str
    late: str
    lag: str
    down: str
    alerts: str
    rules: int = 0


def rows(job: Job, shipped: Shipped) -> list[Row]:
    """A row for all rules of which the same is promised."""
    counted: dict[Row, int] = {}
    for group in alike(job, shipped):
        kibana = group.siem == "kibana"
        row = _of_kibana(group, job, shipped) if kibana else _of_splunk(group, shipped)
        counted[row] = counted.get(row, 0) + len(group.rules)
    for rule in job.rules.correlations:
        for row in (_counted_in_kibana(rule, shipped), _counted_in_splunk(rule, shipped)):
            counted[row] = counted.get(row, 0) + 1
    return sorted(msgspec.structs.replace(row, rules=count) for row, count in counted.items())


def table(found: list[Row]) -> Iterator[str]:
    """The rows as a table in Markdown."""
    yield _HEAD
    yield "|---" * 8 + "|"
    for row in found:
        cells = (row.shipped_as, str(row.rules), row.every, row.looks_at, row.late, row.lag,
                 row.down, row.alerts)  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _of_kibana(group: Alike, job: Job, shipped: Shipped) -> Row:
    by_name = {rule.name: rule.meta.id for rule in job.rules.rules}
    schedule = Schedule.of(shipped.kibana[by_name[group.rules[0]]])
    promise = Promise.of_kibana(schedule)
    kind = group.type if group.type == "building block" else f"`{group.type}`"
    return Row(
        f"Kibana, {kind}",
        f"every {length(schedule.interval)}",
        f"{length(schedule.reach)} of `event.ingested`",
        length(promise.late),
        length(promise.lag),
        length(promise.down),
        "one; one more for each further backing index that takes a copy",
    )


def _of_splunk(group: Alike, shipped: Shipped) -> Row:
    search = shipped.search(group.rules[0])
    promise = Promise.of_splunk(search)
    return Row(
        "Splunk, single events",
        f"every {length(search.interval)}",
        f"{length(search.slice)} of index time, {length(search.reach)} of event time",
        length(promise.late),
        length(promise.lag),
        f"{length(promise.down)}, or any time ¹",
        "one, whatever copies come",
    )


def _counted_in_kibana(rule: Correlation, shipped: Shipped) -> Row:
    line, span = shipped.kibana[rule.meta.id], 1000 * rule.timespan.seconds
    schedule = Schedule.of(line)
    spare = length(schedule.reach - schedule.interval - span)
    if line["type"] == "threshold":
        silence = duration(line)
        silent = "its timespan" if silence == span else length(silence)
        alerts = f"one for as many new events of a group as it counts; one in {silent} ²"
    else:
        alerts = f"one in each of up to {schedule.most_runs} runs; one ²"
    return Row(
        f"Kibana, correlation as `{line['type']}`",
        f"every {length(schedule.interval)}",
        f"its timespan and {length(schedule.reach - span)} of `@timestamp`",
        f"{spare} ³",
        f"{spare} ³",
        f"{spare} ³",
        alerts,
    )


def _counted_in_splunk(rule: Correlation, shipped: Shipped) -> Row:
    search, span = shipped.search(rule.name), 1000 * rule.timespan.seconds
    promise = Promise.of_splunk(search, span)
    silent = "its timespan" if search.silence == span else length(search.silence)
    return Row(
        "Splunk, correlation",
        f"every {length(search.interval)}",
        f"{length(search.slice)} of index time, its timespan and {length(search.reach - span)} "
        "of event time",
        length(promise.late),
        length(promise.lag),
        f"{length(promise.down)}, or any time ¹",
        f"one of a group in {silent}",
    )
