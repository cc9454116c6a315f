"""The release in Splunk: installed, sent the events, and every search dispatched once."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engines import EngineBroken
from engines.siem.compare import Found, Run
from engines.siem.corpus import SECOND, Corpus, Event
from engines.siem.web import Web, until
from okta_access.catalog.times import event_time
from okta_access.compile.splunk.app.conffile import read

_JSON = "output_mode=json"
_INDEX, _SOURCETYPE = "okta", "OktaIM2:log"
_BATCH = 500
_PATIENCE = 300.0
_ID = "detection_id"
Stanzas = Mapping[str, Mapping[str, str]]


def installed(splunk: Web, archive: Path, place: str) -> tuple[str, Stanzas]:
    """Installs the app from ``place`` in the container; its id, and its saved searches."""
    with tarfile.open(archive) as packed:
        name = next(m.name for m in packed if m.name.endswith("default/savedsearches.conf"))
        file = packed.extractfile(name)
        assert file is not None
        stanzas = dict(read(file.read().decode()))
    form = {"name": f"{place}/{archive.name}", "filename": "true", "update": "true"}
    splunk.ask("POST", f"/services/apps/local?{_JSON}", form=form)
    # An index of that name may be there already, which Splunk calls a conflict.
    splunk.ask("POST", f"/services/data/indexes?{_JSON}", form={"name": _INDEX}, fine=(409,))
    return name.partition("/")[0], stanzas


def sent(splunk: Web, collector: Web, events: Sequence[Event]) -> None:
    """Sends the events as Okta writes them, and waits until all can be searched."""
    for start in range(0, len(events), _BATCH):
        lines = [json.dumps(_collected(event)) for event in events[start : start + _BATCH]]
        answer = collector.ask("POST", "/services/collector/event", raw="\n".join(lines).encode())
        if answer["code"] != 0:
            raise EngineBroken(f"Splunk's collector did not take the events: {answer['text']}")
    search = f"| tstats count where index={_INDEX} earliest=0 latest=+1d"
    form = {"search": search, "exec_mode": "oneshot", "output_mode": "json"}

    def all_there() -> bool:
        (row,) = splunk.ask("POST", "/services/search/jobs", form=form)["results"]
        return int(row["count"]) >= len(events)

    until(f"the {len(events)} events in Splunk", all_there, _PATIENCE)


def runs(
    splunk: Web, app: str, stanzas: Stanzas, events: Corpus, now: int, pause: float = 1.0
) -> Iterator[Run]:
    """A run of each search that alerts, over all events."""
    by_id = {rule.meta.id: rule.name for rule in events.rules.values()}
    minutes = (now - events.first) // (60 * SECOND) + 1
    for name, stanza in stanzas.items():
        about = json.loads(stanza.get("action.correlationsearch.metadata", "{}"))
        rule = by_id.get(about.get(_ID, ""))
        if rule is None:  # a report, or native: no rule of ours says what it should find
            continue
        expected = {*events.found.get(rule, {})}
        keys = [one for one in stanza.get("alert.suppress.fields", "").split(",") if one]
        found = dispatched(splunk, app, name, f"-{minutes}m", keys, pause)
        yield Run("splunk", rule, "all events", expected, expected, found)


def dispatched(
    splunk: Web, app: str, search: str, earliest: str, keys: Sequence[str], pause: float
) -> Found:
    """What a search finds since ``earliest``, by the columns that name its results.

    It is enabled for that, for Splunk dispatches no other, and taken off its schedule.
    """
    place = f"/servicesNS/nobody/{app}/saved/searches/{quote(search, safe='')}"
    splunk.ask("POST", f"{place}?{_JSON}", form={"disabled": "0", "is_scheduled": "0"})
    form = {
        "dispatch.earliest_time": earliest,
        "dispatch.latest_time": "now",
        "trigger_actions": "0",
    }
    sid = splunk.ask("POST", f"{place}/dispatch?{_JSON}", form=form)["sid"]
    job = f"/services/search/v2/jobs/{quote(sid, safe='')}"
    state: dict[str, Any] = {}

    def done() -> bool:
        state.update(splunk.ask("GET", f"{job}?{_JSON}")["entry"][0]["content"])
        return bool(state["isDone"])

    until(f"the search {search}", done, _PATIENCE, pause)
    if state["isFailed"]:
        said = "; ".join(str(one.get("text")) for one in state.get("messages", []))
        return Found(frozenset(), said or "the search failed")
    rows = splunk.ask("GET", f"{job}/results?{_JSON}&count=0")["results"]
    return Found(frozenset(tuple(_text(row.get(key)) for key in keys) for row in rows))


def _collected(event: Event) -> dict[str, Any]:
    time = event_time(event)
    assert time is not None
    return {"time": time / SECOND, "index": _INDEX, "sourcetype": _SOURCETYPE, "event": event}


def _text(value: str | list[str] | None) -> str:
    """One value; of several all, so that it is none of the reference's."""
    return "|".join(value) if isinstance(value, list) else value or ""
