"""The app's README.md, for whoever installs and runs it."""

from __future__ import annotations

from okta_access.compile.model import Job
from okta_access.compile.splunk.app.schedule import schedule_of

_TEXT = """\
# {heading} for Splunk, {version}

{rules} scheduled searches and {reports} reports over Okta's events about access requests, their
conditions, sequences and settings, and security access reviews (`access.request.*`,
`access.review.*`). Everything is disabled until you enable it, but for the reports about your data
(*Preflight*, *Assumption*), which run by hand.

**Not run on a real Splunk.** The searches were judged by an independent grammar of the language
and by an interpreter written from Splunk's Search Reference, on generated events, against the
rules' definition; the app by AppInspect. No public report of attackers using these workflows is
known: thresholds are starting points.

## Install
1. Install the app on the search head. It needs no add-on of its own, only Okta's System Log with
   its fields extracted from JSON, as the Splunk Add-on for Okta Identity Cloud does it.
2. Say where the events are: Settings > Advanced search > Search macros > `okta_access_events`. It
   ships as `{source}`.
3. Open *Okta access: preflight*. It shows which event types and fields you have, how late events
   arrive, and what would keep rules silent. *Okta access: assumptions* shows what your events say
   of the facts that searches rest on; each search names them in its description.
4. Enable what you want under Settings > Searches, reports, and alerts, or in Enterprise Security
   under Content Management. Start with level high.

## What to know
- A search runs every {interval} and takes what was indexed since the run before the last, of
  events up to {lateness} old. The throttle silences what is thus seen twice. Windows of
  correlations run on the event's `published` and slide; they are not cut at the clock.
- A correlation that alerted is silent for its group for one timespan, for {least} minutes at
  least, by the scheduler's clock.
- Searches with *Native* in their names have no Sigma rule: they tell of what 60 days did not show.
  They run once an hour, over all of these days, and in the first 60 everything is new to them.
- The text "null" in a field counts as nothing there: Splunk may show a JSON null that way.
- A list where Okta documents a single value, or the reverse, is extracted under another name and
  is not seen. Letters beyond ASCII that look like k and s (U+212A, U+017F) may or may not compare
  as these letters.
- More than 10,000 matching events in the searched time may exceed `max_stream_window`, and very
  large lists the memory of `mvexpand` (limits.conf).
- Results are kept in the index `{summary}` for the overview; `okta_access_alerts` names it.
- Columns of every result, after CIM's data model Change: `command` (event type), `result`, `user`,
  `user_name`, `user_id`, `user_type` (actor), `object`, `object_id`, `object_category` (targets),
  `src`, `src_country`, `user_agent`, `uuid`. One of several events also has `firstTime`,
  `lastTime`, `count` and, where different values are counted, `value`.
- Searches keep their lines, as Splunk's editor writes them. Its `| savedsearch` command, says the
  specification of savedsearches.conf, has limits with such searches; run them from their page.
- Search terms do not mind case; `eventType`, `actor.type`, `outcome.result` and `isProxy` are
  compared as Okta writes them.
- Enterprise Security {es}: {findings}

## When something is found
The menu *Triage* holds a guide for each family of events: how to verify, what to look up, what to
do, when to close. Each search names its guide at the end of its description, and in Enterprise
Security each finding does so too.

## Tune
Every search ends in a macro of its own, `<rule>_filter`, which ships as `search *`. Redefine it to
leave out what is normal with you, for example `search NOT user="svc-*"`, with the columns above.
Your changes are kept in `local/`, and so survive updates: macros and searches keep their names.
Thresholds, timespans, lists and levels are better changed in `okta-access.toml` before compiling.

## Licence
{licence}
"""
_LICENCE = "Apache-2.0, see LICENSE."
_OF_PACK = """\
Own rules: {author}, {licence}. Packaged rules, dashboards, macros and triage guides are of
okta-access-detections: Apache-2.0, see LICENSE."""
_FINDINGS = {
    7: "from level medium on a notable event, and risk from every rule.",
    8: "a finding from level high on, an intermediate finding below; one search makes one of them.",
}


def readme(job: Job, rules: int, reports: int, source: str) -> str:
    """The text for an app with so many scheduled searches and reports."""
    settings, identity, licence = job.settings.splunk, job.identity, _LICENCE
    if job.settings.pack is not None:
        licence = _OF_PACK.format(author=identity.author, licence=identity.licence or "not stated")
    return _TEXT.format(
        heading=identity.heading,
        licence=licence,
        version=job.version,
        rules=rules,
        reports=reports,
        source=source,
        interval=settings.interval,
        lateness=settings.lateness,
        least=schedule_of(settings).least_silence // 60,
        summary=settings.summary_index or "summary",
        es=settings.es,
        findings=_FINDINGS[settings.es],
    )
