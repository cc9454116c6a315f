"""A Kibana in memory, as strict as its API reference says and as forgetful.

After elastic/kibana, ``x-pack/solutions/security/plugins/security_solution``:
``common/api/detection_engine/rule_management/crud/*_rule`` (routes, request_schema_validation),
``find_rules``, ``model/rule_schema/rule_schemas.schema.yaml``, and what
``server/lib/detection_engine/rule_management/logic/detection_rules_client/mergers`` makes of a
create, an update and a patch; ``/api/spaces/space/{id}`` and ``/api/status``. In our own words.
"""

from __future__ import annotations

import itertools
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.builders.loopback import Asked, Told

KEY = "a2V5LWlkOmtleS1zZWNyZXQ="
Rule = dict[str, Any]

_DEFAULTS: Rule = {
    "actions": [], "author": [], "enabled": False, "exceptions_list": [], "false_positives": [],
    "from": "now-6m", "interval": "5m", "max_signals": 100, "output_index": "", "references": [],
    "related_integrations": [], "required_fields": [], "risk_score_mapping": [], "setup": "",
    "severity_mapping": [], "tags": [], "threat": [], "to": "now", "version": 1,
}  # fmt: skip
_OPTIONAL = {
    "alias_purpose", "alias_target_id", "building_block_type", "investigation_fields", "license",
    "meta", "namespace", "note", "outcome", "response_actions", "rule_name_override", "throttle",
    "timeline_id", "timeline_title", "timestamp_override", "timestamp_override_fallback_disabled",
}  # fmt: skip
_NEEDED = {"name", "description", "risk_score", "severity"}
_OF_TYPE = {
    "eql": {
        "query", "language", "index", "data_view_id", "filters", "event_category_override",
        "tiebreaker_field", "timestamp_field", "alert_suppression",
    },
    "esql": {"query", "language", "alert_suppression"},
    "new_terms": {
        "query", "new_terms_fields", "history_window_start", "index", "data_view_id", "filters",
        "language", "alert_suppression",
    },
    "query": {
        "query", "language", "index", "data_view_id", "filters", "saved_id", "alert_suppression",
    },
    "threshold": {
        "query", "language", "index", "data_view_id", "filters", "saved_id", "threshold",
        "alert_suppression",
    },
}  # fmt: skip
_SERVERS = {
    "created_at", "created_by", "id", "immutable", "revision", "rule_source", "updated_at",
    "updated_by",
}  # fmt: skip


