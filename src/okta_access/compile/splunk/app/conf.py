"""The conf files of all rules: savedsearches.conf, macros.conf and analyticstories.conf."""

from __future__ import annotations

from okta_access.compile.model import Job, Output, Translation, Verdict
from okta_access.compile.native import NativeText, native_rules
from okta_access.compile.splunk.app.conffile import Stanza, written
from okta_access.compile.splunk.app.ledger import ledger_reports
from okta_access.compile.splunk.app.macros import macro_stanzas
from okta_access.compile.splunk.app.preflight import report_stanzas, reports
from okta_access.compile.splunk.app.savedsearches import (
    filter_macro,
    native_search,
    saved_search,
)
from okta_access.compile.splunk.app.schedule import schedule_of
from okta_access.compile.splunk.app.stories import Told, story_stanzas, told
from okta_access.compile.splunk.query.correlations import LIMIT
from okta_access.compile.splunk.query.first_seen import first_seen_note
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pivots import Alerting
from okta_access.compile.splunk.query.spl import event_search
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.settings.files import SplunkSettings

_HEADER = (
    "# {what} {written}. Changes belong into local/, which updates keep.\n"
    "# Not run on a real Splunk: see the README for what was judged by what."
)


def conf_files(job: Job, target: str) -> Output:
    """The files for the target of that name."""
    splunk = job.settings.splunk
    names = Names(job.catalog, splunk.field_prefix)
    searches: list[Stanza] = []
    filters: list[str] = []
    library: list[Told] = []

    def add(search: Stanza, rule: Alerting) -> str:
        library.extend(filter(None, [told(search, rule.meta)]))
        filters.append(filter_macro(rule))
        searches.append(search)
        return search.settings["search"]

    translations: list[Translation] = []
    for rule in job.rules.all_rules:
        try:
            if isinstance(rule, EventRule) and rule.silent:
                text = event_search(rule, names).with_macros()
            else:
                bases = job.rules.referenced(rule) if isinstance(rule, Correlation) else ()
                text = add(saved_search(rule, bases, names, job), rule)
        except Refused as refusal:
            reason = str(refusal)
            translations.append(Translation(rule.name, target, Verdict.REFUSED, None, reason))
            continue
        note = _note(rule, splunk)
        translations.append(Translation(rule.name, target, Verdict.EXACT, text, note))
    natives: list[NativeText] = []
    for native, base in native_rules(job.rules):
        try:
            text = add(native_search(native, base, names, job), native)
        except Refused as refusal:
            natives.append(NativeText(native, target, None, f"refused: {refusal}"))
            continue
        natives.append(NativeText(native, target, text, first_seen_note(native, splunk.lateness)))
    macros = macro_stanzas(filters, names, splunk, job.identity.searches)
    return Output(
        {
            "savedsearches.conf": written(
                _header("Searches.", job),
                [
                    *report_stanzas((*reports(names), *ledger_reports(names)), job.identity),
                    *searches,
                ],
            ),
            "macros.conf": written(_header("Macros.", job), macros),
            "analyticstories.conf": written(
                _header("Analytic stories.", job), story_stanzas(library, job.identity)
            ),
        },
        tuple(translations),
        tuple(natives),
    )


def _note(rule: EventRule | Correlation, splunk: SplunkSettings) -> str | None:
    if isinstance(rule, EventRule):
        return "feeds correlations, and is no search of its own" if rule.silent else None
    silence, span = schedule_of(splunk).silence(rule.timespan.seconds), rule.timespan
    silent = span.text if silence == span.seconds else f"{silence // 60}m"
    return (
        f"{LIMIT}, indexed within {splunk.lateness}; once it has alerted, a group is silent for"
        f" {silent}, by the scheduler's clock"
    )


def _header(what: str, job: Job) -> str:
    pack = job.settings.pack
    whose = f"{pack.name} {pack.version}, written by okta-access" if pack else ""
    return _HEADER.format(what=what, written=whose or f"Written by okta-access {job.version}")
