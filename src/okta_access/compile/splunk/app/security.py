"""What Splunk Enterprise Security makes of a search's results: findings and risk.

Keys as its own content writes them (ESCU's savedsearches.conf). Without Enterprise Security they
are without effect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

from okta_access.catalog.model import UUID
from okta_access.catalog.pivots import load_pivots, pivot_named
from okta_access.compile.native import FirstSeen
from okta_access.compile.splunk.app.annotations import Annotations
from okta_access.compile.splunk.app.guides import described
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pivots import pivot_search
from okta_access.compile.splunk.query.search import SOURCE_MACRO, columns
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule, Level, Metadata
from okta_access.rules.pivots import NextQuery

_SCORES = {
    Level.INFORMATIONAL: 5,
    Level.LOW: 20,
    Level.MEDIUM: 40,
    Level.HIGH: 70,
    Level.CRITICAL: 90,
}
_SEEN_BY = "user"  # the column whose owner is at risk
_WITH = {"src": "ip_address", "user_agent": "http_user_agent"}
_ACTORS_DAY = NextQuery("actor", 86_400, 86_400)
_UNTIL_NOW = 2_592_000  # in seconds: a drilldown cannot say "now", and no finding waits a month
_RISK_EVENTS = (
    '| from datamodel Risk.All_Risk | search normalized_risk_object="$user$" starthoursago=168'
    " | stats count sum(calculated_risk_score) AS score values(search_name) AS searches"
    " values(risk_message) AS messages BY normalized_risk_object"
)
_WHOLE_RANGE = {"earliest_offset": "$info_min_time$", "latest_offset": "$info_max_time$"}


def security_settings(
    rule: EventRule | Correlation | FirstSeen,
    names: Names,
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
                "detection_version": str(meta.version),
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
    """The events of the finding, the query of its runbook, its actor's day, and its risk."""
    if isinstance(rule, EventRule):
        search = f'`{SOURCE_MACRO}` {names.event(UUID)}="${UUID}$"'
        own = {"name": "The event", "search": search} | _WHOLE_RANGE
    else:
        group = load_pivots()["group"]
        search = pivot_search(group, rule, names, lambda path: f"${names.result(path)}$")
        own = {"name": "The events of the group", "search": search} | _WHOLE_RANGE
    asked = (rule.meta.runbook.pivot,) if rule.meta.runbook else ()
    nexts = (_pivoted(query, rule, names) for query in dict.fromkeys((*asked, _ACTORS_DAY)))
    risk = {"name": "Risk events of $user$, 7 days", "search": _RISK_EVENTS} | _WHOLE_RANGE
    return [own, *filter(None, nexts), risk]


def _pivoted(
    query: NextQuery, rule: EventRule | Correlation | FirstSeen, names: Names
) -> dict[str, str] | None:
    """A query as a drilldown; none where it asks for what no column of the results holds."""
    pivot = pivot_named(query.pivot, names.catalog)
    grouped = () if isinstance(rule, EventRule) else rule.group_by
    held = {*columns(names), *map(names.result, grouped)}
    if pivot is None or not {names.result(own) for own in pivot.same.values()} <= held:
        return None
    later = _UNTIL_NOW if query.after is None else query.after
    return {
        "name": f"{pivot.shows}, {query.range}",
        "search": pivot_search(pivot, rule, names, lambda path: f"${names.result(path)}$"),
        "earliest_offset": str(query.before),
        "latest_offset": str(later),
    }


def _published(meta: Metadata) -> int:
    """The day of the rule's last change, in seconds since 1970."""
    try:
        day = date.fromisoformat(meta.modified or meta.date)
    except ValueError:
        return 0
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _json(value: Mapping[str, Any] | list[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
