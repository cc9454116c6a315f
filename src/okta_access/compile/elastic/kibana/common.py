"""What rules of every type tell Kibana about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from okta_access.catalog.attack import load_attack
from okta_access.catalog.model import PUBLISHED, FieldType
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.schedule import Schedule, span_text
from okta_access.compile.elastic.kibana.schema import (
    Integration,
    InvestigationFields,
    RequiredField,
)
from okta_access.compile.elastic.kibana.threat import threats
from okta_access.compile.model import Job
from okta_access.rules.model import Level, Metadata

MAX_SIGNALS = 1000
"""The most alerts that Kibana makes of one run unless it is configured otherwise; what is above
is lost, so the default of 100 would let an intruder hide behind noise."""

PACKAGE = "okta-access-detections"
SHOWN = (
    "eventType",
    "actor.alternateId",
    "actor.id",
    "actor.type",
    "target.type",
    "target.alternateId",
    "target.id",
    "outcome.result",
    "outcome.reason",
    "client.ipAddress",
    "client.geographicalContext.country",
    "client.userAgent.rawUserAgent",
    "securityContext.isProxy",
    "authenticationContext.externalSessionId",
    "transaction.id",
)
"""The fields an analyst sees first, by their names in rules."""

# Kibana's bands end at 21, 47, 73 and 100; it has no severity below low.
_RISK = {
    Level.INFORMATIONAL: ("low", 1),
    Level.LOW: ("low", 21),
    Level.MEDIUM: ("medium", 47),
    Level.HIGH: ("high", 73),
    Level.CRITICAL: ("critical", 99),
}
_TYPES = {FieldType.BOOLEAN: "boolean", FieldType.IP: "ip"}
_INTEGRATION = Integration(package="okta", version="^3.0.0")
RULE_SET = "Rule Set: "
_TAGS = ("Data Source: Okta", "Domain: Identity", "Use Case: Identity and Access Audit")
_SETUP = """\
Needs the System Log of Okta, collected by Elastic's Okta integration (package `okta`, version 3 \
or later) into {index}. Event types `access.*` are logged by tenants with Okta Identity Governance.

Indices of earlier versions keep `okta.target` flattened, which queries read as empty without a \
word. Where such indices are left, compile with `targets = "flattened"` in `okta-access.toml`.

The integration's mapping does not index texts longer than 1,024 characters: to this rule they are \
not there. It drops what is no address from `okta.client.ip`.

{time}

{owner}"""
_BY_ARRIVAL = """\
Runs every {every} over what reached the cluster in the last {reach} (`timestamp_override: \
event.ingested`), so that a late event is found when it comes, once."""
_BY_OWN_TIME = """\
Runs every {every} over events of the last {reach} by their own time (`@timestamp`; no \
`timestamp_override`, or a connector that catches up would press a day into one window). Events \
that reach the cluster more than {slack} late may be missed."""


@dataclass(frozen=True, slots=True)
class About:
    """What the keys that all types share are made of.

    ``paths`` are the fields that the query reads; ``shown`` the columns to look at first; ``time``
    what the rule's clock is.
    """

    meta: Metadata
    job: Job
    fields: Fields
    schedule: Schedule
    paths: tuple[str, ...]
    shown: tuple[str, ...]
    note: str
    time: str


def by_arrival(schedule: Schedule) -> str:
    """What to know of the time of a rule that looks at what arrived."""
    return _BY_ARRIVAL.format(every=schedule.every, reach=span_text(schedule.reach))


def by_their_own_time(schedule: Schedule, slack: int) -> str:
    """What to know of the time of a rule that counts in the events' own; ``slack`` in seconds."""
    return _BY_OWN_TIME.format(
        every=schedule.every, reach=span_text(schedule.reach), slack=span_text(slack)
    )


def common_keys(about: About) -> dict[str, Any]:
    """The keys of a rule that do not depend on its type, as arguments of its struct."""
    meta, elastic = about.meta, about.job.settings.elastic
    severity, risk = _RISK[meta.level]
    index = ", ".join(f"`{name}`" for name in elastic.index)
    identity = about.job.identity
    return {
        "rule_id": meta.id,
        "name": meta.title,
        "description": meta.description.rstrip() or meta.title,
        "version": meta.version,
        "severity": severity,
        "risk_score": risk,
        "from_": about.schedule.from_,
        "interval": about.schedule.every,
        "max_signals": MAX_SIGNALS,
        "author": (identity.author_of(meta),),
        "license": identity.licence_of(meta) or UNSET,
        "tags": (
            *_TAGS,
            rule_set_tag(identity.rule_set),
            f"Status: {meta.status or 'experimental'}",
            *([f"Profile: {meta.profile}"] if meta.profile else []),
        ),
        "references": meta.references,
        "false_positives": meta.falsepositives,
        "note": about.note,
        "setup": _SETUP.format(
            index=index, time=about.time, owner=owner_line(meta.id, identity.rule_set)
        ),
        "threat": threats(meta.tags, load_attack(), elastic.attack),
        "related_integrations": (_INTEGRATION,),
        "required_fields": _required(about),
        "investigation_fields": InvestigationFields(field_names=about.shown)
        if about.shown
        else UNSET,
    }


def rule_set_tag(rule_set: str) -> str:
    """The tag that says whose rule it is; a copy made in Kibana has it too."""
    return f"{RULE_SET}{rule_set}"


def owner_line(rule_id: str, rule_set: str) -> str:
    """The last line of a rule's setup guide, which names the rule itself: in a copy it does not."""
    return f"Rule `{rule_id}` of `{rule_set}`."


def _required(about: About) -> tuple[RequiredField, ...]:
    return tuple(
        RequiredField(name=name, type=type_)
        for name, type_ in sorted({_name_and_type(path, about.fields) for path in about.paths})
    )


def _name_and_type(path: str, fields: Fields) -> tuple[str, str]:
    field = fields.of(path)
    return field.name, "date" if path == PUBLISHED else _TYPES.get(field.type, "keyword")
