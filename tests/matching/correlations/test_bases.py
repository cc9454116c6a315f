"""Rules as bits, and what they are to each correlation."""

from __future__ import annotations

from okta_access.matching.correlations.bases import Referred
from okta_access.matching.correlations.event_store import EventStore
from okta_access.matching.correlations.stream import Stream
from tests.builders.histories import (
    ALERTING,
    CLOSE,
    CREATE,
    Sort,
    put,
)
from tests.builders.models import (
    COUNT,
    ORDERED,
    VALUES,
    S,
    correlation,
)
from tests.builders.strategies import CATALOG

NOW = 10**9 * S
ONE_WAY = correlation(ORDERED, name="one_way"), (CREATE, CLOSE)
OTHER_WAY = correlation(ORDERED, name="other_way"), (CLOSE, CREATE)
CLOSED = correlation(VALUES, group_by=(), rules=1, name="closed"), (CLOSE,)
OTHER = ALERTING[2]


def test_each_correlation_has_its_own_order_of_rules() -> None:
    referred = Referred([ONE_WAY, OTHER_WAY, CLOSED])
    create, close, both = (referred.rules_of(some) for some in ([CREATE], [CLOSE], [CLOSE, CREATE]))
    assert referred.rules_of([OTHER]) == 0
    assert referred.rules_of([OTHER, CREATE]) == create
    assert referred.shares(create) == ((0, 0b01), (1, 0b10))
    assert referred.shares(close) == ((0, 0b10), (1, 0b01), (2, 0b1))
    assert referred.shares(both) == ((0, 0b11), (1, 0b11), (2, 0b1))
    assert referred.shares(0) == ()
    assert [referred.rules_for(index, close) for index in range(3)] == [0b10, 0b01, 0b1]


def test_fields_are_wanted_once() -> None:
    count = correlation(COUNT, group_by=("actor.id", "target.id"), rules=1, name="count"), (CLOSE,)
    assert Referred([ONE_WAY, CLOSED, count]).paths == ("actor.id", "target.id")
    assert Referred([]).paths == ()


def test_rules_that_are_equal_are_still_two() -> None:
    twin = type(CREATE)(*(getattr(CREATE, name) for name in CREATE.__struct_fields__))
    assert twin == CREATE
    assert Referred([ONE_WAY]).rules_of([twin]) == 0


def test_an_order_turned_round_is_judged_so() -> None:
    rules = [ONE_WAY, OTHER_WAY]
    for history in (EventStore(rules, CATALOG), Stream(rules, CATALOG, S, clock=lambda: NOW)):
        for second, base in ((0, CREATE), (1, CLOSE)):
            put(history, second * S, Sort(base.name, "t", (base,), ("u",)), second)
        assert [alert.correlation.name for alert in history.alerts()] == ["one_way"]
