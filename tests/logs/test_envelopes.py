"""Envelopes taken off: the event inside, the same to every rule as the one that was wrapped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import PUBLISHED, UUID, Field, FieldType, catalog_of
from okta_access.catalog.paths import leaves, texts
from okta_access.catalog.template import Event, template_event
from okta_access.generate import events
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.envelopes import Envelope, unwrap
from okta_access.logs.products import from_elastic, from_splunk
from okta_access.logs.reading import Reading
from okta_access.prove.oracles.elastic_documents import document

CATALOG = load_catalog()
FIELDS = (*CATALOG.fields.values(), *CATALOG.envelope.values())
EVENT = template_event(CATALOG, "access.request.create")
EVENT["target"].append({"id": "o-2", "type": "User", "alternateId": None})
JSON = json.dumps(EVENT)


def seen(event: Event) -> dict[str, tuple[str, ...]]:
    """What rules can see of an event."""
    return {field.path: texts(event, field.path, CATALOG) for field in FIELDS}


def flattened(node: Any, prefix: str = "", *, lists: bool = False) -> dict[str, Any]:
    """Objects as dotted names; with ``lists`` as a search gives ``fields``: every value in one."""
    if isinstance(node, dict):
        flat = [flattened(node[key], f"{prefix}.{key}".strip("."), lists=lists) for key in node]
        return {name: value for one in flat for name, value in one.items()}
    if lists and isinstance(node, list) and all(isinstance(one, dict) for one in node):
        keys = dict.fromkeys(key for one in node for key in one)
        return {f"{prefix}.{key}": [one[key] for one in node if key in one] for key in keys}
    return {prefix: [node] if lists and not isinstance(node, list) else node}


@settings(max_examples=60)
@given(events())
def test_documents_of_elastic_give_the_event_back(event: Event) -> None:
    made = document(event, CATALOG)
    source = json.loads(json.dumps(made.source))
    wanted = {path: found for path, found in seen(event).items() if not lost(path, made.lost)}
    for one in (source, flattened(source)):
        back = seen(from_elastic(one, CATALOG))
        assert {path: back[path] for path in wanted} == wanted


def lost(path: str, names: tuple[str, ...]) -> bool:
    field = CATALOG.field(path)
    assert field is not None
    return any(f"{field.elastic}.".startswith(f"{name}.") for name in names)


def test_members_stay_together_where_the_document_tells() -> None:
    source = json.loads(json.dumps(document(EVENT, CATALOG).source))
    kept = ("id", "type", "alternateId")
    targets = [{k: t[k] for k in kept if t[k] is not None} for t in EVENT["target"]]
    assert from_elastic(source, CATALOG)["target"] == targets
    # `fields` gives one list a name; which id goes with which type is not told any more.
    loose = from_elastic(flattened(source, lists=True), CATALOG)
    assert seen(loose) == seen(EVENT)


def splunk_fields(event: Event) -> dict[str, Any]:
    """The fields of an event as Splunk's JSON extraction makes them: texts, null as a text."""
    found: dict[str, Any] = {}
    for field in FIELDS:
        node: Any = event
        for step in field.steps[: 1 if field.member else None]:
            node = node.get(step) if isinstance(node, dict) else None
        if field.member:
            values = [text(one.get(field.steps[1])) for one in node]
            found[field.splunk] = values[0] if len(values) == 1 else values
        else:
            found[field.splunk] = text(node)
    return found


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@given(st.integers(1, 3), st.sampled_from([None, True, False]), st.sampled_from([None, "User"]))
def test_fields_of_splunk_give_the_event_back(
    targets: int, proxy: bool | None, kind: str | None
) -> None:
    event = template_event(CATALOG, "access.request.create")
    event["securityContext"]["isProxy"] = proxy
    event["actor"]["type"] = kind
    event["target"] = [{"id": f"t{n}", "type": "X", "alternateId": None} for n in range(targets)]
    for wrapped in ({"preview": False, "result": splunk_fields(event)}, splunk_fields(event)):
        back = unwrap(wrapped, Envelope.SPLUNK)
        assert isinstance(back, dict)
        assert seen(back) == seen(event)


