"""Coverage: no event type is forgotten, and what is not covered was decided."""

from __future__ import annotations

from functools import cache

from okta_access.bundle.coverage import Coverage, Kind, coverage, decided_kind
from okta_access.bundle.navigator import layer
from okta_access.catalog.attack import load_attack
from okta_access.catalog.decisions import load_decisions
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level

CATALOG = load_catalog()


@cache
def found() -> Coverage:
    return coverage(load_rules([rules_dir()], CATALOG), CATALOG)


def test_every_event_type_has_exactly_one_audit_rule() -> None:
    counts = {name: len(found().of_type(name, Kind.AUDIT)) for name in CATALOG.events}
    assert counts == dict.fromkeys(CATALOG.events, 1)


def test_every_event_type_has_the_alerts_that_were_decided_on() -> None:
    decisions = load_decisions()
    assert {*decisions} == {*CATALOG.events}
    rules_say = {name: decided_kind(name, found().rows, CATALOG) for name in CATALOG.events}
    assert rules_say == {name: decisions[name].kind for name in CATALOG.events}
    reasons = [decision.reason for decision in decisions.values()]
    assert len({*reasons}) == len(reasons)


def test_rules_above_informational_claim_something_or_are_about_health() -> None:
    for row in found().rows:
        if row.kind in (Kind.AUDIT, Kind.BASE):
            assert (row.level, row.techniques) == (Level.INFORMATIONAL, ()), row.rule
        assert row.event_types, row.rule


def test_the_layer_has_what_navigator_asks_for() -> None:
    made = layer(found())
    assert made["versions"]["layer"] == "4.5"
    assert made["versions"]["attack"] == "19"
    assert made["domain"] == "enterprise-attack"
    attack = load_attack()
    pairs = [(one["techniqueID"], one["tactic"]) for one in made["techniques"]]
    assert len({*pairs}) == len(pairs)
    for one in made["techniques"]:
        known = attack.techniques[one["techniqueID"]]
        assert one["tactic"] in known.tactics
        if "score" in one:
            rows = found().techniques()[known.id]
            assert one["comment"] == ", ".join(row.rule for row in rows)
            assert one["score"] == len(rows) <= made["gradient"]["maxValue"]
    scored = {one["techniqueID"] for one in made["techniques"] if "score" in one}
    assert scored == {*found().techniques()}


def test_gaps_are_what_nothing_covers() -> None:
    gaps = {gap.about for gap in found().gaps}
    assert gaps & {*CATALOG.fields} == {p for p in CATALOG.fields if not found().of_field(p)}
    for gap in found().gaps:
        assert gap.what
        assert gap.reason
    nothing = coverage(load_rules([rules_dir() / "filter"], CATALOG), CATALOG)
    assert nothing.rows == ()
    assert {gap.about for gap in nothing.gaps} >= {*CATALOG.events, *CATALOG.fields}