@dataclass
class Kibana:
    """Spaces with their rules by ``rule_id``; ``number`` is the version it tells of itself."""

    spaces: dict[str, dict[str, Rule]] = field(default_factory=lambda: {"default": {}})
    number: str | None = "9.1.0"
    knows: frozenset[str] | None = None
    clock: Any = field(default_factory=itertools.count)

    def __call__(self, asked: Asked) -> Told:
        """The answer to a request."""
        if asked.headers.get("authorization") != f"ApiKey {KEY}":
            return _refused(401, "unable to authenticate")
        if asked.method != "GET" and "kbn-xsrf" not in asked.headers:
            return _refused(400, "Request must contain a kbn-xsrf header.")
        if asked.path == "/api/status":
            status: Rule = {"status": {"overall": {"level": "available"}}}
            return Told(status | ({"version": {"number": self.number}} if self.number else {}))
        space = re.fullmatch(r"/api/spaces/space/([a-z0-9_-]+)", asked.path)
        if space is not None:
            known = space[1] in self.spaces
            return Told({"id": space[1]}) if known else _refused(404, "Not Found")
        route = re.fullmatch(
            r"(?:/s/([a-z0-9_-]+))?/api/detection_engine/rules(/_find)?", asked.path
        )
        if route is None or (route[1] or "default") not in self.spaces:
            return _refused(404, "Not Found")
        assert asked.headers.get("elastic-api-version") == "2023-10-31"
        rules = self.spaces[route[1] or "default"]
        if route[2]:
            return _found(rules, asked)
        return {
            "GET": self._read,
            "POST": self._create,
            "PATCH": self._patch,
            "PUT": self._put,
            "DELETE": self._delete,
        }[asked.method](rules, asked)

    def edit(self, rule_id: str, space: str = "default", **values: Any) -> None:
        """What somebody does to a rule in the browser."""
        rule = self.spaces[space][rule_id]
        rule.update(values)
        self._touch(rule)

    def _read(self, rules: dict[str, Rule], asked: Asked) -> Told:
        (key,) = (asked.query[name] for name in ("rule_id",) if name in asked.query)
        return Told(rules[key]) if key in rules else _refused(404, f"rule_id: {key} not found")

    def _create(self, rules: dict[str, Rule], asked: Asked) -> Told:
        body = self._stripped(asked.json)
        wrong = _wrong(body)
        if wrong:
            return _refused(400, wrong)
        if body["rule_id"] in rules:
            return _refused(409, f'rule_id: "{body["rule_id"]}" already exists')
        moment = next(self.clock)
        rule = self._normal(body) | {
            "id": f"{moment:08x}-0000-4000-8000-000000000000",
            "immutable": False,
            "rule_source": {"type": "internal"},
            "created_at": _time(moment),
            "created_by": "them",
            "updated_at": _time(moment),
            "updated_by": "them",
            "revision": 0,
        }
        rules[body["rule_id"]] = rule
        return Told(rule)

    def _put(self, rules: dict[str, Rule], asked: Asked) -> Told:
        body = self._stripped(asked.json)
        wrong = _wrong(body)
        if wrong:
            return _refused(400, wrong)
        old = rules.get(body["rule_id"])
        if old is None:
            return _refused(404, "not found")
        if body["type"] != old["type"]:
            return _refused(400, "the type of a rule cannot be changed")
        kept = {name: old[name] for name in _SERVERS}
        body = {"enabled": old["enabled"], "version": old["version"]} | body
        rules[body["rule_id"]] = self._touch(self._normal(body) | kept)
        return Told(rules[body["rule_id"]])

    def _patch(self, rules: dict[str, Rule], asked: Asked) -> Told:
        body = asked.json
        if None in body.values() or ("id" in body) == ("rule_id" in body):
            return _refused(400, "[request body]: Invalid input")
        rule = rules.get(body["rule_id"])
        if rule is None:
            return _refused(404, "not found")
        body.pop("type", None)  # a patch leaves it as it is
        rule.update(self._normal({**rule, **self._stripped({**body, "type": rule["type"]})}))
        return Told(self._touch(rule))

    def _delete(self, rules: dict[str, Rule], asked: Asked) -> Told:
        rule = rules.pop(asked.query["rule_id"], None)
        return Told(rule) if rule is not None else _refused(404, "not found")

    def _stripped(self, body: Rule) -> Rule:
        """What the schema knows; all else is dropped without a word."""
        known = {*_DEFAULTS, *_OPTIONAL, *_NEEDED, "type", "id", "rule_id"}
        known |= _OF_TYPE.get(body.get("type", ""), set())
        if self.knows is not None:
            known &= self.knows
        return {name: deepcopy(value) for name, value in body.items() if name in known}

    def _normal(self, body: Rule) -> Rule:
        rule = deepcopy(_DEFAULTS) | body
        rule["required_fields"] = [
            {"name": one["name"], "type": one["type"], "ecs": one["name"].startswith("event.")}
            for one in rule["required_fields"]
        ]
        return rule

    def _touch(self, rule: Rule) -> Rule:
        rule["updated_at"] = _time(next(self.clock))
        rule["revision"] += 1
        return rule


def _found(rules: dict[str, Rule], asked: Asked) -> Told:
    query = asked.query
    tag = re.fullmatch(r'alert\.attributes\.tags: "([^"\\*]+)"', query["filter"])
    page, size = int(query["page"]), int(query["per_page"])
    assert tag is not None
    assert ("sort_field" in query) == ("sort_order" in query)
    assert query["sort_field"] == "created_at"
    assert page >= 1
    some = sorted(
        (rule for rule in rules.values() if tag[1] in rule["tags"]),
        key=lambda rule: str(rule["created_at"]),
    )
    start = (page - 1) * size
    return Told(
        {"page": page, "perPage": size, "total": len(some), "data": some[start : start + size]}
    )


def _wrong(body: Rule) -> str | None:
    """What a create and an update refuse."""
    missing = sorted({*_NEEDED, "type"} - body.keys())
    if missing:
        return f"[request body]: {', '.join(missing)}: Required"
    if None in body.values():
        return "[request body]: Invalid input, received null"
    if ("id" in body) == ("rule_id" in body):
        return 'both "id" and "rule_id" cannot exist, choose one or the other'
    if body["type"] == "threshold" and not {"query", "threshold"} <= body.keys():
        return "[request body]: threshold: Required"
    return None


def _refused(status: int, message: str) -> Told:
    return Told({"statusCode": status, "message": message}, status)


def _time(moment: int) -> str:
    return f"2026-01-01T{moment // 3600:02}:{moment // 60 % 60:02}:{moment % 60:02}.000Z"