NESTED = {"okta": {"event_type": "a"}, "@timestamp": "t"}
WRAPPED: list[tuple[Envelope, dict[str, Any]]] = [
    (Envelope.NONE, EVENT),
    (Envelope.SPLUNK, {"preview": False, "result": {"_raw": JSON, "_time": "1"}}),
    (Envelope.SPLUNK, {"result": {**EVENT, "_raw": "eventType=access.request.create"}}),
    (Envelope.SPLUNK, {"result": splunk_fields(EVENT)}),
    (Envelope.SPLUNK, {"result": {**splunk_fields(EVENT), "_raw": JSON}}),
    (Envelope.SPLUNK, {"_raw": JSON}),
    (Envelope.SPLUNK, {"result": {"_raw": json.dumps({"detail": EVENT})}}),
    (Envelope.EVENTBRIDGE, {"detail-type": "x", "source": "aws.partner/okta", "detail": EVENT}),
    (Envelope.ELASTIC, {"event": {"original": JSON}, "okta": {"event_type": "other"}}),
    (Envelope.ELASTIC, {"event.original": JSON}),
    (Envelope.ELASTIC, {"_index": "i", "_source": {"event": {"original": JSON}}}),
    (Envelope.ELASTIC, {"_index": "i", "_source": EVENT}),
    (Envelope.ELASTIC, {"_source": json.loads(json.dumps(document(EVENT, CATALOG).source))}),
    (Envelope.ELASTIC, flattened(json.loads(json.dumps(document(EVENT, CATALOG).source)))),
    (
        Envelope.ELASTIC,
        {"fields": flattened(json.loads(json.dumps(document(EVENT, CATALOG).source)), lists=True)},
    ),
]


@pytest.mark.parametrize(("envelope", "value"), WRAPPED)
def test_told_by_content_or_named(envelope: Envelope, value: dict[str, Any]) -> None:
    for chosen in (Envelope.AUTO, envelope):
        event = decode(json.dumps(value).encode(), Reading(chosen))
        assert isinstance(event, dict), (chosen, event)
        assert seen(event) == seen(EVENT)


MISFITTING = [
    (chosen, value)
    for envelope, value in WRAPPED
    for chosen in (Envelope.SPLUNK, Envelope.ELASTIC, Envelope.EVENTBRIDGE)
    if chosen is not envelope
]


@pytest.mark.parametrize(("chosen", "value"), MISFITTING)
def test_what_does_not_fit_a_named_envelope_is_no_event(
    chosen: Envelope, value: dict[str, Any]
) -> None:
    found = decode(json.dumps(value).encode(), Reading(chosen))
    assert isinstance(found, NoEvent)
    assert found.reason.endswith(f"(--envelope {chosen})")


def test_none_takes_nothing_off() -> None:
    assert decode(b'{"detail": {"eventType": "a"}}', Reading(Envelope.NONE)) == NoEvent(
        "eventType is missing or no text"
    )


@pytest.mark.parametrize(
    "value",
    [
        {"result": 5},
        {"result": {}},
        {"result": {"_raw": 5}},
        {"detail": "x"},
        {"_source": [], "fields": None},
        {"okta": {}},
        {"okta": {"event_type": []}},
        {"okta": {"event_type": ["a", "b"]}},
        {"okta": {"event_type": "a", "target": [5, None, [{"id": "x"}], {"id": {"y": 1}}]}},
        {"okta.target": {"id": "x"}, "okta.event_type": "a"},
        {"okta": {"actor": "x", "event_type": "a"}, "okta.actor.id": ["y"]},
        {"event": {"original": ""}},
        {"target{}.id": [None], "actor.id": {"a": 1}, "eventType": 5},
    ],
)
@pytest.mark.parametrize("chosen", Envelope)
def test_odd_envelopes_crash_nothing(chosen: Envelope, value: dict[str, Any]) -> None:
    found = decode(json.dumps(value).encode(), Reading(chosen))
    assert isinstance(found, NoEvent) or found["eventType"] == "a"


def test_names_of_a_users_catalogue_count() -> None:
    def field(path: str, splunk: str, elastic: str, *, member: bool = False) -> Field:
        return Field(path, FieldType.STRING, True, member, (), "", splunk, elastic)

    catalog = catalog_of(
        [],
        [
            field("eventType", "eventType", "okta.event_type"),
            field("debug.a", "debug.a", "okta.debug.flattened.a"),
            field("debug.list.x.y", "debug.list{}.x.y", "okta.debug.list.x_y", member=True),
            field("debug", "debug", "okta.debug.text"),
        ],
        [CATALOG.envelope[UUID], CATALOG.envelope[PUBLISHED]],
    )
    document = {"okta.event_type": "e", "okta": {"debug": {"flattened": {"a": 1}, "list.x_y": [1]}}}
    event = from_elastic(document, catalog)
    assert leaves(event, ["debug", "a"]) == [1]
    assert leaves(event, ["debug", "list", "x", "y"]) == [1]
    flat = from_splunk({"eventType": "e", "debug.a": "1", "debug.list{}.x.y": ["1", "2"]}, catalog)
    assert flat == {"eventType": "e", "debug": {"a": "1", "list": {"x": {"y": ["1", "2"]}}}}


@pytest.mark.parametrize(
    "other",
    [
        {"detail": {"eventType": "e"}, "source": "aws.partner/okta"},
        {"result": {"_raw": '{"eventType": "e"}'}, "preview": False},
        {"okta": {"event_type": "e"}},
        {"event": {"original": '{"eventType": "e"}'}},
    ],
)
def test_an_event_is_not_looked_into(other: dict[str, Any]) -> None:
    """By default an object with a type of its own is the event, whatever else it holds."""
    assert unwrap(other) is not other
    whole = {**EVENT, **other}
    assert unwrap(whole) is whole
