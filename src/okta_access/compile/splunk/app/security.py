"""What Splunk Enterprise Security reads of a search: annotations, findings, risk.

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
    es: Literal[7, 8],
    ending: str,
) -> dict[str, str]:
    """The settings of a rule for Enterprise Security 7 or 8.

    Every result is risk to who acted, in version 8 an intermediate finding. From level high on
    (version 7: medium) it is a finding besides. ``ending`` is put at the end of a finding's
    description. Raises :class:`Refused` where a title or description
    has a ``$``, which begins a token there.
    """
    meta = rule.meta
    finding = meta.level.rank >= (Level.HIGH if es == 8 else Level.MEDIUM).rank
    settings = {
        "action.correlationsearch.enabled": "1",
        "action.correlationsearch.label": meta.title,
        "action.correlationsearch.annotations": _json(_annotations(meta)),
        "action.correlationsearch.metadata": _json(
            {
                "deprecated": "0",
                "detection_id": meta.id,
                "detection_version": str(meta.version),
                "publish_time": _published(meta),
            }
        ),
    }
    if finding:
        settings |= _finding(rule, names, ending)
    return settings | _risk(meta)


def techniques(meta: Metadata) -> tuple[str, ...]:
    """The ATT&CK techniques a rule is tagged with, as ``T1078.004``."""
    tags = (tag.removeprefix("attack.").upper() for tag in meta.tags if tag.startswith("attack.t"))
    return tuple(tag for tag in tags if tag[1:2].isdigit())


def folded(text: str) -> str:
    """A text over several lines as one line."""
    return " ".join(text.split())


def _annotations(meta: Metadata) -> dict[str, list[str]]:
    """ATT&CK, and the profile as the analytic story that a search belongs to."""
    found = {"mitre_attack": list(techniques(meta))} if techniques(meta) else {}
    if meta.profile is not None:
        found["analytic_story"] = [f"Okta access: {meta.profile}"]
    return found


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
    score = _SCORES[meta.level]
    objects = [
        {"risk_object_field": _SEEN_BY, "risk_object_type": "user", "risk_score": score},
        *({"threat_object_field": k, "threat_object_type": v} for k, v in _WITH.items()),
    ]
    return {
        "action.risk": "1",
        "action.risk.param._risk": _json(objects),
        "action.risk.param._risk_message": f"{meta.title}: ${_SEEN_BY}$ from $src$",
        "action.risk.param._risk_score": "0",
        "action.risk.param.verbose": "0",
    }


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
