"""Correlations as Kibana rules: thresholds for counts, ES|QL for the rest, with verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from okta_access.catalog.model import PUBLISHED, UUID
from okta_access.compile.elastic.esql.context import EVENTS, FIRST, LAST, context, context_paths
from okta_access.compile.elastic.esql.grouping import groupable, key_fields
from okta_access.compile.elastic.esql.query import exact_query, plain_query_of
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.common import About, common_keys
from okta_access.compile.elastic.kibana.notes import correlation_note
from okta_access.compile.elastic.kibana.schedule import (
    Schedule,
    for_counts,
    for_spans,
    slack,
    span_text,
    suppression,
)
from okta_access.compile.elastic.kibana.schema import (
    Cardinality,
    EsqlRule,
    KibanaRule,
    Suppression,
    Threshold,
    ThresholdRule,
    ThresholdSuppression,
)
from okta_access.compile.elastic.kibana.setup import (
    ESQL,
    SUPPRESSED,
    THRESHOLD,
    by_their_own_time,
)
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.compile.model import Job, Verdict
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, CorrelationType, EventRule, Or, fields_read

_MOST_FIELDS = 3  # in threshold.field before stack 9.2, and in alert_suppression.group_by
_COUNTS = (CorrelationType.EVENT_COUNT, CorrelationType.VALUE_COUNT)


@dataclass(frozen=True, slots=True)
class Said:
    """A Kibana rule, how true it is, and the bound or what else there is to know."""

    rule: KibanaRule
    verdict: Verdict
    note: str | None


def correlation_rule(rule: Correlation, job: Job) -> Said:
    """The rule, disabled. Raises :class:`Refused` where no type of rule says it truly."""
    bases = job.rules.referenced(rule)
    fields = Fields(job.catalog, job.settings.elastic)
    # A threshold groups by fields of the events, and an alias is none.
    if rule.type in _COUNTS and not rule.aliases and len(rule.group_by) <= _MOST_FIELDS:
        try:
            return _threshold(rule, bases, fields, job)
        except Refused:
            pass  # ES|QL says more, and says why if it cannot either
    return _esql(rule, bases, fields, job)


def _threshold(rule: Correlation, bases: tuple[EventRule, ...], fields: Fields, job: Job) -> Said:
    keys = tuple(groupable(path, fields).name for path in rule.group_by)
    counted = groupable(rule.value_field or UUID, fields).name
    if counted in keys:
        raise Refused("a field that is grouped by cannot be counted")
    events = rule.type is CorrelationType.EVENT_COUNT
    query = query_string(Or(tuple(b.expr for b in bases), bases[0].logsource.span), fields)
    schedule = for_counts(rule.timespan.seconds, job.settings.elastic)
    said = (
        f"fires for every span up to {rule.timespan.text}, and for none above "
        f"{span_text(schedule.reach)}; after an alert of a group it counts its later events only"
    )
    if events:
        said += "; events without a uuid do not count"
    about = About(
        rule.meta,
        job,
        fields,
        schedule,
        paths=(*_read(rule, bases), rule.value_field or UUID),
        shown=keys,
        note=correlation_note(
            rule, bases, _places(rule, fields), schedule, said, job, holds_context=False
        ),
        setup=(_clock(rule, schedule, job), THRESHOLD),
    )
    made = ThresholdRule(
        **common_keys(about),
        language="lucene",
        query=query,
        index=job.settings.elastic.index,
        threshold=Threshold(
            field=keys,
            value=rule.threshold if events else 1,
            cardinality=(Cardinality(field=counted, value=rule.threshold),),
        ),
        alert_suppression=ThresholdSuppression(duration=suppression(rule.timespan.seconds)),
    )
    return Said(made, Verdict.BOUNDED, said)


def _esql(rule: Correlation, bases: tuple[EventRule, ...], fields: Fields, job: Job) -> Said:
    plain = plain_query_of(rule, bases, fields)
    keys = tuple(key.name for key in key_fields(rule, fields))
    schedule = for_spans(rule.timespan.seconds, job.settings.elastic)
    longer = "no longer one" if plain is None else f"none above {span_text(schedule.reach)}"
    suppressed = len(keys) <= _MOST_FIELDS
    reach = span_text(schedule.reach)
    silent = (
        f"where suppression is licensed, a group that alerted is silent for {reach}; elsewhere "
    )
    said = (
        f"fires for every span up to {rule.timespan.text} and for {longer}; "
        f"{silent if suppressed else ''}one finding repeats in up to {schedule.runs_in_reach} runs"
    )
    about = About(
        rule.meta,
        job,
        fields,
        schedule,
        paths=(*_read(rule, bases), *context_paths(fields), UUID, PUBLISHED),
        shown=(*keys, EVENTS, FIRST, LAST, *context(fields, keys)),
        note=correlation_note(
            rule, bases, _places(rule, fields), schedule, said, job, holds_context=True
        ),
        setup=(
            _clock(rule, schedule, job),
            ESQL,
            *([SUPPRESSED.format(reach=reach)] if suppressed else []),
        ),
    )
    made = EsqlRule(
        **common_keys(about),
        query=exact_query(rule, bases, fields) if plain is None else plain,
        alert_suppression=Suppression(
            group_by=keys or ("Esql.group",),
            # For a shorter time, and a finding that runs still see would alert again.
            duration=suppression(schedule.reach),
            missing_fields_strategy="suppress",
        )
        if suppressed
        else UNSET,
    )
    return Said(made, Verdict.EXACT if plain is None else Verdict.BOUNDED, said)


def _read(rule: Correlation, bases: tuple[EventRule, ...]) -> tuple[str, ...]:
    return (*fields_read(*(base.expr for base in bases)), *rule.fields)


def _clock(rule: Correlation, schedule: Schedule, job: Job) -> str:
    return by_their_own_time(schedule, slack(rule.timespan.seconds, job.settings.elastic))


def _places(rule: Correlation, fields: Fields) -> dict[str, tuple[str, ...]]:
    """The columns of the group, with the fields of events that hold it: of an alias several."""
    aliases = {
        alias.name: dict.fromkeys(path for _, path in alias.fields) for alias in rule.aliases
    }
    return {
        key.name: tuple(fields.of(path).name for path in aliases.get(key.path, [key.path]))
        for key in key_fields(rule, fields)
    }
