"""A stream that is followed: alerts while it is open, and what is told of what goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import template_event
from okta_access.catalog.times import time_text
from okta_access.cli import run
from okta_access.content import fixtures_dir, rules_dir
from okta_access.errors import InputError
from okta_access.logs.arrivals import Stop
from okta_access.logs.envelopes import Envelope
from okta_access.logs.place import Place
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.logs.records import Layout, Record, Start, records
from okta_access.logs.rejects import Reject
from okta_access.matching.correlations.stream import Untimely
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings, load_settings, settings_files
from okta_access.rules.settings.tuning import tune
from okta_access.scan import copies
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan
from okta_access.scan.follow import Follower
from okta_access.scan.run import scan_files
from tests.builders.files import COUNT_RULE, SILENT_RULE, write

CATALOG = load_catalog()
S = 1_000_000
NOW = 1_800_000_000 * S
START = 1_767_225_600
LOUD_RULE = """\
title: Resolved
id: 33333333-3333-4333-8333-333333333333
name: resolved
level: high
logsource: {product: okta, service: okta}
detection:
    selection: {eventType: access.request.resolve}
    condition: selection
"""
FILES = {
    "correlation/base/base.yml": SILENT_RULE,
    "correlation/count.yml": COUNT_RULE,
    "resolved.yml": LOUD_RULE,
}


def line(second: float, uuid: str, kind: str = "create", **changes: object) -> bytes:
    """An event, that many seconds into 2026."""
    event: dict[str, Any] = template_event(CATALOG, f"access.request.{kind}")
    event |= {"uuid": uuid, "published": time_text(round((START + second) * S)), **changes}
    return json.dumps(event).encode() + b"\n"


OTHER = b'{"eventType": "user.session.start", "uuid": "o", "published": "2026-01-01T05:00:00Z"}\n'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write(tmp_path / "rules", FILES)


def scan_of(rules: Path) -> Scan:
    found = load_rules([rules], CATALOG)
    assert found.problems == ()
    return Scan(tune(found, Settings(), CATALOG).in_force, CATALOG, Level.LOW)


class Followed:
    """A follower in this process, and what it tells."""

    def __init__(self, rules: Path, lateness: int = 300, reading: Reading = AS_FOUND) -> None:
        self.scan = scan_of(rules)
        self.alerts: list[Alert] = []
        self.rejects: list[Reject] = []
        self.untimely: list[tuple[Untimely, int, Place]] = []
        self.follower = Follower(
            self.scan,
            "-",
            lateness * S,
            self.alerts.append,
            self.rejects.append,
            lambda *kind: self.untimely.append(kind),
            lambda: NOW,
            reading=reading,
        )
        self._line = 0

    def take(self, *lines: bytes) -> list[str]:
        """The names of the alerts that these lines bring about."""
        before = len(self.alerts)
        for one in lines:
            self._line += 1
            self.follower.take(Record(self._line, one.strip()))
        return [alert.meta.name for alert in self.alerts[before:]]


def test_each_alert_comes_as_soon_as_it_may(rules: Path) -> None:
    followed = Followed(rules)
    assert followed.take(line(0, "a"), line(1, "b"), line(2, "c")) == []
    assert followed.take(line(3, "d", "resolve")) == ["resolved"]
    # Five minutes after the third: two events of any kind beyond that, for one alone may be wrong.
    assert followed.take(line(303, "e", "update")) == []
    assert followed.take(line(302.5, "f", "update")) == ["count"]
    alert = followed.alerts[-1]
    assert alert.events == ("a", "b", "c")
    assert [str(place) for place in alert.source] == ["-:1", "-:2", "-:3"]
    assert followed.scan.tally.alerts.total() == 2


def test_events_of_other_types_carry_the_time_on(rules: Path) -> None:
    followed = Followed(rules)
    followed.take(*(line(second, f"{second}") for second in range(3)))
    assert followed.take(OTHER, OTHER.replace(b'"o"', b'"p"')) == ["count"]


def test_copies_raise_one_alert_and_the_latest_are_known(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "LATEST_ALERTS", 100)
    followed = Followed(rules)
    events = [line(number, f"{number}", "resolve") for number in range(1000)]
    assert len(followed.take(*events)) == 1000
    assert followed.take(*events[-100:]) == []
    assert followed.take(events[0]) == ["resolved"]


def test_strays_are_told_with_their_line(rules: Path) -> None:
    followed = Followed(rules)
    followed.take(line(0, "a"), line(1000, "b"), line(1001, "c"), line(699, "d"), line(0, "a"))
    followed.take(line(10**9, "e"))
    followed.take(line(699, "f", published="redacted"))
    assert followed.untimely == [
        (Untimely.LATE, 1, Place("-", 4)),
        (Untimely.FUTURE, 1, Place("-", 6)),
    ]
    assert followed.scan.tally.untimed == 1
    assert [str(place) for place in followed.scan.tally.untimed_places] == ["-:7"]


def test_lines_that_are_no_events_are_named_and_the_rest_goes_on(rules: Path) -> None:
    followed = Followed(rules)
    junk = (b"oops", b"[]", b'{"eventType": 7}', b"\xff{}")
    assert followed.take(*junk, line(0, "a", "resolve")) == ["resolved"]
    assert [str(reject.place) for reject in followed.rejects] == ["-:1", "-:2", "-:3", "-:4"]


def test_envelopes(rules: Path) -> None:
    wrapped = b'{"detail": ' + line(0, "a", "resolve").strip() + b"}"
    assert Followed(rules).take(wrapped) == ["resolved"]
    followed = Followed(rules, reading=Reading(Envelope.EVENTBRIDGE, CATALOG))
    assert followed.take(wrapped, line(1, "b", "resolve")) == ["resolved"]
    assert len(followed.rejects) == 1


def test_what_a_stream_gives_a_file_gives(rules: Path, tmp_path: Path) -> None:
    kinds = ("create", "create", "resolve", "update")
    log = b"".join(
        line(60 * number - 45 * (number % 7), f"{number % 380}", kinds[number % 4])
        for number in range(400)
    )
    path = tmp_path / "log.jsonl"
    path.write_bytes(log)
    missing: list[InputError] = []
    rejects: list[Reject] = []
    found = scan_files(scan_of(rules), (str(path),), rejects.append, missing.append)
    followed = Followed(rules)
    for record in records(BufferedReader(BytesIO(log)), Start(1, Layout.LINES)):
        followed.follower.take(record)
    for alert in followed.scan.correlated(followed.follower.stream.alerts()):
        followed.alerts.append(alert)
    assert (missing, rejects, followed.untimely) == ([], [], [])

    def of(kind: str, alerts: list[Alert]) -> list[dict[str, Any]]:
        rows = [alert.as_dict() for alert in alerts if alert.kind == kind]
        return [{**row, "source": [place["line"] for place in row["source"]]} for row in rows]

    expected = [*found]
    assert len(expected) > 100
    for kind in ("event", "correlation"):
        assert of(kind, followed.alerts) == of(kind, expected)


def test_the_rules_shipped_on_a_week() -> None:
    found = load_rules([rules_dir()], CATALOG)
    tuned = tune(found, load_settings(settings_files(found.files, None)), CATALOG).in_force
    demo = fixtures_dir() / "demo" / "week.jsonl"
    scanned = Scan(tuned, CATALOG, Level.LOW)
    expected = [*scan_files(scanned, (str(demo),), _fail, _fail)]
    alerts: list[Alert] = []
    scan = Scan(tuned, CATALOG, Level.LOW)
    follower = Follower(scan, str(demo), 300 * S, alerts.append, _fail, _fail, lambda: NOW)
    with demo.open("rb") as log, Stop() as stop:
        follower.follow(log.fileno(), stop)
    assert {alert.kind for alert in expected} == {"event", "correlation"}
    assert sorted(map(Alert.as_json, alerts)) == sorted(map(Alert.as_json, expected))
    assert scan.tally.alerts == scanned.tally.alerts


def _fail(*found: object) -> None:
    raise AssertionError(found)


# --- as a process -----------------------------------------------------------------------------


@contextmanager
def process(rules: Path, *arguments: str, name: str = "-") -> Iterator[subprocess.Popen[bytes]]:
    command = (sys.executable, "-m", "okta_access.cli", "scan", "--follow", name)
    options = ("--rules", str(rules), "--format", "jsonl", *arguments)
    pipe = subprocess.PIPE
    with subprocess.Popen((*command, *options), stdin=pipe, stdout=pipe, stderr=pipe) as running:
        try:
            yield running
        finally:
            running.kill()


def put(running: subprocess.Popen[bytes], *lines: bytes) -> None:
    assert running.stdin is not None
    running.stdin.write(b"".join(lines))
    running.stdin.flush()


def told(running: subprocess.Popen[bytes]) -> str:
    """The rule of the next alert."""
    assert running.stdout is not None
    row: dict[str, Any] = json.loads(running.stdout.readline())
    return str(row["rule"])


def complained(running: subprocess.Popen[bytes], text: bytes) -> bytes:
    """The next line of stderr that says this."""
    assert running.stderr is not None
    return next(one for one in running.stderr if text in one)


def test_alerts_and_complaints_come_while_the_stream_is_open(rules: Path) -> None:
    with process(rules) as running:
        put(running, line(0, "a", "resolve"))
        assert told(running) == "resolved"
        put(running, line(1, "b", "resolve"), b"oops\n", line(2, "c", "resolve")[:-40])
        assert told(running) == "resolved"
        assert b"-:3: not JSON" in complained(running, b"error")
        put(running, line(2, "c", "resolve")[-40:])
        assert told(running) == "resolved"
        put(running, *(line(second, f"{second}") for second in (9, 10, 11)), OTHER)
        put(running, OTHER.replace(b'"o"', b'"p"'))
        assert told(running) == "count"
        put(running, line(12, "late"))
        assert b"-:10: came too late" in complained(running, b"came too late")
        put(running, *(line(18_000 + second, f"end-{second}") for second in range(3)))
        output, errors = running.communicate(timeout=30)
    assert [json.loads(one)["rule"] for one in output.splitlines()] == ["count"]
    assert b"took no part in correlations: 1" in errors
    assert b"alerts: 5" in errors
    assert running.returncode == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_and_what_waits_is_judged(rules: Path, number: int, code: int) -> None:
    with process(rules) as running:
        put(running, line(0, "a", "resolve"), *(line(second, f"{second}") for second in range(3)))
        put(running, line(4, "b", "resolve"), line(5, "c", "resolve")[:-40])
        assert [told(running), told(running)] == ["resolved", "resolved"]
        running.send_signal(number)
        assert told(running) == "count"
        assert running.wait(30) == code
        assert running.stderr is not None
        errors = running.stderr.read()
    assert b"alerts: 3" in errors
    assert b"not JSON" not in errors
    assert b"Traceback" not in errors


def test_silence_brings_what_waits(rules: Path) -> None:
    with process(rules, "--lateness", "1s") as running:
        put(running, *(line(second, f"{second}") for second in range(3)))
        assert told(running) == "count"


def test_a_reader_that_has_gone_away_ends_it_quietly(rules: Path) -> None:
    with process(rules) as running:
        put(running, line(0, "a", "resolve"))
        assert told(running) == "resolved"
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(30) == 141
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()


@contextmanager
def written_to(pipe: Path, running: subprocess.Popen[bytes]) -> Iterator[int]:
    """The pipe as one who writes to it, once it is read."""
    writer = -1
    while writer < 0:
        assert running.poll() is None
        with suppress(OSError):  # nobody reads yet
            writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.02)
    try:
        yield writer
    finally:
        os.close(writer)


def test_a_named_pipe_until_its_last_writer_leaves(rules: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with process(rules, name=str(pipe)) as running:
        with written_to(pipe, running) as writer:
            os.write(writer, line(0, "a", "resolve"))
            assert told(running) == "resolved"
        assert running.wait(30) == 0


def test_a_silent_pipe_does_not_keep_it_from_ending(rules: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with process(rules, name=str(pipe)) as running, written_to(pipe, running):
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "reason"),
    [
        (b'[{"eventType": "a"},', "it is a JSON array"),
        (b"[", "it is a JSON array"),
        (b"{", "its events go over several lines"),
        (b"\x1f\x8b\x08\x00", "it is compressed"),
        (b"\x28\xb5\x2f\xfd\x00", "it is compressed"),
        (b"\xff\xfe{\x00", "it is UTF-16"),
        (b'{\x00"\x00', "it is UTF-16"),
    ],
)
def test_what_is_no_stream_of_lines(rules: Path, begin: bytes, reason: str) -> None:
    reads, writes = os.pipe()
    os.write(writes, begin + b"\n")
    os.close(writes)
    with Stop() as stop, pytest.raises(InputError, match=reason):
        Followed(rules).follower.follow(reads, stop)
    os.close(reads)


@pytest.mark.parametrize(
    "begin", [b"[INFO] hello", b"\xef\xbb\xbf" + line(0, "a").strip(), b"", b"{}"]
)
def test_what_may_be_one(rules: Path, begin: bytes) -> None:
    reads, writes = os.pipe()
    os.write(writes, begin + b"\n" + line(0, "b", "resolve"))
    os.close(writes)
    followed = Followed(rules)
    with Stop() as stop:
        followed.follower.follow(reads, stop)
    os.close(reads)
    assert [alert.meta.name for alert in followed.alerts] == ["resolved"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["-", "-", "--follow"], "--follow takes one stream"),
        (["-", "--follow", "--group-by", "actor"], "--group-by tells at the end"),
        (["-", "--follow", "--jobs", "2"], "--jobs is for files"),
        (["-", "--follow", "--lateness", "5"], "expected a length of time such as"),
        (["-", "--lateness", "5m"], "over files no event is late"),
        (["log.jsonl", "--follow"], "log.jsonl: only stdin or a named pipe can be followed (tail"),
        ([".", "--follow"], ".: only stdin or a named pipe can be followed"),
        (["none", "--follow"], "none: No such file or directory"),
    ],
)
def test_what_cannot_be_followed(
    arguments: list[str],
    reason: str,
    rules: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(rules.parent)
    Path("log.jsonl").write_bytes(line(0, "a"))
    assert run(["scan", "--rules", "rules", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert reason in captured.err
    assert "Traceback" not in captured.err
