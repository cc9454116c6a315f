"""Histories raise as many alerts as they were built to raise, for correlations of every shape."""

from __future__ import annotations

import pytest

from okta_access.catalog.template import Event
from okta_access.generate.history import BYTES, KINDS, HistoryMaker
from okta_access.generate.history_builder import moved
from okta_access.generate.sample import sample
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.rules.model import Alias, Correlation, CorrelationType, EventRule
from okta_access.rules.solver.satisfy import Unsatisfiable
from tests.builders.samples import CATALOG, correlation, rule

COUNT, VALUES = CorrelationType.EVENT_COUNT, CorrelationType.VALUE_COUNT
TEMPORAL, ORDERED = CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED
CREATE = rule("eventType: access.request.create", "create")
RESOLVE = rule("eventType: access.request.resolve", "resolve")
REQUEST = rule("eventType: [access.request.create, access.request.resolve]", "request")
ADMIN = rule("actor.alternateId|startswith: adm", "admin")
IN_NET = rule("client.ipAddress|cidr: 10.0.0.0/30", "net")
TWO_TARGETS = rule("target.type|all: [User, App]", "two")

WHO = Alias("who", (("create", "actor.id"), ("resolve", "target.id")))
BY = Alias("who", (("create", "actor.id"), ("resolve", "client.ipAddress")))
WHAT = Alias("what", (("create", "target.id"), ("resolve", "target.alternateId")))
OVER = Alias("who", (("create", "actor.id"), ("admin", "target.id")))

Case = tuple[Correlation, tuple[EventRule, ...]]
CASES: dict[str, Case] = {
    "a count": (correlation(COUNT, (CREATE,)), (CREATE,)),
    "one is enough": (correlation(COUNT, (CREATE,), threshold=1), (CREATE,)),
    "no group": (correlation(COUNT, (CREATE,), group_by=()), (CREATE,)),
    "one second": (correlation(COUNT, (CREATE,), seconds=1), (CREATE,)),
    "two rules counted": (correlation(COUNT, (CREATE, RESOLVE)), (CREATE, RESOLVE)),
    "group by target": (correlation(COUNT, (ADMIN,), group_by=("target.id",)), (ADMIN,)),
    "group by a flag": (
        correlation(COUNT, (CREATE,), group_by=("securityContext.isProxy",)),
        (CREATE,),
    ),
    "group by a matched array": (
        correlation(COUNT, (TWO_TARGETS,), group_by=("target.id",)),
        (TWO_TARGETS,),
    ),
    "values": (correlation(VALUES, (ADMIN,), value_field="transaction.id"), (ADMIN,)),
    "values in an array": (correlation(VALUES, (CREATE,), value_field="target.id"), (CREATE,)),
    "values of the rule's own field": (
        correlation(VALUES, (ADMIN,), value_field="actor.alternateId", threshold=7),
        (ADMIN,),
    ),
    "values of a small network": (
        correlation(VALUES, (IN_NET,), value_field="client.ipAddress", threshold=4),
        (IN_NET,),
    ),
    "any order": (
        correlation(TEMPORAL, (CREATE, RESOLVE), group_by=("actor.id", "target.id")),
        (CREATE, RESOLVE),
    ),
    "any order, rules that overlap": (correlation(TEMPORAL, (CREATE, ADMIN)), (CREATE, ADMIN)),
    "any order, one inside the other": (
        correlation(TEMPORAL, (CREATE, REQUEST)),
        (CREATE, REQUEST),
    ),
    "in order": (correlation(ORDERED, (CREATE, RESOLVE)), (CREATE, RESOLVE)),
    "in order, three": (correlation(ORDERED, (CREATE, ADMIN, RESOLVE)), (CREATE, ADMIN, RESOLVE)),
    "in order, by an alias": (
        correlation(ORDERED, (CREATE, RESOLVE), group_by=("who",), aliases=(WHO,)),
        (CREATE, RESOLVE),
    ),
    "in order, by an alias and a field": (
        correlation(ORDERED, (CREATE, RESOLVE), group_by=("target.id", "who"), aliases=(BY,)),
        (CREATE, RESOLVE),
    ),
    "counted by an alias": (
        correlation(COUNT, (CREATE, RESOLVE), group_by=("who",), aliases=(WHO,)),
        (CREATE, RESOLVE),
    ),
    "values by an alias of targets": (
        correlation(
            VALUES,
            (CREATE, RESOLVE),
            group_by=("what",),
            aliases=(WHAT,),
            value_field="actor.id",
        ),
        (CREATE, RESOLVE),
    ),
    "any order, by an alias, rules that overlap": (
        correlation(TEMPORAL, (CREATE, ADMIN), group_by=("who",), aliases=(OVER,)),
        (CREATE, ADMIN),
    ),
    "in order, one inside the other": (
        correlation(ORDERED, (REQUEST, CREATE)),
        (REQUEST, CREATE),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_histories_raise_what_they_say(name: str) -> None:
    rule_, bases = CASES[name]
    maker = HistoryMaker(rule_, bases, CATALOG)
    for history in sample(maker, 4 * len(maker.kinds), name, BYTES):
        found = find_alerts(rule_, bases, history.events, CATALOG)
        assert len(found) == history.alerts, history.kind


def test_every_kind_is_made_for_some_correlation() -> None:
    made = {kind for rule_, bases in CASES.values() for kind in _kinds(rule_, bases)}
    assert made == {*KINDS}


def _kinds(rule_: Correlation, bases: tuple[EventRule, ...]) -> tuple[str, ...]:
    return HistoryMaker(rule_, bases, CATALOG).kinds


@pytest.mark.parametrize(
    ("rule_", "bases", "reason"),
    [
        (
            correlation(TEMPORAL, (CREATE, RESOLVE), group_by=("eventType",)),
            (CREATE, RESOLVE),
            "no value of `eventType` in common",
        ),
        (
            correlation(VALUES, (CREATE,), value_field="securityContext.isProxy"),
            (CREATE,),
            "cannot have 3 different values",
        ),
        (
            correlation(VALUES, (IN_NET,), value_field="client.ipAddress", threshold=40),
            (IN_NET,),
            "cannot have 40 different values",
        ),
    ],
)
def test_a_correlation_that_can_never_fire_is_named(
    rule_: Correlation, bases: tuple[EventRule, ...], reason: str
) -> None:
    with pytest.raises(Unsatisfiable, match=reason):
        HistoryMaker(rule_, bases, CATALOG)


def test_histories_one_after_another_do_not_disturb_each_other() -> None:
    rule_, bases = CASES["in order"]
    made = sample(HistoryMaker(rule_, bases, CATALOG), 40, 1, BYTES)
    clock = number = 0
    events: list[Event] = []
    for history in made:
        later, clock, number = moved(history, clock, number, rule_.timespan.seconds)
        events += later.events
    alerts = find_alerts(rule_, bases, events, CATALOG)
    assert len(alerts) == sum(history.alerts for history in made)
