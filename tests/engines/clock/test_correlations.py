"""What is shipped keeps its promises on the clock of a SIEM, and a rule that does not is told."""

from __future__ import annotations

from engines.clock.kibana_runs import milliseconds
from engines.clock.replay import Replay
from engines.clock.shipped import Shipped
from engines.clock.tally import Tally
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import Correlation, CorrelationType


def replays(engine: ElasticsearchOracle) -> tuple[Replay, Shipped, list[Correlation]]:
    """The packaged rules, and of each type the correlation with the shortest timespan."""
    job = job_of(load_rules())
    shipped = Shipped.of(job)
    replay = Replay(job, shipped, engine)
    ordered = sorted(replay.rules, key=lambda rule: (rule.timespan.seconds, rule.name))
    types = {kind: next((r for r in ordered if r.type is kind), None) for kind in CorrelationType}
    return replay, shipped, [rule for rule in types.values() if rule is not None]


def faults(tallies: list[Tally], siem: str) -> list[str]:
    return [fault for one in tallies if one.siem == siem for fault in one.faults]


def test_what_is_shipped_keeps_its_promises(elasticsearch: ElasticsearchOracle) -> None:
    replay, _, rules = replays(elasticsearch)
    for rule in rules:
        tallies = [*replay.of(rule)]
        assert not any(one.faults for one in tallies)
        assert all(one.alerts and one.runs for one in tallies)
        # Where nothing is promised, something is missed: else the replay would not show it.
        assert sum(one.missed for one in tallies) > 0


def test_a_rule_that_looks_back_too_short_is_told(elasticsearch: ElasticsearchOracle) -> None:
    replay, shipped, rules = replays(elasticsearch)
    rule = rules[0]
    line = shipped.kibana[rule.meta.id]
    minutes = milliseconds(line["interval"]) // 60_000
    shipped.kibana[rule.meta.id] = {**line, "from": f"now-{minutes}m"}
    assert faults([*replay.of(rule)], "kibana")


def test_a_group_that_is_not_silent_for_long_enough_is_told(
    elasticsearch: ElasticsearchOracle,
) -> None:
    replay, shipped, rules = replays(elasticsearch)
    rule = next(r for r in rules if shipped.kibana[r.meta.id]["type"] == "esql")
    line = shipped.kibana[rule.meta.id]
    span = {"value": rule.timespan.seconds, "unit": "s"}
    suppression = {**line["alert_suppression"], "duration": span}
    shipped.kibana[rule.meta.id] = {**line, "alert_suppression": suppression}
    told = [one for one in replay.of(rule) if one.faults]
    assert {one.reading for one in told} == {"suppression licensed"}
    assert all("not at most 1" in fault for one in told for fault in one.faults)


def test_a_search_that_takes_too_thin_slices_is_told(elasticsearch: ElasticsearchOracle) -> None:
    replay, shipped, rules = replays(elasticsearch)
    rule = rules[0]
    stanza = shipped.stanzas[rule.name]
    thinner = stanza["search"].replace('now(), "-30m"', 'now(), "-5m"')
    assert thinner != stanza["search"]
    shipped.stanzas[rule.name] = {**stanza, "search": thinner}
    assert faults([*replay.of(rule)], "splunk")


def test_a_search_that_counts_other_events_is_told(elasticsearch: ElasticsearchOracle) -> None:
    replay, shipped, rules = replays(elasticsearch)
    rule = next(r for r in rules if r.type is CorrelationType.EVENT_COUNT)
    line = shipped.kibana[rule.meta.id]
    threshold = {**line["threshold"], "value": 1, "cardinality": [
        {**line["threshold"]["cardinality"][0], "value": 1}]}  # fmt: skip
    shipped.kibana[rule.meta.id] = {**line, "threshold": threshold}
    assert any("which is not" in fault for fault in faults([*replay.of(rule)], "kibana"))
