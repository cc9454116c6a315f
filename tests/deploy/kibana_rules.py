"""Rules as a release ships them and as people leave them in a space."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from okta_access.compile.elastic.kibana.common import owner_line, rule_set_tag
from okta_access.deploy.access import Access
from okta_access.deploy.kibana.rules import shipped_rules
from okta_access.deploy.kibana.space import Space
from okta_access.deploy.model import Shipped
from tests.builders.kibana import KEY, Kibana, Rule
from tests.builders.loopback import Asked

SET = "our-rules"
_TYPES: dict[str, Rule] = {
    "query": {"language": "lucene", "index": ["logs-okta*"]},
    "esql": {"language": "esql"},
    "threshold": {
        "language": "lucene",
        "index": ["logs-okta*"],
        "threshold": {"field": ["user.name"], "value": 5},
    },
}


def rule_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def rule(number: int, kind: str = "query", **values: Any) -> Rule:
    """A rule of ours, as a line of a release."""
    return {
        "type": kind,
        "rule_id": rule_id(number),
        "name": f"Rule {number}",
        "description": "It finds something.",
        "version": 100,
        "severity": "high",
        "risk_score": 73,
        "from": "now-20m",
        "to": "now",
        "interval": "5m",
        "max_signals": 1000,
        "query": "event.action:access.request.create",
        "tags": ["Domain: Identity", rule_set_tag(SET)],
        "setup": f"It needs a log.\n\n{owner_line(rule_id(number), SET)}",
        **_TYPES[kind],
        **values,
    }


def shipped(*rules: Rule, add: bool = True) -> tuple[Shipped, ...]:
    return shipped_rules((json.dumps(one).encode() for one in rules), add=add)


def space(url: str, name: str = "default", **options: Any) -> Space:
    return Space(Access(url, KEY, backoff=0, **options), SET, name)


def put(kibana: Kibana, body: Rule, where: str = "default", **edits: Any) -> None:
    """A rule imported from a release, and then edited."""
    inside = "" if where == "default" else f"/s/{where}"
    headers = {
        "authorization": f"ApiKey {KEY}",
        "content-type": "application/json",
        "elastic-api-version": "2023-10-31",
        "kbn-xsrf": "x",
    }
    path = f"{inside}/api/detection_engine/rules"
    assert kibana(Asked("POST", path, {}, headers, json.dumps(body).encode())).status == 200
    kibana.edit(body["rule_id"], where, **edits)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_CHANGING: Mapping[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "query": texts,
    "risk_score": st.integers(0, 100),
    "note": texts,
    "license": texts,
    "references": st.lists(texts, max_size=2),
    "required_fields": st.just([{"name": "event.action", "type": "keyword"}]),
    "threat": st.just([{"framework": "MITRE ATT&CK", "technique": []}]),
    "timestamp_override": st.just("event.ingested"),
    "timestamp_override_fallback_disabled": st.booleans(),
    "building_block_type": st.just("default"),
    "investigation_fields": st.just({"field_names": ["user.name"]}),
}
_ADMINS: Mapping[str, st.SearchStrategy[Any]] = {
    "enabled": st.booleans(),
    "exceptions_list": st.lists(st.fixed_dictionaries({"list_id": texts}), max_size=1),
    "actions": st.lists(st.fixed_dictionaries({"id": texts}), max_size=1),
    "severity_mapping": st.lists(st.fixed_dictionaries({"field": texts}), max_size=1),
    "meta": st.just({"from": "1m"}),
}
ADMINS = tuple(_ADMINS)
releases = st.dictionaries(
    st.integers(0, 5),
    st.tuples(
        st.sampled_from(["query", "query", "esql", "threshold"]),
        st.fixed_dictionaries({}, optional=dict(_CHANGING)),
    ),
)
edits = st.fixed_dictionaries(
    {},
    optional={
        **_CHANGING,
        **_ADMINS,
        "filters": st.just([{"query": {"match_all": {}}}]),
        "data_view_id": texts,
        "tags": st.lists(texts, max_size=2),
        "setup": texts,
    },
)
