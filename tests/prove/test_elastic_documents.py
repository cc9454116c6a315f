"""Events as the documents that Elastic's Okta integration makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog, Field, FieldType, catalog_of
from okta_access.errors import CatalogError
from okta_access.prove.oracles.elastic_documents import document

CATALOG = load_catalog()
FULL = {
    "uuid": "u1",
    "published": "2026-01-01T00:00:00.000Z",
    "eventType": "access.request.create",
    "version": "0",
    "severity": "INFO",
    "displayMessage": "Access request created",
    "legacyEventType": None,
    "actor": {
        "id": "00u1",
        "type": "User",
        "alternateId": "ann@example.com",
        "displayName": "Ann",
        "detailEntry": None,
    },
    "target": [
        {
            "id": "r1",
            "type": "ACCESS_REQUEST",
            "alternateId": "17",
            "displayName": "Request 17",
            "detailEntry": {"a": "b"},
            "changeDetails": {"from": {}, "to": {"x": 1}},
        },
        {"id": "r2", "type": "ACCESS_REQUEST", "alternateId": None},
    ],
    "outcome": {"result": "DENY", "reason": "No"},
    "client": {
        "ipAddress": "192.0.2.1",
        "userAgent": {"rawUserAgent": "curl/8", "os": "Unknown"},
        "geographicalContext": {"country": "Austria", "city": "Graz"},
        "zone": "null",
    },
    "securityContext": {"isProxy": False, "asNumber": 1},
    "authenticationContext": {"externalSessionId": "s1", "authenticationStep": 0},
    "transaction": {"id": "t1", "type": "WEB", "detail": {}},
    "debugContext": {"debugData": {"requestUri": "/"}},
    "request": {"ipChain": [{"ip": "192.0.2.1"}]},
}


def test_every_field_lands_under_its_elastic_name() -> None:
    made = document(FULL, CATALOG)
    assert made.lost == ()
    assert made.source == {
        "@timestamp": "2026-01-01T00:00:00.000Z",
        "client": {"geo": {"country_name": "Austria"}, "ip": "192.0.2.1"},
        "data_stream": {"dataset": "okta.system", "namespace": "default", "type": "logs"},
        "event": {
            "action": "access.request.create",
            "dataset": "okta.system",
            "id": "u1",
            "kind": "event",
            "module": "okta",
            "outcome": "failure",
        },
        "okta": {
            "actor": {
                "alternate_id": "ann@example.com",
                "display_name": "Ann",
                "id": "00u1",
                "type": "User",
            },
            "authentication_context": {"external_session_id": "s1"},
            "client": {"ip": "192.0.2.1", "user_agent": {"raw_user_agent": "curl/8"}},
            "display_message": "Access request created",
            "event_type": "access.request.create",
            "outcome": {"reason": "No", "result": "DENY"},
            "security_context": {"is_proxy": False},
            "target": [
                {
                    "alternate_id": "17",
                    "display_name": "Request 17",
                    "id": "r1",
                    "type": "ACCESS_REQUEST",
                },
                {"id": "r2", "type": "ACCESS_REQUEST"},
            ],
            "transaction": {"id": "t1"},
            "uuid": "u1",
        },
        "source": {"ip": "192.0.2.1"},
        "user_agent": {"original": "curl/8"},
    }


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("SUCCESS", "success"),
        ("allow", "success"),
        ("FAILURE", "failure"),
        ("DENY", "failure"),
        ("CHALLENGE", "unknown"),
        (None, "unknown"),
        (1, "unknown"),
    ],
)
def test_the_ecs_outcome_knows_three_values(result: object, outcome: str) -> None:
    made = document({"eventType": "e", "outcome": {"result": result}}, CATALOG)
    assert made.source["event"]["outcome"] == outcome


EMPTY = st.recursive(
    st.sampled_from([None, ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping) and value:
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _with(event: Mapping[str, Any], field: Field, value: Any) -> dict[str, Any]:
    """The event with this value at the field; in the first member where the field has members."""
    first, *rest = field.steps
    made = dict(event)
    if not rest:
        made[first] = value
    else:
        inner = made.get(first, {})
        below = Field(
            ".".join(rest), field.type, field.nullable, field.member, (), "", "", field.elastic
        )
        if isinstance(inner, list):
            made[first] = [_with(inner[0], below, value), *inner[1:]]
        else:
            made[first] = _with(inner, below, value)
    return made


@given(st.sampled_from(list(CATALOG.fields.values())), EMPTY)
def test_what_is_empty_is_not_there(field: Field, empty: Any) -> None:
    """However empty: null, "", [], {} and all that holds nothing else give one document."""
    made = document(_with(FULL, field, empty), CATALOG)
    assert made == document(_with(FULL, field, None), CATALOG)
    assert all(leaf not in (None, "", [], {}) for leaf in _leaves(made.source))


@pytest.mark.parametrize("value", [0, False, "null", " ", 0.0])
def test_what_is_small_is_still_there(value: object) -> None:
    made = document({"eventType": "e", "actor": {"id": value}}, CATALOG)
    assert made.source["okta"]["actor"] == {"id": value}


@pytest.mark.parametrize(
    ("event", "okta", "lost"),
    [
        ({"outcome": [{"result": "DENY"}]}, {}, ("okta.outcome.result", "okta.outcome.reason")),
        ({"client": {"ipAddress": {"v4": "10.0.0.1"}}}, {}, ("okta.client.ip",)),
        ({"published": {"at": "2026"}}, {}, ("@timestamp",)),
        ({"target": {"id": "a", "alternateId": "b"}},
         {"target": {"id": "a", "alternateId": "b"}}, ("okta.target",)),
        ({"target": [{"alternateId": "b"}, "c", {"alternateId": "d"}]},
         {"target": [{"alternate_id": "b"}, "c", {"alternateId": "d"}]}, ("okta.target",)),
        ({"actor": {"id": "a\ud800"}}, {"actor": {"id": "a\ud800"}}, ("okta.actor.id",)),
        ({"target": [{"id": "\udfff"}]}, {"target": [{"id": "\udfff"}]}, ("okta.target",)),
        ({"actor": {"id": "\U0001f600"}}, {"actor": {"id": "\U0001f600"}}, ()),
    ],
)  # fmt: skip
def test_what_the_pipeline_misses_is_told(
    event: dict[str, Any], okta: dict[str, Any], lost: tuple[str, ...]
) -> None:
    made = document({"eventType": "e", **event}, CATALOG)
    assert made.source["okta"] == {"event_type": "e", **okta}
    assert made.lost == lost


def _catalog(*fields: Field) -> Catalog:
    return catalog_of([], [*CATALOG.fields.values(), *fields], list(CATALOG.envelope.values()))


def _field(path: str, elastic: str, *, member: bool = False) -> Field:
    return Field(path, FieldType.STRING, True, member, (), "", path, elastic)


def test_fields_of_a_users_catalogue_come_along() -> None:
    made = document(
        FULL,
        _catalog(
            _field(
                "debugContext.debugData.requestUri", "okta.debug_context.debug_data.request_uri"
            ),
            _field("request.ipChain.ip", "okta.request.ip_chain.ip", member=True),
            _field("target.detailEntry.a", "okta.target.detailEntry.a", member=True),
        ),
    ).source["okta"]
    assert made["debug_context"] == {"debug_data": {"request_uri": "/"}}
    assert made["request"] == {"ip_chain": {"ip": ["192.0.2.1"]}}
    assert made["target"][0]["detailEntry"] == {"a": "b"}


def test_names_that_exclude_each_other_are_an_error() -> None:
    with pytest.raises(CatalogError, match=r"both okta\.actor\.id\.x and the field above it"):
        document(FULL, _catalog(_field("version", "okta.actor.id.x")))
