"""What Splunk Enterprise Security makes of a search's results: findings and risk.

Keys as its own content writes them (ESCU's savedsearches.conf). Without Enterprise Security they
are without effect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

from okta_access.catalog.model import EVENT_TYPE, UUID
from okta_access.compile.native import FirstSeen
from okta_access.compile.splunk.app.annotations import Annotations
from okta_access.compile.splunk.app.guides import described
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import SOURCE_MACRO
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule, Level, Metadata

_SCORES = {
    Level.INFORMATIONAL: 5,
    Level.LOW: 20,
    Level.MEDIUM: 40,
    Level.HIGH: 70,
    Level.CRITICAL: 90,
}
_SEEN_BY = "user"  # the column whose owner is at risk
_WITH = {"src": "ip_address", "user_agent": "http_user_agent"}
_DAY = "86400"  # before and after the finding, in seconds
_DAY_AROUND = {"earliest_offset": _DAY, "latest_offset": _DAY}
_RISK_EVENTS = (
    '| from datamodel Risk.All_Risk | search normalized_risk_object="$user$" starthoursago=168'
    " | stats count sum(calculated_risk_score) AS score values(search_name) AS searches"
    " values(risk_message) AS messages BY normalized_risk_object"
)
_WHOLE_RANGE = {"earliest_offset": "$info_min_time$", "latest_offset": "$info_max_time$"}


def security_settings(
    rule: EventRule | Correlation | FirstSeen,
    names: Names,
    version: str,
    es: Literal[7, 8],
    ending: str,
    found: Annotations,
) -> dict[str, str]:
    """The settings of a rule for Enterprise Security 7 or 8.

    In version 7 every result is risk to who acted, from level medium on a notable event too. In
    version 8 it is a finding from level high on, which carries the risk itself, and below an
    intermediate finding. ``ending`` is put at the end of a finding's description. Raises
    :class:`Refused` where a title or description has a ``$``, which begins a token there.
    """
    meta = rule.meta
    settings = {
        "action.correlationsearch.enabled": "1",
        "action.correlationsearch.label": meta.title,
        "action.correlationsearch.annotations": _json(found),
        "action.correlationsearch.metadata": _json(
            {
                "deprecated": "0",
                "detection_id": meta.id,
                "detection_version": version,
                "publish_time": _published(meta),
            }
        ),
    }
    if es == 7:
        notable = _finding(rule, names, ending) if meta.level.rank >= Level.MEDIUM.rank else {}
        return settings | notable | _risk(meta)
    # "A single detection cannot create both findings and intermediate findings" (Splunk, "Use
    # detections to search for threats", 8.0 on): a finding is notable event and risk event in one.
    # So the risk of a finding stands with its entity, and there is no action for risk beside it.
    settings["action.correlationsearch.detection_type"] = "ebd"
    if meta.level.rank < Level.HIGH.rank:
        return settings | _risk(meta)
    entities = {"action.notable.param._entities": _json([_at_risk(meta)])}
    return settings | _finding(rule, names, ending) | entities


def folded(text: str) -> str:
    """A text over several lines as one line."""
    return " ".join(text.split())


def _finding(
    rule: EventRule | Correlation | FirstSeen, names: Names, ending: str
) -> dict[str, str]:
    meta = rule.meta
    description = described(folded(meta.description), ending)
    for what, text in (("title", meta.title), ("description", description)):
        if "$" in text:
            raise Refused(f"its {what} has a `$`, which Enterprise Security reads as a token")
    return {
        "action.notable": "1",
        "action.notable.param.rule_title": meta.title,
        "action.notable.param.rule_description": description,
        "action.notable.param.security_domain": "identity",
        "action.notable.param.severity": meta.level.value,
        "action.notable.param.nes_fields": "user,src",
        "action.notable.param.drilldown_searches": _json(_drilldowns(rule, names)),
    }


def _risk(meta: Metadata) -> dict[str, str]:
    if "$" in meta.title:
        raise Refused("its title has a `$`, which Enterprise Security reads as a token")
    objects = [
        _at_risk(meta),
        *({"threat_object_field": k, "threat_object_type": v} for k, v in _WITH.items()),
    ]
    return {
        "action.risk": "1",
        "action.risk.param._risk": _json(objects),
        "action.risk.param._risk_message": f"{meta.title}: ${_SEEN_BY}$ from $src$",
        "action.risk.param._risk_score": "0",
        "action.risk.param.verbose": "0",
    }


def _at_risk(meta: Metadata) -> dict[str, str | int]:
    score = _SCORES[meta.level]
    return {"risk_object_field": _SEEN_BY, "risk_object_type": "user", "risk_score": score}


def _drilldowns(rule: EventRule | Correlation | FirstSeen, names: Names) -> list[dict[str, str]]:
    source = f"`{SOURCE_MACRO}`"
    actor = f'{source} {names.event("actor.id")}="$user_id$"'
    others = [
        {"name": "What $user$ did, 24 hours around", "search": actor} | _DAY_AROUND,
        {"name": "Risk events of $user$, 7 days", "search": _RISK_EVENTS} | _WHOLE_RANGE,
    ]
    if isinstance(rule, EventRule):
        raw = {"name": "The event", "search": f'{source} {names.event(UUID)}="${UUID}$"'}
        return [raw | _WHOLE_RANGE, *others]
    group = " ".join(_of_group(rule, key, names) for key in rule.group_by)
    search = f"{source} {group or names.event(EVENT_TYPE) + '=access.*'}"
    return [{"name": "The events of the group", "search": search} | _WHOLE_RANGE, *others]


def _of_group(rule: Correlation | FirstSeen, key: str, names: Names) -> str:
    """Terms that events of a result's group pass."""
    aliases = rule.aliases if isinstance(rule, Correlation) else ()
    fields = [alias.fields for alias in aliases if alias.name == key]
    paths = dict.fromkeys(path for _, path in fields[0]) if fields else [key]
    terms = [f'{names.event(path)}="${names.result(key)}$"' for path in paths]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _published(meta: Metadata) -> int:
    """The day of the rule's last change, in seconds since 1970."""
    try:
        day = date.fromisoformat(meta.modified or meta.date)
    except ValueError:
        return 0
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _json(value: Mapping[str, Any] | list[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
