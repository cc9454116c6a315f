"""What is shipped keeps its promises on the clock of a SIEM, and a rule that does not is told."""

from __future__ import annotations

from engines.clock.kibana import milliseconds
from engines.clock.replay import Replay, Tally
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import Correlation, CorrelationType


def replays(engine: ElasticsearchOracle) -> tuple[Replay, list[Correlation]]:
    """The packaged rules, and of each type the correlation with the shortest timespan."""
    replay = Replay(job_of(load_rules()), engine)
    ordered = sorted(replay.rules, key=lambda rule: (rule.timespan.seconds, rule.name))
    types = {kind: next((r for r in ordered if r.type is kind), None) for kind in CorrelationType}
    return replay, [rule for rule in types.values() if rule is not None]


def faults(tallies: list[Tally], siem: str) -> list[str]:
    return [fault for one in tallies if one.siem == siem for fault in one.faults]


def test_what_is_shipped_keeps_its_promises(elasticsearch: ElasticsearchOracle) -> None:
    replay, rules = replays(elasticsearch)
    for rule in rules:
        tallies = [*replay.of(rule)]
        assert not any(one.faults for one in tallies)
        assert all(one.alerts and one.runs for one in tallies)
        # Where nothing is promised, something is missed: else the replay would not show it.
        assert sum(one.missed for one in tallies) > 0


def test_a_rule_that_looks_back_too_short_is_told(elasticsearch: ElasticsearchOracle) -> None:
    replay, rules = replays(elasticsearch)
    rule = rules[0]
    shipped = replay.kibana[rule.meta.id]
    minutes = milliseconds(shipped["interval"]) // 60_000
    replay.kibana[rule.meta.id] = {**shipped, "from": f"now-{minutes}m"}
    assert faults([*replay.of(rule)], "kibana")


def test_a_search_that_takes_too_thin_slices_is_told(elasticsearch: ElasticsearchOracle) -> None:
    replay, rules = replays(elasticsearch)
    rule = rules[0]
    stanza = replay.stanzas[rule.name]
    thinner = stanza["search"].replace('now(), "-30m"', 'now(), "-5m"')
    assert thinner != stanza["search"]
    replay.stanzas[rule.name] = {**stanza, "search": thinner}
    assert faults([*replay.of(rule)], "splunk")


def test_a_search_that_counts_other_events_is_told(elasticsearch: ElasticsearchOracle) -> None:
    replay, rules = replays(elasticsearch)
    rule = next(r for r in rules if r.type is CorrelationType.EVENT_COUNT)
    shipped = replay.kibana[rule.meta.id]
    threshold = {**shipped["threshold"], "value": 1, "cardinality": [
        {**shipped["threshold"]["cardinality"][0], "value": 1}]}  # fmt: skip
    replay.kibana[rule.meta.id] = {**shipped, "threshold": threshold}
    assert any("which is not" in fault for fault in faults([*replay.of(rule)], "kibana"))
