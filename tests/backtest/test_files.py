"""Log files counted by day: the same alerts as a scan raises, whatever the order of the lines."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from okta_access.backtest.days import AlertDays, day_of
from okta_access.backtest.files import Replay
from okta_access.catalog.template import Event
from okta_access.catalog.times import event_time, microseconds
from okta_access.content import fixtures_dir, rules_dir
from okta_access.errors import InputError
from okta_access.logs.events import read_events
from okta_access.logs.rejects import Reject
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan
from okta_access.scan.run import scan_files
from okta_access.scan.tally import TimeRange
from tests.builders.backtests import (
    CANCEL,
    CATALOG,
    CREATE,
    Rules,
    count_rule,
    event,
    event_rule,
    log,
    planned,
    rules_of,
)

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
FIRST = date(2026, 1, 1)
SECOND = date(2026, 1, 2)


@pytest.fixture(scope="module")
def own() -> Rules:
    rules = load_rules([rules_dir()], CATALOG)
    return rules, tune(rules, load_settings(settings_files(rules.files, None)), CATALOG)


def counted(
    rules: Rules, *names: str, since: str | None = None, until: str | None = None
) -> tuple[Replay, list[Reject], list[InputError]]:
    rejects: list[Reject] = []
    missing: list[InputError] = []
    range_ = TimeRange(microseconds(since or ""), microseconds(until or ""))
    found = Replay([planned(rules).now.selection], CATALOG, range_)
    found.read(names, rejects.append, missing.append)
    return found, rejects, missing


@pytest.mark.parametrize("range_", [TimeRange(), TimeRange(microseconds("2026-03-05T02:20:00Z"))])
def test_the_same_alerts_as_a_scan(own: Rules, range_: TimeRange) -> None:
    scan = Scan(own[1].in_force, CATALOG, Level.LOW, range_)
    rejects: list[Reject] = []
    expected: AlertDays = Counter(
        (alert.meta.name, day_of(alert.time))
        for alert in scan_files(scan, (DEMO,), rejects.append, lambda _: None)
    )
    past = Replay([planned(own).now.selection], CATALOG, range_)
    past.read((DEMO,), rejects.append, lambda _: None)
    assert past.alerts == (expected,)
    assert expected.total() > 0
    assert rejects == []
    assert past.tally.alerts == scan.tally.alerts
    read = past.tally.outside_range + past.tally.events + past.tally.others
    assert read == len(Path(DEMO).read_bytes().splitlines())


def test_order_and_splitting_do_not_matter(own: Rules, tmp_path: Path) -> None:
    lines = Path(DEMO).read_text("utf-8").splitlines()
    random.Random(1).shuffle(lines)
    parts = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    parts[0].write_text("\n".join(lines[:500]), "utf-8")
    parts[1].write_text("\n".join(lines[500:]), "utf-8")
    whole, _, _ = counted(own, DEMO)
    split, _, _ = counted(own, *map(str, parts))
    assert split.alerts == whole.alerts
    assert split.span.covered == whole.span.covered


SMALL = (
    event_rule(1, "canceled", CANCEL),
    event_rule(2, "base_created", CREATE),
    count_rule(3, "burst", "base_created", 3),
)


def test_a_correlation_counts_on_the_day_of_its_alert(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, SMALL)
    events = [event(n, CREATE, 23.75 + n / 5) for n in range(3)]
    name = log(tmp_path / "log.jsonl", [*events, event(9, CANCEL, 0), event(9, CANCEL, 0)])
    past, _, _ = counted(rules, name)
    assert past.alerts == (Counter({("canceled", FIRST): 1, ("burst", SECOND): 1}),)


def test_every_event_tells_which_days_a_log_covers(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, SMALL)
    events: list[Event] = [
        event(1, "user.session.start", 24 * 30),
        event(2, CANCEL, 24 * 5),
        event(3, "user.session.start", 0),
        {"eventType": CANCEL, "published": "never"},
        {"eventType": CANCEL},
    ]
    name = log(tmp_path / "log.jsonl", events)
    past, _, _ = counted(rules, name)
    assert past.span.covered == (FIRST, date(2026, 1, 31))
    assert str(past.span) == (
        f"events from 2026-01-01T00:00:00.000Z ({name}:3) to 2026-01-31T00:00:00.000Z ({name}:1)"
    )
    assert past.alerts == (Counter({("canceled", date(2026, 1, 6)): 1, ("canceled", None): 2}),)


@pytest.mark.parametrize(
    ("since", "until", "covered"),
    [
        (None, None, (FIRST, date(2026, 1, 3))),
        ("2026-01-02T00:00:00Z", None, (SECOND, date(2026, 1, 3))),
        ("2025-12-30T12:00:00Z", None, (date(2025, 12, 30), date(2026, 1, 3))),
        (None, "2026-01-03T00:00:00Z", (FIRST, SECOND)),
        (None, "2026-01-03T00:00:00.000001Z", (FIRST, date(2026, 1, 3))),
        ("2026-02-01T00:00:00Z", "2026-02-03T00:00:00Z", (date(2026, 2, 1), date(2026, 2, 2))),
        ("2026-02-01T00:00:00Z", None, None),
        (None, "2025-02-01T00:00:00Z", None),
    ],
)
def test_the_range_tells_where_it_has_an_end(
    since: str | None, until: str | None, covered: tuple[date, date] | None, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path, SMALL)
    name = log(tmp_path / "log.jsonl", [event(1, CANCEL, 0), event(2, CANCEL, 71)])
    past, _, _ = counted(rules, name, since=since, until=until)
    assert past.span.covered == covered
    assert past.tally.events + past.tally.outside_range == 2
    assert past.alerts[0].total() == past.tally.events


def test_what_is_no_event_and_what_is_missing_is_told(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, SMALL)
    name = log(tmp_path / "log.jsonl", [event(1, CANCEL, 0)])
    with Path(name).open("a", encoding="utf-8") as stream:
        stream.write("{oops\n[1]\n")
    past, rejects, missing = counted(rules, "none.jsonl", name)
    assert [str(reject.place) for reject in rejects] == [f"{name}:2", f"{name}:3"]
    assert len(missing) == 1
    assert past.alerts[0].total() == 1


def test_a_rule_about_no_type_sees_every_event(tmp_path: Path) -> None:
    text = event_rule(1, "anything", CANCEL).replace(f"eventType: {CANCEL}", "actor.id: a")
    rules = rules_of(tmp_path, [text])
    name = log(tmp_path / "log.jsonl", [event(1, CREATE, 0), event(2, "x.y", 1, "b")])
    past, _, _ = counted(rules, name)
    assert past.alerts == (Counter({("anything", FIRST): 1}),)


def test_a_rule_alone_still_has_the_rules_it_refers_to(tmp_path: Path) -> None:
    texts = [event_rule(1, "created", CREATE), count_rule(2, "burst", "created", 2)]
    rules = rules_of(tmp_path, texts)
    name = log(tmp_path / "log.jsonl", [event(1, CREATE, 0), event(2, CREATE, 0.5)])
    for names, expected in {
        ("burst",): {("burst", FIRST): 1},
        ("created",): {("created", FIRST): 2},
        (): {("created", FIRST): 2, ("burst", FIRST): 1},
    }.items():
        past = Replay([planned(rules, names=names).now.selection], CATALOG, TimeRange())
        past.read((name,), lambda _: None, lambda _: None)
        assert past.alerts == (Counter(expected),)


def test_nothing_at_all(tmp_path: Path) -> None:
    past, _, _ = counted(rules_of(tmp_path, SMALL), log(tmp_path / "log.jsonl", []))
    assert (past.alerts, past.span.covered) == ((Counter(),), None)
    assert str(past.span) == "no event with a readable time"


def by_hand(own: Rules, name: str) -> tuple[AlertDays, int, tuple[date, date] | None]:
    """The same with every event decoded in full, one after another."""
    scan = Scan(own[1].in_force, CATALOG, Level.LOW)
    scan.next_file(name)
    alerts: list[Alert] = []
    days: list[date] = []
    for place, one in read_events((name,), lambda _: None, lambda _: None):
        alerts += scan.add(one, place.line)
        day = day_of(event_time(one))
        days += [day] if day else []
    alerts += scan.finish()
    counts: AlertDays = Counter((alert.meta.name, day_of(alert.time)) for alert in alerts)
    return counts, scan.tally.events, (min(days), max(days)) if days else None


def mangled(line: str, chance: random.Random) -> str:
    """The same event written in another way, or something that is not one."""
    one = json.loads(line)
    published = one["published"]
    match chance.randrange(12):
        case 0:
            return line.replace('"access.', '"\\u0061ccess.')
        case 1:
            return json.dumps(dict(reversed(one.items())), indent=None, separators=(" , ", " : "))
        case 2:
            return line[:-1] + f', "eventType": "x", "eventType": "{one["eventType"]}"}}'
        case 3:
            return json.dumps({"event": {"original": line}})
        case 4:
            return json.dumps({"result": {"_raw": line}})
        case 5:
            return json.dumps({"detail-type": "SystemLog", "source": "aws.partner", "detail": one})
        case 6:
            return json.dumps({**one, "published": published.replace("T", " ").rstrip("Z")})
        case 7:
            return json.dumps({**one, "published": chance.choice([None, 7, "", "2099", {}])})
        case 8:
            return json.dumps({**one, "eventType": chance.choice([None, 7, "", "a.b", []])})
        case 9:
            return line[: chance.randrange(len(line))]
        case _:
            return line


@pytest.mark.parametrize("seed", range(3))
def test_however_events_are_written(own: Rules, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    part = Path(DEMO).read_text("utf-8").splitlines()[600:900]  # the intrusion is in it
    lines = [mangled(line, chance) for line in part]
    name = str(tmp_path / "log.jsonl")
    Path(name).write_text("\n".join(lines), "utf-8")
    past, _, _ = counted(own, name)
    assert (past.alerts[0], past.tally.events, past.span.covered) == by_hand(own, name)
    twice = Replay([planned(own).now.selection] * 2, CATALOG, TimeRange())
    twice.read((name,), lambda _: None, lambda _: None)
    assert twice.alerts == past.alerts * 2
    assert twice.tally.events == past.tally.events


def test_an_array_over_many_lines(own: Rules, tmp_path: Path) -> None:
    events = [json.loads(line) for line in Path(DEMO).read_text("utf-8").splitlines()]
    path = tmp_path / "log.json"
    path.write_text(json.dumps(events, indent=2), "utf-8")
    whole, _, _ = counted(own, DEMO)
    alone, _, _ = counted(own, str(path))
    assert (alone.alerts, alone.span.covered) == (whole.alerts, whole.span.covered)
    past, _, _ = counted(own, str(path), DEMO)
    assert past.alerts == whole.alerts, "copies of an event alert once"
    assert past.tally.events == 2 * whole.tally.events
