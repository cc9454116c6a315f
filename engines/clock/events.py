"""The rules on single events that are shipped, replayed by their schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engines.clock.arrivals import Numbered
from engines.clock.event_replay import EventReplay, made, numbered
from engines.clock.event_scenarios import COPIES
from engines.clock.kibana_events import KibanaEventRule, OnElasticsearch
from engines.clock.promised import Promise
from engines.clock.schedules import Alike
from engines.clock.shipped import Shipped
from engines.clock.tally import Tally
from okta_access.catalog.model import UUID
from okta_access.compile.model import Job
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import EventRule
from okta_access.spl.fields import Losses

HISTORIES = 20


def replay_alike(
    job: Job, shipped: Shipped, group: Alike, engine: ElasticsearchOracle
) -> Iterator[Tally]:
    """The tallies of rules of one schedule, by the first of them."""
    rule = next(one for one in job.rules.rules if one.name == group.rules[0])
    histories = [made(rule, job.catalog, number) for number in range(HISTORIES)]
    if group.siem == "splunk":
        search = shipped.search(rule.name)
        replay = splunk_replay(job, rule, group, histories)
        yield from replay.on_splunk(search, Promise.of_splunk(search))
        return
    replay = EventReplay(rule, group, job.catalog, _loaded(engine, histories))
    kibana = KibanaEventRule(shipped.kibana[rule.meta.id], OnElasticsearch(engine))
    yield from replay.on_kibana(kibana, Promise.of_kibana(kibana.schedule))


def splunk_replay(
    job: Job, rule: EventRule, group: Alike, histories: Sequence[Sequence[Mapping[str, Any]]]
) -> EventReplay:
    """The replay over what Splunk holds as the log does."""
    losses = Losses(job.catalog)
    whole = [[e for e in history if not losses.of(e)] for history in histories]
    return EventReplay(rule, group, job.catalog, [*numbered(whole)])


def _loaded(
    engine: ElasticsearchOracle, histories: Sequence[Sequence[Mapping[str, Any]]]
) -> list[Numbered]:
    """The histories, without what the server does not hold as the log does."""
    engine.delete()
    report = engine.load(e for history in histories for e in history for _ in range(COPIES))
    unlike = {*report.refused, *report.altered}
    return [
        [(place, event) for place, event in history if event[UUID] not in unlike]
        for history in numbered(histories)
    ]
