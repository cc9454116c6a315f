"""Which shipped rules on single events are alike in all that the clock knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engines.clock.kibana_events import KibanaEventRule
from engines.clock.shipped import Shipped
from okta_access.compile.model import Job
from okta_access.rules.model import EventRule

_KEYS = (
    "type", "interval", "from", "to", "timestamp_override", "timestamp_override_fallback_disabled",
    "max_signals", "alert_suppression",
)  # fmt: skip
_SETTINGS = (
    "dispatch.earliest_time", "dispatch.latest_time", "schedule_window", "realtime_schedule",
    "alert.suppress", "alert.suppress.fields", "alert.suppress.period", "alert.digest_mode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alike:
    """The names of rules of one schedule, by which one of them stands for the others.

    ``type`` is Kibana's, or that of the search; ``schedule`` all that is the same, in words.
    """

    siem: str
    type: str
    schedule: str
    rules: tuple[str, ...]


def alike(job: Job, shipped: Shipped) -> list[Alike]:
    """The rules on single events that alert, as each SIEM is given them, put together."""
    rules = [rule for rule in job.rules.rules if not rule.silent]
    found: dict[tuple[str, str, str], list[str]] = {}
    for key, name in (*_on_kibana(rules, shipped), *_on_splunk(rules, shipped)):
        found.setdefault(key, []).append(name)
    return [Alike(*key, tuple(names)) for key, names in found.items()]


def native(job: Job, shipped: Shipped) -> list[str]:
    """What is shipped without a rule of its own meaning, and is not replayed, by its name."""
    known = {rule.meta.id for rule in job.rules.all_rules}
    names = {rule.name for rule in job.rules.all_rules}
    return sorted([
        *(one["name"] for id_, one in shipped.kibana.items() if id_ not in known),
        *(name for name in shipped.stanzas if name not in names),
    ])  # fmt: skip


def _on_kibana(
    rules: Iterable[EventRule], shipped: Shipped
) -> Iterator[tuple[tuple[str, str, str], str]]:
    for rule in rules:
        line = shipped.kibana.get(rule.meta.id)
        if line is not None:
            said = [f"{key} {line[key]}" for key in _KEYS if key in line]
            if not KibanaEventRule(line, lambda *_: ()).knows_again:
                said.append("knows no document again")
            kind = "building block" if "building_block_type" in line else line["type"]
            yield ("kibana", kind, ", ".join(said)), rule.name


def _on_splunk(
    rules: Iterable[EventRule], shipped: Shipped
) -> Iterator[tuple[tuple[str, str, str], str]]:
    for rule in rules:
        if rule.name in shipped.stanzas:
            search = shipped.search(rule.name)
            said = [f"every {search.interval // 60_000}m, slices of {search.slice // 60_000}m"]
            said += [f"{key} {search.stanza[key]}" for key in _SETTINGS if key in search.stanza]
            said.append(search.dedup)
            yield ("splunk", "search", ", ".join(said)), rule.name
