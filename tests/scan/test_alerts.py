"""What an alert says of itself: what its value counts, and each step of a chain."""

from __future__ import annotations

import json

import jsonschema
import pytest

from okta_access.catalog.paths import Held
from okta_access.logs.place import Place
from okta_access.matching.correlations.judge import CorrelationAlert, Occurrence
from okta_access.rules.model import CorrelationType
from okta_access.scan.alert_schema import schema_text
from okta_access.scan.alerts import Alert, correlation_alert
from okta_access.scan.context import Actor
from okta_access.scan.reports.text import Writer
from tests.builders.models import COUNT, ORDERED, TOGETHER, VALUES, S, correlation
from tests.builders.packaged import CATALOG

ANN = Actor("00u1", "ann@example.com", "Ann Lee", "User")
PORTAL = Actor("0oa1", "unknown", "Portal", "PublicClientApp")


BY_ANN = "step   1970-01-01T00:00:00.000Z  access.request.a on a: SUCCESS"
BY_PORTAL = "step   1970-01-01T00:01:00.000Z  access.request.b on a: SUCCESS"


Told = tuple[Held, ...]


def by(actor: Actor, target: str, address: str = "192.0.2.1") -> Told:
    """What an event holds at :data:`CONTEXT_PATHS`."""
    who = (actor.id, actor.login, actor.name, actor.type)
    return (*(text or () for text in who), target, address, (), (), "SUCCESS")


def alert(type_: CorrelationType, value: int, *told: Told) -> Alert:
    """An alert of that type on an event a minute, each with what it tells."""
    events = [
        Occurrence(60 * number * S, f"u-{number}", f"access.request.{'abc'[number]}", number, one)
        for number, one in enumerate(told)
    ]
    group = (("actor.id", "00u1"),)
    rule = correlation(type_, value, rules=value)
    found = CorrelationAlert(rule, events[-1].time, group, value, tuple(events))
    places = [Place("log.jsonl", number) for number in range(1, len(events) + 1)]
    return correlation_alert(found, places)


@pytest.mark.parametrize(
    ("type_", "value", "counts", "amount"),
    [
        (COUNT, 3, "events", "3 events"),
        (VALUES, 2, "different target.id", "3 events, 2 different target.id"),
        (TOGETHER, 2, "rules", "3 events, 2 of 2 rules"),
        (ORDERED, 3, "steps", "3 of 3 steps"),
    ],
)
def test_the_value_says_what_it_counts(
    type_: CorrelationType, value: int, counts: str, amount: str
) -> None:
    found = alert(type_, value, by(ANN, "a"), by(ANN, "b"), by(ANN, "b"))
    row = json.loads(found.as_json())
    jsonschema.validate(row, json.loads(schema_text()))
    assert (row["value"], row["counts"], found.amount) == (value, counts, amount)
    assert f"    what   {amount}" in Writer(CATALOG, lambda text, _: text).block(found)


@pytest.mark.parametrize(
    ("contexts", "rows"),
    [
        (
            (by(ANN, "a"), by(ANN, "b")),
            [
                "who    ann@example.com (Ann Lee, 00u1, User)",
                "what   2 of 2 steps",
                "step   1970-01-01T00:00:00.000Z  access.request.a on a: SUCCESS",
                "step   1970-01-01T00:01:00.000Z  access.request.b on b: SUCCESS",
                "where  192.0.2.1",
            ],
        ),
        (
            (by(ANN, "a"), by(PORTAL, "a", "192.0.2.2")),
            [
                "who    ann@example.com (Ann Lee, 00u1, User), Portal (0oa1, PublicClientApp)",
                "what   2 of 2 steps",
                f"{BY_ANN}, by ann@example.com (Ann Lee, 00u1, User), from 192.0.2.1",
                f"{BY_PORTAL}, by Portal (0oa1, PublicClientApp), from 192.0.2.2",
                "where  192.0.2.1, 192.0.2.2",
            ],
        ),
    ],
)
def test_each_step_is_told(contexts: tuple[Told, ...], rows: list[str]) -> None:
    block = Writer(CATALOG, lambda text, _: text).block(alert(ORDERED, 2, *contexts))
    assert [row.strip() for row in block.splitlines()[2:7]] == rows
