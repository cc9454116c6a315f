"""Shipped rules on single events keep their promises, no more is promised, and who breaks is told.

Which documents a query finds is the reference's word here; a real Elasticsearch is asked in
``make release``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from engines.clock.arrivals import MINUTE, Arrival
from engines.clock.event_replay import EventReplay, made, numbered
from engines.clock.events import splunk_replay
from engines.clock.kibana_events import KibanaEventRule
from engines.clock.promised import Promise
from engines.clock.schedules import Alike, alike, native
from engines.clock.shipped import Shipped
from engines.clock.splunk import SplunkSearch
from engines.clock.tally import Tally
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from okta_access.compile.model import Job
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import EventRule
from okta_access.spl.beliefs import PAIRWISE
from okta_access.spl.engine import Splunk

HISTORIES = 3
Bounds = Mapping[str, int]
NONE: Mapping[str, Any] = {}


@cache
def released() -> tuple[Job, Shipped, Mapping[tuple[str, str], Alike]]:
    """The packaged rules, their files, and which of them are alike, by SIEM and type."""
    job = job_of(load_rules())
    shipped = Shipped.of(job)
    return job, shipped, {(one.siem, one.type): one for one in alike(job, shipped)}


def rule_of(group: Alike) -> EventRule:
    return next(one for one in released()[0].rules.rules if one.name == group.rules[0])


def in_kibana(
    type_: str,
    changes: Mapping[str, str] = NONE,
    without: str = "",
    promise: Bounds = NONE,
    *,
    all_of_them: bool = False,
) -> list[Tally]:
    """The replay of rules of a type, changed so; the promise is of what is shipped, or another."""
    job, shipped, groups = released()
    group = groups["kibana", type_]
    rule = rule_of(group)

    def find(_: Mapping[str, Any], arrivals: Sequence[Arrival]) -> Collection[int]:
        own = (a for a in arrivals if all_of_them or matches(rule.expr, a.event, job.catalog))
        return {a.place for a in own}

    line = shipped.kibana[rule.meta.id]
    kept = replace(Promise.of_kibana(KibanaEventRule(line, find).schedule), **promise)
    line = {key: text for key, text in {**line, **changes}.items() if key != without}
    histories = [made(rule, job.catalog, number) for number in range(HISTORIES)]
    replay = EventReplay(rule, group, job.catalog, [*numbered(histories)])
    return [*replay.on_kibana(KibanaEventRule(line, find), kept)]


def in_splunk(
    changes: Mapping[str, str] = NONE,
    settings: Mapping[str, str] = NONE,
    promise: Bounds = NONE,
    number: int = HISTORIES,
) -> list[Tally]:
    """The replay of searches, with other settings, or with a text in place of another."""
    job, shipped, groups = released()
    group = groups["splunk", "search"]
    rule = rule_of(group)
    search = shipped.search(rule.name)
    kept = replace(Promise.of_splunk(search), **promise)
    stanza, macros = {**search.stanza, **settings}, {**shipped.macros}
    for before, after in changes.items():
        assert before in stanza["search"] or before in macros["okta_access_results"]
        stanza["search"] = stanza["search"].replace(before, after)
        macros["okta_access_results"] = macros["okta_access_results"].replace(before, after)
    histories = [made(rule, job.catalog, n) for n in range(number)]
    replay = splunk_replay(job, rule, group, histories)
    return [*replay.on_splunk(SplunkSearch(stanza, macros, Splunk(PAIRWISE[0])), kept)]


def faults(tallies: Sequence[Tally]) -> Iterator[str]:
    return (fault for one in tallies for fault in one.faults)


def kept(tallies: Sequence[Tally]) -> bool:
    assert all(one.alerts and one.runs for one in tallies)
    # Where nothing is promised, something is missed: else the replay would not show it.
    assert any(one.missed for one in tallies if not one.promised)
    assert all(one.missed == 0 for one in tallies if one.promised)
    return not [*faults(tallies)]


@pytest.mark.parametrize("type_", ["query", "esql", "building block"])
def test_kibanas_rules_keep_their_promises(type_: str) -> None:
    tallies = in_kibana(type_)
    assert kept(tallies)
    assert {one.scenario: one.repeats for one in tallies}["some again, in other indices"] == 3
    assert sum(one.repeats > 1 for one in tallies) == 1


def test_splunks_searches_keep_their_promises() -> None:
    tallies = in_splunk()
    assert kept(tallies)
    assert {one.repeats for one in tallies} == {1}


@pytest.mark.parametrize("bound", ["lag", "down"])
@pytest.mark.parametrize("type_", ["query", "building block"])
def test_no_more_could_be_promised_in_kibana(type_: str, bound: str) -> None:
    _, shipped, groups = released()
    rule = KibanaEventRule(shipped.kibana[rule_of(groups["kibana", type_]).meta.id], lambda *_: ())
    more = getattr(Promise.of_kibana(rule.schedule), bound) + rule.schedule.interval
    assert any("misses" in fault for fault in faults(in_kibana(type_, promise={bound: more})))


@pytest.mark.parametrize("bound", ["late", "lag", "down"])
def test_little_more_could_be_promised_in_splunk(bound: str) -> None:
    _, shipped, groups = released()
    search = shipped.search(groups["splunk", "search"].rules[0])
    more = getattr(Promise.of_splunk(search), bound) + 2 * search.interval
    assert any("misses" in fault for fault in faults(in_splunk(promise={bound: more}, number=8)))


@pytest.mark.parametrize(
    ("type_", "changes", "without", "told"),
    [
        # A look-back that is no longer than the interval.
        ("query", {"from": "now-5m"}, "", "misses"),
        ("building block", {"from": "now-60m"}, "", "misses"),
        # By the event's own time what comes late is not seen.
        ("query", {}, "timestamp_override", "misses"),
        # Rows that name no document: each run that sees it alerts.
        ("esql", {"query": "FROM logs-okta* | WHERE true"}, "", "not at most 1"),
    ],
)
def test_a_rule_that_breaks_its_promise_is_told(
    type_: str, changes: dict[str, str], without: str, told: str
) -> None:
    assert any(told in fault for fault in faults(in_kibana(type_, changes, without)))


@pytest.mark.parametrize(
    ("changes", "settings", "told"),
    [
        # A gap between slices, and slices without room for a late run.
        ({"_index_earliest=-30m@m": "_index_earliest=-10m@m"}, {}, "misses"),
        ({"_index_earliest=-30m@m": "_index_earliest=-15m@m"}, {}, "misses"),
        # Slices that overlap and nothing that silences what is seen twice.
        ({}, {"alert.suppress": "0"}, "not at most 1"),
        # A throttle that ends before a copy has come.
        ({}, {"alert.suppress.period": "3600s"}, "not at most 1"),
        ({"dedup uuid eventType published": "dedup none_such"}, {}, "in one run"),
        # Events of less than a day ago.
        ({}, {"dispatch.earliest_time": "-720m@m"}, "misses"),
        # A scheduler that leaves out what it skipped.
        ({}, {"realtime_schedule": "1"}, "misses"),
    ],
)
def test_a_search_that_breaks_its_promise_is_told(
    changes: dict[str, str], settings: dict[str, str], told: str
) -> None:
    assert any(told in fault for fault in faults(in_splunk(changes, settings)))


def test_a_query_that_finds_other_events_is_told() -> None:
    assert any("does not match" in fault for fault in faults(in_kibana("query", all_of_them=True)))


def test_each_rule_that_alerts_is_replayed_once_in_each_siem() -> None:
    job, shipped, groups = released()
    for siem in ("kibana", "splunk"):
        names = [name for (of, _), one in groups.items() if of == siem for name in one.rules]
        replayed = {*names, *(rule.name for rule in job.rules.correlations)}
        files = shipped.kibana if siem == "kibana" else shipped.stanzas
        assert len(names) == len({*names})
        assert len(replayed) + sum(one in files for one in natives(job, shipped)) == len(files)


def natives(job: Job, shipped: Shipped) -> set[str]:
    """What is not replayed, as each SIEM's files name it."""
    ids = {one["name"]: id_ for id_, one in shipped.kibana.items()}
    return {ids.get(name, name) for name in native(job, shipped)}


def test_lengths_that_differ_make_two_schedules() -> None:
    job, shipped, _ = released()
    first = next(one for one in alike(job, shipped) if one.siem == "kibana")
    rule = rule_of(first)
    line = {**shipped.kibana[rule.meta.id], "from": "now-3h"}
    other = replace(shipped, kibana={**shipped.kibana, rule.meta.id: line})
    assert len(alike(job, other)) == len(alike(job, shipped)) + 1


def test_what_is_promised_is_read_off_what_is_shipped() -> None:
    _, shipped, groups = released()
    search = shipped.search(groups["splunk", "search"].rules[0])
    assert Promise.of_splunk(search) == Promise(1440 * MINUTE, 10 * MINUTE, 15 * MINUTE)
