"""The note of a rule, in Markdown: its family's triage guide, and what the alert cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from okta_access.catalog.pivots import pivot_named
from okta_access.catalog.triage import guide, guide_family
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.buttons import event_buttons, group_buttons
from okta_access.compile.elastic.kibana.common import PACKAGE
from okta_access.compile.elastic.kibana.schedule import Schedule, span_text
from okta_access.compile.elastic.pivots import pivot_kql
from okta_access.compile.model import Job
from okta_access.compile.native import FirstSeen
from okta_access.rules.model import Correlation, CorrelationType, EventRule, Metadata
from okta_access.rules.settings.files import Settings
from okta_access.rules.solver.event_types import event_types

_OTHER_QUERIES = re.compile(r"^```spl\n.*?^```\n", re.MULTILINE | re.DOTALL)
_INDEX = "FROM logs-okta*"  # as the guides write it
_BEGINS = re.compile(r"$|#|\||> |[-*] |[0-9]+\. ")  # a line that does not go on with the last
_QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_FIELDS = """\
## Where to look

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
## This alert

1. {held} Search for {keys} {when}; these rules found the events: {rules}.
2. Look at each event's actor, target, client and outcome in the order of time.
3. Hold it against the false positives of this rule."""
_FIRST = """\
## This alert

Kibana's own rule type `new_terms`: the alert shows the first event in which a value of {fields} \
was seen among the events of `{base}`, with none in the {history} before. One alert a value. It is \
native: {package} has no Sigma rule for it, `okta-access scan` does not judge it, and it was not \
run on a real Kibana. While the log is younger than {history}, known values alert as new once."""
_NEXT_QUERY = """
   In Discover, with the alert's values for `<…>`:
   ```kql
   {kql}
   ```"""
_HELD = (
    "The alert says who, what, on what, from where and when, in the columns `Esql.*`, and names the"
    " events in `Esql.okta_uuid_values`."
)
_NOT_HELD = (
    "A threshold alert holds what is grouped by and the count, and cannot hold who, what or which"
    " events."
)
_TIMES = "from before `Esql.first_seen` to after `Esql.last_seen`"
_RUN = "in the {reach} before the alert"


def event_note(rule: EventRule, fields: Fields, job: Job) -> str:
    """The note of a rule on single events."""
    parts = [*_runbook(rule, fields), _FIELDS, event_buttons(fields), *_guide([rule], fields)]
    return "\n\n".join([*parts, *_limits(rule.meta, job.settings)])


def first_seen_note(rule: FirstSeen, base: EventRule, fields: Fields, job: Job) -> str:
    """The note of a native rule on values first seen."""
    about = _FIRST.format(
        fields=" with ".join(f"`{path}`" for path in rule.fields),
        history=rule.history.text,
        base=base.name,
        package=PACKAGE,
    )
    parts = [*_runbook(rule, fields), about, _FIELDS, event_buttons(fields)]
    return "\n\n".join([*parts, *_guide([base], fields), *_limits(rule.meta, job.settings)])


def correlation_note(
    rule: Correlation,
    bases: tuple[EventRule, ...],
    places: Mapping[str, tuple[str, ...]],
    schedule: Schedule,
    said: str,
    job: Job,
    *,
    holds_context: bool,
) -> str:
    """The note of a correlation; ``said`` is its verdict.

    ``places`` are the columns of its group with the fields of events that hold it;
    ``holds_context``: alerts hold more than that.
    """
    group = _GROUP.format(
        held=_HELD if holds_context else _NOT_HELD,
        keys=_searched(places) or "all events of the rule",
        when=_TIMES if holds_context else _RUN.format(reach=span_text(schedule.reach)),
        rules=", ".join(f"`{base.name}`" for base in bases),
    )
    buttons = group_buttons(places, schedule.reach)
    meaning = f"## Meaning\n\n{_meaning(rule)} As a rule in Kibana it {said}."
    fields = Fields(job.catalog, job.settings.elastic)
    parts = [*_runbook(rule, fields), group, *([buttons] if buttons else []), meaning]
    return "\n\n".join([*parts, *_guide(bases, fields), *_limits(rule.meta, job.settings)])


def _searched(places: Mapping[str, tuple[str, ...]]) -> str:
    """The fields that hold the group; of an alias those of its rules."""
    return ", ".join(
        " or ".join(f"`{name}`" for name in names)
        + ("" if column in names else f" with the value of `{column}`")
        for column, names in places.items()
    )


def _runbook(rule: EventRule | Correlation | FirstSeen, fields: Fields) -> list[str]:
    """What to do about an alert, before all else; it names fields as Okta does."""
    book = rule.meta.runbook
    if book is None:
        return []
    steps = [f"{n}. **{label}:** {text}" for n, (label, text) in enumerate(book.lines, 1)]
    pivot = pivot_named(book.pivot.pivot, fields.catalog)
    if pivot is not None:
        kql = pivot_kql(pivot, book.pivot, rule, fields)
        steps[1] += _NEXT_QUERY.format(kql=kql)
    return ["## Runbook\n\n" + "\n".join(steps)]


def _guide(rules: Iterable[EventRule], fields: Fields) -> list[str]:
    """The triage guide of what these rules are about, below the note's own headings.

    Its fields and indices are named as Elastic and the user's settings have them.
    """
    named = [event_types(rule.expr) or () for rule in rules]
    family = guide_family([name for types in named for name in types], fields.catalog)
    if family is None:
        return []
    text = _OTHER_QUERIES.sub("", guide(family)).rstrip()
    text = text.replace(_INDEX, f"FROM {', '.join(fields.settings.index)}")
    text = _QUOTED.sub(lambda found: _in_elastic(found[1], fields), text)
    lines = _unwrapped(text)
    return ["\n".join(f"#{line}" if line.startswith("#") else line for line in lines)]


def _unwrapped(markdown: str) -> list[str]:
    """The lines of a text, those of a paragraph or an item joined.

    Kibana shows a line break in a note as one. Code is left as it is.

    >>> _unwrapped("a\\nb\\n1. c\\n   d")
    ['a b', '1. c d']
    """
    lines: list[str] = []
    in_code = goes_on = False
    for line in markdown.splitlines():
        fence = line.startswith("```")
        if goes_on and not (in_code or fence or _BEGINS.match(line)):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
        in_code ^= fence
        goes_on = not (in_code or fence or not line or line.startswith("#"))
    return lines


def _in_elastic(word: str, fields: Fields) -> str:
    return f"`{fields.of(word).name if fields.catalog.field(word) else word}`"


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
    off = choice.reason if choice is not None and choice.enabled is False else None
    parts = [f"## Why it ships switched off\n\n{off}"] if off else []
    if meta.assumptions:
        named = ", ".join(meta.assumptions)
        parts.append(
            f"## Rests on\n\nAssumptions {named} of {PACKAGE} about what Okta logs; its pages say "
            "which of them were seen to hold."
        )
    return parts
