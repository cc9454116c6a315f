"""Rules as stanzas of savedsearches.conf: scheduled and disabled, or reports."""

from __future__ import annotations

import re
from collections.abc import Callable

from okta_access.catalog.pivots import pivot_named
from okta_access.compile.model import Job
from okta_access.compile.native import FirstSeen
from okta_access.compile.splunk.app.annotations import annotations_of
from okta_access.compile.splunk.app.conffile import Stanza
from okta_access.compile.splunk.app.guides import described, pointer
from okta_access.compile.splunk.app.schedule import Schedule, schedule_of
from okta_access.compile.splunk.app.security import folded, security_settings
from okta_access.compile.splunk.query.correlations import correlation_search, result_keys
from okta_access.compile.splunk.query.first_seen import (
    SILENCE,
    first_seen_schedule,
    first_seen_search,
)
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pivots import Alerting, pivot_search
from okta_access.compile.splunk.query.search import Search
from okta_access.compile.splunk.query.spl import event_search
from okta_access.errors import Refused, SettingsError
from okta_access.rules.model import Correlation, EventRule, Level
from okta_access.rules.settings.files import SplunkSettings

_RULE_PREFIX = "okta_access_"
_LONGEST_NAME = 80  # Enterprise Security cannot edit names over 99, and adds its own prefix
_NAME = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_INDEX = re.compile(r"[a-z0-9_][a-z0-9_-]*", re.ASCII)
# Splunk's own severities of triggered alerts: 2 info, 3 warning, 4 error, 5 severe, 6 fatal.
_SEVERITIES = {
    Level.INFORMATIONAL: "2",
    Level.LOW: "2",
    Level.MEDIUM: "3",
    Level.HIGH: "5",
    Level.CRITICAL: "6",
}


def filter_macro(rule: Alerting) -> str:
    """The macro that ends the rule's search, for filters of one's own.

    Raises :class:`Refused` for a rule whose name cannot be part of a macro's.
    """
    if not _NAME.fullmatch(rule.name):
        raise Refused(f"`{rule.name}` cannot name a macro: letters, digits and `_` can")
    return f"{rule.name}_filter"


def stanza_name(rule: Alerting, prefix: str) -> str:
    """The search's name, after the rule's, which never changes as its title may.

    What an admin sets in ``local/`` is bound to it.

    >>> from types import SimpleNamespace
    >>> stanza_name(SimpleNamespace(name="okta_access_sequence_delete"), "Okta Access - ")
    'Okta Access - Sequence Delete - Rule'
    """
    words = rule.name.removeprefix(_RULE_PREFIX).replace("_", " ").strip().title()
    report = isinstance(rule, EventRule) and rule.audit
    name = f"{prefix}{words} - {'Report' if report else 'Rule'}"
    if len(name) > _LONGEST_NAME:
        raise Refused(f"`{name}` is longer than the {_LONGEST_NAME} characters of a search's name")
    return name


def saved_search(
    rule: EventRule | Correlation,
    bases: tuple[EventRule, ...],
    names: Names,
    job: Job,
) -> Stanza:
    """The rule's stanza. Raises :class:`Refused`."""
    schedule, app = schedule_of(job.settings.splunk), job.identity.app
    name = stanza_name(rule, job.identity.searches)
    about = bases if isinstance(rule, Correlation) else (rule,)
    ending = _ending(rule, about, names, app)
    if isinstance(rule, EventRule) and rule.audit:
        search = _filtered(event_search(rule, names), rule)
        return Stanza(name, _common(rule, ending) | _report(app) | {"search": search})
    found = _alerting(rule, about, names, job, ending)
    window = rule.timespan.seconds if isinstance(rule, Correlation) else 0
    found |= _scheduled(rule, schedule, window) | _throttled(rule, names, schedule)
    return Stanza(name, found | {"search": _search(rule, bases, names, schedule)})


def native_search(rule: FirstSeen, base: EventRule, names: Names, job: Job) -> Stanza:
    """The stanza of a native rule, which no Sigma rule says. Raises :class:`Refused`."""
    schedule = first_seen_schedule(schedule_of(job.settings.splunk).lateness)
    ending = _ending(rule, (base,), names, job.identity.app)
    found = _alerting(rule, (base,), names, job, ending)
    found |= _scheduled(rule, schedule, rule.history.seconds)
    found |= {
        "alert.suppress": "1",
        "alert.suppress.fields": ",".join(names.result(path) for path in rule.fields),
        "alert.suppress.period": f"{SILENCE}s",
    }
    search = first_seen_search(rule, base, names, f"{schedule.slice}m")
    name = stanza_name(rule, job.identity.searches)
    return Stanza(name, found | {"search": _filtered(search, rule)})


