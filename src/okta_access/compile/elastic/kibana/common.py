"""What rules of every type tell Kibana about themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from okta_access.catalog.attack import load_attack
from okta_access.catalog.model import PUBLISHED, FieldType
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.schedule import Schedule
from okta_access.compile.elastic.kibana.schema import (
    Integration,
    InvestigationFields,
    RequiredField,
)
from okta_access.compile.elastic.kibana.setup import setup_guide
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
_LAYOUT = re.compile(r"(?<!\n)\n(?!\n)")  # a line break inside a paragraph
RULE_SET = "Rule Set: "
# The names are those of Elastic's own rules, so that one filter finds both.
_TAGS = (
    "Data Source: Okta",
    "Domain: Identity",
    "Resources: Investigation Guide",
    "Use Case: Identity and Access Audit",
)
_OF_DETECTIONS = "Use Case: Threat Detection"
_OF_BUILDING_BLOCKS = "Rule Type: BBR"


@dataclass(frozen=True, slots=True)
class About:
    """What the keys that all types share are made of.

    ``paths`` are the fields that the query reads; ``shown`` the columns to look at first;
    ``setup`` is what to know of the rule's clock and type.
    """

    meta: Metadata
    job: Job
    fields: Fields
    schedule: Schedule
    paths: tuple[str, ...]
    shown: tuple[str, ...]
    note: str
    setup: tuple[str, ...]
    building_block: bool = False


def common_keys(about: About) -> dict[str, Any]:
    """The keys of a rule that do not depend on its type, as arguments of its struct."""
    meta, elastic = about.meta, about.job.settings.elastic
    severity, risk = _RISK[meta.level]
    identity = about.job.identity
    threat = threats(meta.tags, load_attack(), elastic.attack)
    return {
        "rule_id": meta.id,
        "name": meta.title,
        "description": _LAYOUT.sub(" ", meta.description.rstrip()) or meta.title,
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
            _OF_BUILDING_BLOCKS if about.building_block else _OF_DETECTIONS,
            *(f"Tactic: {one.tactic.name}" for one in threat),
            rule_set_tag(identity.rule_set),
            f"Status: {meta.status or 'experimental'}",
            *([f"Profile: {meta.profile}"] if meta.profile else []),
        ),
        "references": meta.references,
        "false_positives": meta.falsepositives,
        "note": about.note,
        "setup": "\n\n".join(
            (setup_guide(elastic.index, about.setup), owner_line(meta.id, identity.rule_set))
        ),
        "threat": threat,
        "related_integrations": (_INTEGRATION,),
        "required_fields": _required(about),
        "investigation_fields": InvestigationFields(field_names=about.shown)
        if about.shown
        else UNSET,
        "building_block_type": "default" if about.building_block else UNSET,
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
    if field.flattened:
        return field.name, "flattened"
    return field.name, "date" if path == PUBLISHED else _TYPES.get(field.type, "keyword")
