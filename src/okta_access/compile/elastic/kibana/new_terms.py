"""The native rules in Kibana: its rule type for values that were not seen before."""

from __future__ import annotations

from okta_access.compile.elastic.esql.grouping import groupable
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.common import SHOWN, About, common_keys
from okta_access.compile.elastic.kibana.events import INGESTED
from okta_access.compile.elastic.kibana.notes import first_seen_note
from okta_access.compile.elastic.kibana.schedule import for_events
from okta_access.compile.elastic.kibana.schema import NewTermsRule
from okta_access.compile.elastic.kibana.setup import NEW_TERMS, by_arrival
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.compile.model import Job
from okta_access.compile.native import FirstSeen
from okta_access.rules.model import EventRule, fields_read

NEW_TERMS_NOTE = "Kibana's new_terms, as its documentation describes it; not run on a real Kibana"
_TAG = "Source: native, without a Sigma rule"


def new_terms_rule(rule: FirstSeen, base: EventRule, job: Job) -> NewTermsRule:
    """The rule, disabled; held against what Kibana accepts where the file is written.

    Raises :class:`~okta_access.errors.Refused` for a field that cannot be grouped by.
    """
    fields = Fields(job.catalog, job.settings.elastic)
    shown = tuple(fields.of(path).name for path in SHOWN if job.catalog.field(path))
    paths = tuple(dict.fromkeys((*fields_read(base.expr), *rule.fields)))
    schedule, note = for_events(job.settings.elastic), first_seen_note(rule, base, fields, job)
    setup = (by_arrival(schedule), NEW_TERMS.format(history=rule.history.text))
    keys = common_keys(About(rule.meta, job, fields, schedule, paths, shown, note, setup))
    return NewTermsRule(
        **{**keys, "tags": (*keys["tags"], _TAG)},
        timestamp_override=INGESTED,
        language="lucene",
        query=query_string(base.expr, fields),
        index=job.settings.elastic.index,
        new_terms_fields=tuple(groupable(path, fields).name for path in rule.fields),
        history_window_start=f"now-{rule.history.text}",
    )