def _ending(rule: Alerting, bases: tuple[EventRule, ...], names: Names, app: str) -> str:
    """What ends a description: the runbook, what the rule rests on, and where its guide is."""
    named = rule.meta.assumptions
    runbook = _runbook(rule, names)
    rests = f"Rests on assumption{'s' * (len(named) > 1)} {', '.join(named)}." if named else ""
    return described(described(runbook, rests), pointer(bases, names.catalog, app))


def _runbook(rule: Alerting, names: Names) -> str:
    """The five lines, the query after what it should show; ``<…>`` is to be filled in."""
    book = rule.meta.runbook
    if book is None:
        return ""
    pivot = pivot_named(book.pivot.pivot, names.catalog)
    search = pivot_search(pivot, rule, names, _to_fill_in(names)) if pivot else ""
    steps = [f"{label}: {_ended(text)}" for label, text in book.lines]
    steps[1] += f" [Search, with the alert's values for <...>: {search}]" if search else ""
    return " ".join(steps)


def _ended(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _to_fill_in(names: Names) -> Callable[[str], str]:
    """What stands for a value of the alert: the field's name, or the column of an alias."""
    fields = names.catalog.field
    return lambda path: f"<{names.event(path) if fields(path) else names.result(path)}>"


def _common(rule: Alerting, ending: str) -> dict[str, str]:
    return {"description": described(folded(rule.meta.description), ending), "disabled": "1"}


def _alerting(
    rule: Alerting, bases: tuple[EventRule, ...], names: Names, job: Job, ending: str
) -> dict[str, str]:
    """The settings of every search that alerts."""
    settings, triggered = job.settings.splunk, _triggered(rule, job.identity.app)
    found = annotations_of(rule, bases, names.catalog, job.identity)
    security = security_settings(rule, names, settings.es, ending, found)
    return _common(rule, ending) | triggered | security | _kept(rule, settings)


def _search(
    rule: EventRule | Correlation, bases: tuple[EventRule, ...], names: Names, schedule: Schedule
) -> str:
    if isinstance(rule, Correlation):
        return _filtered(correlation_search(rule, bases, names, f"{schedule.slice}m"), rule)
    indexed = f"_index_earliest=-{schedule.slice}m@m _index_latest=now"
    return _filtered(event_search(rule, names), rule, indexed)


def _filtered(search: Search, rule: Alerting, extra_terms: str = "") -> str:
    return f"{search.with_macros(extra_terms)}\n| `{filter_macro(rule)}`"


def _report(app: str) -> dict[str, str]:
    return {
        "dispatch.earliest_time": "-24h@h",
        "dispatch.latest_time": "now",
        "enableSched": "0",
        "request.ui_dispatch_app": app,
    }


def _triggered(rule: Alerting, app: str) -> dict[str, str]:
    return {
        "alert.digest_mode": "1",
        "alert.severity": _SEVERITIES[rule.meta.level],
        "alert.track": "1",
        "counttype": "number of events",
        "quantity": "0",
        "relation": "greater than",
        "request.ui_dispatch_app": app,
    }


def _scheduled(rule: Alerting, schedule: Schedule, window: int) -> dict[str, str]:
    """``window`` is how many seconds of the past a run needs to judge an event."""
    return {
        "cron_schedule": schedule.cron(rule.meta.id),
        "dispatch.earliest_time": schedule.earliest(window),
        "dispatch.latest_time": "now",
        "enableSched": "1",
        "realtime_schedule": "0",
        "schedule_window": str(schedule.window),
    }


def _throttled(rule: EventRule | Correlation, names: Names, schedule: Schedule) -> dict[str, str]:
    """Without fields, as for a correlation of one group, one result silences all."""
    if isinstance(rule, Correlation):
        fields, period = result_keys(rule, names), schedule.silence(rule.timespan.seconds)
    else:
        fields, period = ("uuid",), schedule.silence()
    by = {"alert.suppress.fields": ",".join(fields)} if fields else {}
    return {"alert.suppress": "1", "alert.suppress.period": f"{period}s", **by}


def _kept(rule: Alerting, settings: SplunkSettings) -> dict[str, str]:
    """Results kept in a summary index, which the dashboard reads."""
    index = settings.summary_index
    if not index:
        return {}
    if not _INDEX.fullmatch(index):
        raise SettingsError(f"[splunk] summary_index is {index!r}, which is no index's name")
    return {
        "action.summary_index": "1",
        "action.summary_index._name": index,
        "action.summary_index.okta_access_rule": rule.name,
        "action.summary_index.okta_access_level": rule.meta.level.value,
    }
