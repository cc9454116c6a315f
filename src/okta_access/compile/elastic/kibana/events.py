"""Event rules as Kibana rules: Lucene where it says them, else ES|QL."""

from __future__ import annotations

from okta_access.compile.elastic.esql.query import event_query
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.common import SHOWN, About, common_keys
from okta_access.compile.elastic.kibana.notes import event_note
from okta_access.compile.elastic.kibana.schedule import for_building_blocks, for_events
from okta_access.compile.elastic.kibana.schema import EsqlRule, KibanaRule, QueryRule
from okta_access.compile.elastic.kibana.setup import ESQL, LUCENE, by_arrival
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.compile.model import Job
from okta_access.errors import Refused
from okta_access.rules.model import EventRule, fields_read

# Late events are found by when they reached the cluster; Elastic's own Okta rules do the same.
INGESTED = "event.ingested"


def event_rule(rule: EventRule, job: Job) -> KibanaRule:
    """The rule, disabled. Raises :class:`Refused` where neither language says it truly."""
    fields = Fields(job.catalog, job.settings.elastic)
    schedule = (for_building_blocks if rule.audit else for_events)(job.settings.elastic)
    shown = tuple(fields.of(path).name for path in SHOWN if job.catalog.field(path))
    try:
        text, type_ = query_string(rule.expr, fields), LUCENE
    except Refused as reason:
        text, type_ = _in_esql(rule, fields, reason), ESQL
    keys = common_keys(
        About(
            rule.meta,
            job,
            fields,
            schedule,
            fields_read(rule.expr),
            shown,
            event_note(rule, fields, job),
            (by_arrival(schedule), type_),
            rule.audit,
        )
    )
    if type_ is ESQL:
        return EsqlRule(**keys, timestamp_override=INGESTED, query=text)
    return QueryRule(
        **keys,
        timestamp_override=INGESTED,
        language="lucene",
        query=text,
        index=job.settings.elastic.index,
    )


def _in_esql(rule: EventRule, fields: Fields, reason: Refused) -> str:
    try:
        return event_query(rule.expr, fields)
    except Refused as other:
        if other.message == reason.message:
            raise
        raise Refused(f"{reason.message}; {other.message}", hint=other.hint) from other
