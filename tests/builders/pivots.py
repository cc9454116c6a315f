"""The next queries of all runbooks, a log in which each finds some events and leaves others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from uuid import UUID

from okta_access.api.rulebook import RuleBook, load_rules
from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.paths import texts
from okta_access.catalog.pivots import load_pivots
from okta_access.catalog.template import Event, rfc3339, template_event
from okta_access.compile.native import FirstSeen, load_native_rules
from okta_access.content import PACKS
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.pivots import NextQuery

Alerting = EventRule | Correlation | FirstSeen
_START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_HOURS = (-1000, -200, -25, -3, -0.5, 0, 0.5, 3, 25, 200, 1000)
_TYPES = (
    "access.request.condition.update",
    "access.request.create",
    "access.request.reject",
    "access.request.resolve",
    "access.request.sequence.delete",
    "access.request.settings.update",
    "access.review.action",
    "application.lifecycle.delete",
    "user.authentication.sso",
    "user.session.start",
)
_DEBUG = {
    "access_review_id": "r-1",
    "requested_resource_id": "x-1",
    "access_request_settings_resource_id": "x-1",
    "access_request_matched_condition_id": "o-1",
}
_WHO: tuple[tuple[str, list[str], str, str, dict[str, str]], ...] = (
    ("u-1", ["o-1"], "203.0.113.10", "idx-1", _DEBUG),
    ("u-2", ["o-2", "o-1"], "203.0.113.10", "idx-2", {}),
    ("u-1", ["o-3"], "203.0.113.11", "idx-3", _DEBUG | {"access_review_id": "r-2"}),
    ("o-1", ["u-1"], "203.0.113.12", "idx-1", dict.fromkeys(_DEBUG, "x-2")),
)


@cache
def everything() -> RuleBook:
    """The packaged rules with those of all packs, and their catalogue."""
    return load_rules(packs=PACKS)


def asked() -> dict[str, tuple[Alerting, NextQuery]]:
    """The rules that have a runbook, each with its next query, by name."""
    rules = (*everything().loaded.all_rules, *load_native_rules())
    return {one.name: (one, one.meta.runbook.pivot) for one in rules if one.meta.runbook}


def log() -> list[Event]:
    """Events of many types, people, objects and times; the alert is among them."""
    made = []
    for n, (hours, kind, who) in enumerate(product(_HOURS, _TYPES, _WHO)):
        event = template_event(everything().catalog, kind)
        event["uuid"] = str(UUID(int=n + 1))
        event["published"] = rfc3339(_START + timedelta(hours=hours))
        event["actor"]["id"], targets, event["client"]["ipAddress"], session, debug = who
        event["target"] = [{**event["target"][0], "id": target} for target in targets]
        event["authenticationContext"]["externalSessionId"] = session
        event["debugContext"]["debugData"] = dict(debug)
        made.append(event)
    return made


def alert(events: list[Event]) -> Event:
    """The event that the alert is about."""
    return next(one for one in events if one["published"] == rfc3339(_START))


def held(event: Event, rule: Alerting, path: str) -> str:
    """The value of an alert in a field, or in an alias of its group."""
    aliases = rule.aliases if isinstance(rule, Correlation) else ()
    own = next((alias.fields[0][1] for alias in aliases if alias.name == path), path)
    (value,) = texts(event, own, everything().catalog)
    return value


def wanted(rule: Alerting, query: NextQuery, events: list[Event], *, timed: bool) -> set[str]:
    """The uuids of the events that a query is about; at any time unless ``timed``."""
    pivot, about = load_pivots()[query.pivot], alert(events)
    same = {path: (held(about, rule, own),) for path, own in pivot.same.items()}
    asked = [[(path, value)] for path, (value,) in same.items()]
    if pivot.group and not isinstance(rule, EventRule):
        aliases = {one.name: one for one in getattr(rule, "aliases", ())}
        for key in rule.group_by:
            paths = [path for _, path in aliases[key].fields] if key in aliases else [key]
            asked.append([(path, held(about, rule, key)) for path in paths])
    return {
        event["uuid"]
        for event in events
        if all(any(value in _texts(event, path) for path, value in any_of) for any_of in asked)
        and (not pivot.types or any(fnmatchcase(event[EVENT_TYPE], one) for one in pivot.types))
        and (not timed or _within(event, query))
    }


def _texts(event: Event, path: str) -> tuple[str, ...]:
    return texts(event, path, everything().catalog)


def _within(event: Event, query: NextQuery) -> bool:
    later = (datetime.fromisoformat(event["published"]) - _START).total_seconds()
    return -query.before <= later and (query.after is None or later <= query.after)
