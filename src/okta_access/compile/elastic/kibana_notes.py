"""The triage guide of a rule, in Markdown: where to look, and what the alert can and cannot say."""

from __future__ import annotations

from okta_access.compile.elastic.kibana_common import PACKAGE
from okta_access.compile.elastic.kibana_schedule import span_text
from okta_access.rules.model import Correlation, CorrelationType, EventRule, Metadata
from okta_access.rules.settings import Settings

_EVENT = """\
## Triage

1. Who acted: `okta.actor.alternate_id` and `okta.actor.type`. An app, and Okta's own system, are \
no persons.
2. On what: `okta.target.type`, `okta.target.id`, `okta.target.alternate_id`.
3. From where, with what: `okta.client.ip`, `client.geo.country_name`, \
`okta.security_context.is_proxy`, `okta.client.user_agent.raw_user_agent`. In events about access \
requests these can be the service's own, or missing.
4. Whether it took hold: `okta.outcome.result` and `okta.outcome.reason`.
5. What else belongs to it: the same `okta.transaction.id`, and the same \
`okta.authentication_context.external_session_id` unless that is `unknown`.
6. Hold it against the false positives of this rule."""
_GROUP = """\
## Triage

1. The alert holds what the events have in common ({keys}) and no events. Search for these values \
{when}; these rules found the events: {rules}.
2. Look at each event's actor, target, client and outcome in the order of time.
3. Hold it against the false positives of this rule."""
_TIMES = "from before `Esql.first_time` to after `Esql.last_time`"
_RUN = "in the {reach} before the alert"


def event_note(rule: EventRule, settings: Settings) -> str:
    """The guide for a rule on single events."""
    return "\n\n".join([_EVENT, *_limits(rule.meta, settings)])


def correlation_note(
    rule: Correlation,
    bases: tuple[EventRule, ...],
    keys: tuple[str, ...],
    reach: int | None,
    said: str,
    settings: Settings,
) -> str:
    """The guide for a correlation; ``said`` is its verdict, ``reach`` None if rows hold times."""
    guide = _GROUP.format(
        keys=", ".join(f"`{key}`" for key in keys) or "nothing but the rule",
        when=_TIMES if reach is None else _RUN.format(reach=span_text(reach)),
        rules=", ".join(f"`{base.name}`" for base in bases),
    )
    meaning = f"## Meaning\n\n{_meaning(rule)} As a rule in Kibana it {said}."
    return "\n\n".join([guide, meaning, *_limits(rule.meta, settings)])


def _meaning(rule: Correlation) -> str:
    within = f"within {rule.timespan.text} of the events' own times (`@timestamp`)"
    match rule.type:
        case CorrelationType.EVENT_COUNT:
            return f"At least {rule.threshold} different events {within}."
        case CorrelationType.VALUE_COUNT:
            return f"At least {rule.threshold} different values of `{rule.value_field}` {within}."
        case CorrelationType.TEMPORAL:
            return f"An event of each of the rules {within}, in any order."
        case CorrelationType.TEMPORAL_ORDERED:
            return f"An event of each of the rules {within}, in the order given."


def _limits(meta: Metadata, settings: Settings) -> list[str]:
    choice = settings.rules.get(meta.name)
    off = choice is not None and choice.enabled is False and choice.reason
    parts = [f"## Not on every tenant\n\n{choice.reason}"] if choice is not None and off else []
    if meta.assumptions:
        named = ", ".join(meta.assumptions)
        parts.append(
            f"## Rests on\n\nAssumptions {named} of {PACKAGE} about what Okta logs; its pages say "
            "which of them were seen to hold."
        )
    return parts
