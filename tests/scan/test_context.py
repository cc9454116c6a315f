"""What alerts tell of their events: the same of one event and of several, however they are kept."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from hypothesis import strategies as st

from okta_access.catalog.paths import Held
from okta_access.scan.alert_schema import schema_text
from okta_access.scan.alerts import KEYS
from okta_access.scan.context import CONTEXT_PATHS, Actor, Context, context_of, together
from tests.builders.packaged import DEMO, demo_events
from tests.scan.test_engine import run

TEXTS = st.text(st.characters(), min_size=1, max_size=5)
ONE = TEXTS | st.lists(TEXTS, min_size=2, max_size=3).map(tuple) | st.just(())
HELD: st.SearchStrategy[tuple[Held, ...]] = st.tuples(*[ONE for _ in CONTEXT_PATHS])


def told(events: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Who, what, where and when, from the events themselves; they are of the plain shape."""
    actors = [
        {"id": a["id"], "login": a["alternateId"], "name": a["displayName"], "type": a["type"]}
        for a in (event["actor"] for event in events)
    ]
    clients = [event["client"] for event in events]
    found: dict[str, list[Any]] = {
        "targets": [one["id"] for event in events for one in event["target"]],
        "addresses": [client["ipAddress"] for client in clients],
        "countries": [client["geographicalContext"]["country"] for client in clients],
        "agents": [client["userAgent"]["rawUserAgent"] for client in clients],
        "outcomes": [event["outcome"]["result"] for event in events],
    }
    once = {key: [*dict.fromkeys(texts)] for key, texts in found.items()}
    different = [one for n, one in enumerate(actors) if one not in actors[:n]]
    return {"actors": different, **once}


def test_alerts_tell_what_their_events_say() -> None:
    events = {event["uuid"]: event for event in demo_events()}
    alerts, _ = run(DEMO)
    assert {alert.kind for alert in alerts} == {"event", "correlation"}
    schema = json.loads(schema_text())
    for alert in alerts:
        row = json.loads(alert.as_json())
        assert [*row] == [*KEYS] == schema["required"] == [*schema["properties"]]
        jsonschema.validate(row, schema)
        own = [events[uuid] for uuid in row["events"]]
        expected = told(own)
        assert {key: row[key] for key in expected} == expected
        assert (row["first"], row["last"]) == (own[0]["published"], own[-1]["published"])
        assert row["last"] == row["time"]


def test_several_events_together() -> None:
    ann, bob = Actor("1", "ann", None, None), Actor("2", "bob", None, None)
    one = Context((ann,), targets=("a", "b"), outcomes=("SUCCESS",))
    two = Context((bob,), targets=("b",), addresses=("192.0.2.1",))
    assert together([one, two, one]) == Context(
        (ann, bob), targets=("a", "b"), outcomes=("SUCCESS",), addresses=("192.0.2.1",)
    )
    assert context_of([() for _ in CONTEXT_PATHS]) == Context()
    assert context_of([("1", "2"), *[()] * 8]).actors == (Actor("1, 2", None, None, None),)
