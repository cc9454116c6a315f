"""What a rule needs before it runs, for Kibana's setup guide: the data, its clock, its type."""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.compile.elastic.kibana.schedule import Schedule, span_text

_HEADING = "## Setup"
_DATA = """\
Needs the System Log of Okta, collected by Elastic's Okta integration (package `okta`, version 3 \
or later) into {index}. Event types `access.*` are logged by tenants with Okta Identity Governance.

Indices of earlier versions keep `okta.target` flattened, which queries read as empty without a \
word. Where such indices are left, compile with `targets = "flattened"` in `okta-access.toml`.

The integration's mapping does not index texts longer than 1,024 characters: to this rule they are \
not there. It drops what is no address from `okta.client.ip`."""
_BY_ARRIVAL = """\
Runs every {every} over what reached the cluster in the last {reach} (`timestamp_override: \
event.ingested`), so that a late event is found when it comes, once."""
_BY_OWN_TIME = """\
Runs every {every} over events of the last {reach} by their own time (`@timestamp`; no \
`timestamp_override`, or a connector that catches up would press a day into one window). Events \
that reach the cluster more than {slack} late may be missed."""
_MOST = """\
A run raises at most 1,000 alerts, and Kibana warns where there were more: \
[troubleshoot maximum alerts](https://www.elastic.co/guide/en/security/current/\
alerts-ui-monitor.html#troubleshoot-max-alerts)."""

LUCENE = "Type `query`, in Lucene: a field that no index maps is read as not there, without a word."
ESQL = """\
Type `esql`: a run fails, and the rule says so, until there is an index that maps all of the \
fields that the rule requires. Enable it once the integration has sent events."""
THRESHOLD = """\
Type `threshold`: a group's later alerts are one with its first only where alert suppression is \
licensed (Platinum or above); elsewhere each run with enough new events raises one."""
SUPPRESSED = """\
Alert suppression needs a Platinum licence or above. With it a group that alerted is silent for \
{reach}, as long as runs see what they found, unless the alert is closed before; without it the \
rule runs all the same, and one finding repeats."""
NEW_TERMS = """\
Type `new_terms`: needs the last {history} of events to be kept in the cluster. What is older than \
their retention alerts as new again."""


def by_arrival(schedule: Schedule) -> str:
    """What to know of the time of a rule that looks at what arrived."""
    return _BY_ARRIVAL.format(every=schedule.every, reach=span_text(schedule.reach))


def by_their_own_time(schedule: Schedule, slack: int) -> str:
    """What to know of the time of a rule that counts in the events' own; ``slack`` in seconds."""
    return _BY_OWN_TIME.format(
        every=schedule.every, reach=span_text(schedule.reach), slack=span_text(slack)
    )


def setup_guide(index: Iterable[str], own: Iterable[str]) -> str:
    """The guide in Markdown; ``own`` are the paragraphs on the rule's clock and type."""
    data = _DATA.format(index=", ".join(f"`{name}`" for name in index))
    return "\n\n".join([_HEADING, data, *own, _MOST])
