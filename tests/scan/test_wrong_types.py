"""Values of wrong types and times that cannot be read: judged, counted, never rejected."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.template import Event, template_event
from okta_access.logs.rejects import Reject
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.type_check import wrong_types
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from okta_access.scan.engine import Scan
from okta_access.scan.run import scan_files
from tests.builders.files import COUNT_RULE, SILENT_RULE, write

CATALOG = load_catalog()
PATHS = [path for path in CATALOG.fields if path != EVENT_TYPE]
WRONG: list[Any] = [5, -1.5, True, "text", {"a": 1}, [], ["x"], [["x", None], {"b": 2}], 10**30]
# text → whether it is a time, in the form of design's section 4
TIMES = {
    "2026-01-01T00:00:00.000Z": True,
    "2026-01-01T00:00:00": True,
    "2026-01-01 00:00:00.123456789+0200": True,
    "2026-06-30T23:59:60Z": True,
    "0001-01-01T00:00:00Z": True,
    "0000-01-01T00:00:00Z": False,
    "10000-01-01T00:00:00Z": False,
    "0001-01-01T00:00:00+01:00": False,
    "9999-12-31T23:59:59-00:01": False,
    "2026-02-29T00:00:00Z": False,
    "redacted": False,
    "": False,
    "\ud800": False,
}


def rule_for(path: str, number: int) -> str:
    """A rule of two questions to one field."""
    asked = f"[{{'{path}': null}}, {{'{path}|re': '5|x|a'}}]"
    if CATALOG.fields[path].type == "boolean":
        asked = f"[{{'{path}': null}}, {{'{path}': true}}]"
    text = SILENT_RULE.replace("informational", "low").replace("name: base", f"name: r{number}")
    text = text.replace("11111111-", f"{number:08}-").replace("selection: {", "base: {")
    return text.replace("condition: selection", f"field: {asked}\n    condition: base and field")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scan, list[Event], Counter[Any]]:
    """A scan over events of which each has one value in a wrong place; and all that alerted."""
    folder = tmp_path_factory.mktemp("wrong")
    files = {f"rules/r{n}.yml": rule_for(path, n) for n, path in enumerate(PATHS)}
    files |= {"rules/correlation/base/base.yml": SILENT_RULE, "rules/count.yml": COUNT_RULE}
    loaded = load_rules([write(folder, files) / "rules"], CATALOG)
    assert loaded.problems == ()
    rules = tune(loaded, Settings(), CATALOG).in_force
    events: list[Event] = []
    for path in ("target", "actor", *PATHS):
        for wrong in WRONG:
            event = template_event(CATALOG, "access.request.create")
            event["uuid"] = f"u{len(events)}"
            place: Any = event
            *parents, last = path.split(".")
            for step in parents:
                place = place[step][0] if step == "target" else place[step]
            place[last] = wrong
            events.append(event)
    (folder / "log.jsonl").write_text("\n".join(map(json.dumps, events)), "utf-8")
    scan = Scan(rules, CATALOG, Level.LOW)
    rejects: list[Reject] = []
    found = scan_files(scan, (str(folder / "log.jsonl"),), rejects.append, raising)
    alerts = Counter((a.meta.name, a.events[0]) for a in found if a.kind == "event")
    assert rejects == []
    wanted = Counter(
        (rule.name, event["uuid"])
        for event in events
        for rule in rules.rules
        if not rule.silent and matches(rule.expr, event, CATALOG)
    )
    assert len({name for name, _ in wanted}) == len(PATHS)
    assert alerts == wanted
    return scan, events, alerts


def raising(what: object) -> None:
    raise AssertionError(what)


def test_each_is_counted(scanned: tuple[Scan, list[Event], Counter[Any]]) -> None:
    scan, events, _ = scanned
    assert scan.tally.events == len(events)
    assert scan.tally.wrong_types == Counter(
        wrong for event in events for wrong in wrong_types(event, CATALOG)
    )
    fields = {wrong.field for wrong in scan.tally.wrong_types}
    assert fields >= {*PATHS} - {"securityContext.isProxy"} | {"actor", "target"}
    assert "securityContext.isProxy" in fields


@pytest.mark.parametrize("published", [*TIMES, None, 5, True, ["2026-01-01T00:00:00Z"], {}])
def test_times(tmp_path: Path, published: Any) -> None:
    files = {"correlation/base/base.yml": SILENT_RULE, "correlation/count.yml": COUNT_RULE}
    rules = load_rules([write(tmp_path / "rules", files)], CATALOG)
    scan = Scan(tune(rules, Settings(), CATALOG).in_force, CATALOG, Level.LOW)
    log = tmp_path / "log.jsonl"
    event = template_event(CATALOG, "access.request.create")
    lines = [json.dumps({**event, "uuid": f"u{n}", "published": published}) for n in range(3)]
    log.write_text("\n".join(lines), "utf-8")
    alerts = list(scan_files(scan, (str(log),), raising, raising))
    readable = isinstance(published, str) and TIMES[published]
    assert len(alerts) == int(readable)
    assert scan.tally.untimed == (0 if readable else 3)
    assert [place.line for place in scan.tally.untimed_places] == ([] if readable else [1, 2, 3])
