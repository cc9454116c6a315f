"""The scan as a whole: the same alerts from every layout and order, each event once."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from okta_access.catalog.template import Event, template_event
from okta_access.errors import InputError
from okta_access.logs.rejects import Reject
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from okta_access.scan.alerts import KEYS, Alert
from okta_access.scan.engine import Scan
from okta_access.scan.run import scan_files
from okta_access.scan.tally import TimeRange
from tests.builders.files import COUNT_RULE, SILENT_RULE, write
from tests.builders.packaged import CATALOG, DEMO, RULES, demo_events


def run(*names: str | Path, scan: Scan | None = None) -> tuple[list[Alert], list[Reject]]:
    rejects: list[Reject] = []
    missing: list[InputError] = []
    chosen = scan or Scan(RULES, CATALOG, Level.LOW)
    alerts = list(scan_files(chosen, tuple(map(str, names)), rejects.append, missing.append))
    assert missing == []
    return alerts, rejects


def meaning(alerts: list[Alert], kind: str) -> list[dict[str, Any]]:
    """Alerts of a kind without the places, which depend on the layout."""
    rows = [alert.as_dict() for alert in alerts if alert.kind == kind]
    return [{key: row[key] for key in KEYS if key != "source"} for row in rows]


@pytest.fixture(scope="module")
def demo() -> list[Alert]:
    alerts, rejects = run(DEMO)
    assert rejects == []
    return alerts


def test_the_intrusion_is_found_and_hardly_anything_else(demo: list[Alert]) -> None:
    proxied = {event["uuid"] for event in demo_events() if event["securityContext"]["isProxy"]}
    true = [alert for alert in demo if proxied & {*alert.events}]
    assert len(true) >= 8
    assert {alert.level for alert in true} >= {Level.HIGH, Level.MEDIUM}
    assert len(demo) - len(true) <= 2


def test_order_of_lines_does_not_matter_for_correlations(demo: list[Alert], tmp_path: Path) -> None:
    lines = DEMO.read_text("utf-8").splitlines()
    for number, order in enumerate((lines[::-1], random.Random(1).sample(lines, len(lines)))):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("\n".join(order), "utf-8")
        alerts, _ = run(path)
        assert meaning(alerts, "correlation") == meaning(demo, "correlation")
        assert sorted(map(str, meaning(alerts, "event"))) == sorted(
            map(str, meaning(demo, "event"))
        )


def test_every_layout_gives_the_same_alerts(demo: list[Alert], tmp_path: Path) -> None:
    events = demo_events()
    (tmp_path / "array.json").write_text(json.dumps(events, indent=1), "utf-8")
    (tmp_path / "bom.jsonl").write_bytes(
        b"\xef\xbb\xbf" + DEMO.read_bytes().replace(b"\n", b"\r\n")
    )
    (tmp_path / "log.gz").write_bytes(gzip.compress(DEMO.read_bytes()))
    spaced = (json.dumps(event, separators=(" , ", " : ")) for event in events)
    (tmp_path / "spaced.jsonl").write_text(" \n".join(spaced), "utf-8")
    (tmp_path / "one-line.json").write_text("".join(map(json.dumps, events)), "utf-8")
    own = sum(event["eventType"] in CATALOG.events for event in events)
    assert 0 < own < len(events)
    for path in (DEMO, *tmp_path.iterdir()):
        scan = Scan(RULES, CATALOG, Level.LOW)
        alerts, rejects = run(path, scan=scan)
        assert rejects == [], path
        others = scan.tally.others + scan.tally.passed_over
        assert (scan.tally.events, others) == (own, len(events) - own), path
        for kind in ("event", "correlation"):
            assert meaning(alerts, kind) == meaning(demo, kind), path


def test_copies_of_an_event_are_one_event(demo: list[Alert]) -> None:
    alerts, _ = run(DEMO, DEMO)
    assert [alert.as_dict() for alert in alerts] == [alert.as_dict() for alert in demo]


def test_a_cut_archive_gives_what_it_holds(tmp_path: Path) -> None:
    packed = gzip.compress(DEMO.read_bytes())
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    scan = Scan(RULES, CATALOG, Level.LOW)
    _, rejects = run(tmp_path / "cut.gz", scan=scan)
    assert scan.tally.events + scan.tally.passed_over > 300
    assert "damaged or cut off" in rejects[-1].reason


def test_sources_name_file_and_line(demo: list[Alert]) -> None:
    lines = DEMO.read_text("utf-8").splitlines()
    for alert in demo:
        found = [json.loads(lines[place.line - 1]) for place in alert.source]
        assert [event["uuid"] for event in found] == list(alert.events)
        assert [event["eventType"] for event in found] == list(alert.event_types)
        assert {place.file for place in alert.source} == {str(DEMO)}


def test_time_range() -> None:
    scan = Scan(RULES, CATALOG, Level.LOW, TimeRange(until=0))
    alerts, _ = run(DEMO, scan=scan)
    assert alerts == []
    assert scan.tally.events == 0
    own = sum(event["eventType"] in CATALOG.events for event in demo_events())
    assert scan.tally.outside_range == own


def event(**changes: object) -> Event:
    return {**template_event(CATALOG, "access.request.create"), **changes}


def scan_of(folder: Path, files: dict[str, str], level: Level = Level.LOW) -> Scan:
    rules = load_rules([write(folder, files)], CATALOG)
    assert rules.problems == ()
    return Scan(tune(rules, Settings(), CATALOG).in_force, CATALOG, level)


def test_silent_bases_count_but_do_not_alert(tmp_path: Path) -> None:
    files = {"correlation/base/base.yml": SILENT_RULE, "correlation/count.yml": COUNT_RULE}
    scan = scan_of(tmp_path / "rules", files)
    scan.next_file("x")
    alerts = [a for n in range(3) for a in scan.add(event(uuid=f"u{n}"), n + 1)]
    assert alerts == []
    (alert,) = scan.finish()
    assert (alert.kind, alert.value, alert.group) == ("correlation", 3, (("actor.id", "u-1"),))
    assert [place.line for place in alert.source] == [1, 2, 3]


def test_rules_below_the_level_are_silent(tmp_path: Path) -> None:
    files = {"a.yml": SILENT_RULE}
    for level, count in ((Level.INFORMATIONAL, 1), (Level.LOW, 0)):
        scan = scan_of(tmp_path / "rules", files, level)
        scan.next_file("x")
        assert len(list(scan.add(event(), 1))) == count


def test_oddities_are_counted_not_rejected(tmp_path: Path) -> None:
    files = {"correlation/base/base.yml": SILENT_RULE, "correlation/count.yml": COUNT_RULE}
    scan = scan_of(tmp_path / "rules", files)
    scan.next_file("x")
    for number in range(4):
        list(scan.add(event(uuid=f"u{number}", target="oops", published="redacted"), number))
    assert list(scan.finish()) == []
    assert scan.tally.untimed == 4
    (wrong,) = scan.tally.wrong_types
    assert (wrong.field, scan.tally.wrong_types[wrong]) == ("target", 4)


def test_a_copy_that_differs_can_still_alert(tmp_path: Path) -> None:
    """Copies are one event to each rule; what only the second copy shows is not lost."""
    other = SILENT_RULE.replace("access.request.create}", "access.request.create, actor.id: b}")
    files = {
        "a.yml": SILENT_RULE,
        "b.yml": other.replace("name: base", "name: b").replace("1", "3"),
    }
    scan = scan_of(tmp_path / "rules", files, Level.INFORMATIONAL)
    scan.next_file("x")
    first, second = event(), event(actor={"id": "b"})
    found = [[a.meta.name for a in scan.add(one, 1)] for one in (first, first, second, second)]
    assert found == [["base"], [], ["b"], []]
