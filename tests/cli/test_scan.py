"""`scan` as a user meets it: its forms of output, and what the machine does to it."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from okta_access.cli import run
from okta_access.cli.progress import Progress, progress_line
from okta_access.scan.alerts import KEYS
from tests.builders.files import COUNT_RULE, SILENT_RULE, write

SCAN = [sys.executable, "-m", "okta_access.cli", "scan"]
ALERTING = SILENT_RULE.replace("informational", "high").replace("title: Base", "title: =Base")
EVENT: dict[str, Any] = {
    "eventType": "access.request.create",
    "uuid": "u0",
    "published": "2026-01-01T00:00:00.000Z",
    "actor": {
        "id": "00u1",
        "type": "User",
        "alternateId": "ann;=1+1@example.com",
        "displayName": "Ann",
    },
    "client": {"ipAddress": "192.0.2.1", "geographicalContext": {"country": "Austria"}},
    "outcome": {"result": "SUCCESS"},
    "target": [{"id": "r1"}],
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an event rule, a correlation on it, and a log of three hours' events."""
    write(tmp_path, {"rules/base.yml": ALERTING, "rules/count.yml": COUNT_RULE})
    events = [
        {**EVENT, "uuid": f"u{n}", "published": f"2026-01-01T0{n // 3}:0{n % 3}:00.000Z"}
        for n in range(4)
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, events)), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def big_log(place: Path, events: int = 1000) -> str:
    """A log larger than any buffer on its way."""
    lines = (json.dumps({**EVENT, "uuid": f"b{number}"}) for number in range(events))
    (place / "big.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return "big.jsonl"


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "log.jsonl"]) == 0
    captured = capsys.readouterr()
    block, _, _, correlation, _, table = captured.out.split("\n\n")
    guide = captured.out.split("guide  ")[1].splitlines()[0]
    assert Path(guide).is_file()
    assert block == (
        "2026-01-01T00:00:00.000Z  high      =Base\n"
        "    rule   base\n"
        "    who    ann;=1+1@example.com (Ann, 00u1, User)\n"
        "    what   access.request.create on r1: SUCCESS\n"
        "    where  192.0.2.1, Austria\n"
        "    line   log.jsonl:1\n"
        f"    guide  {guide}"
    )
    assert correlation == (
        "2026-01-01T00:02:00.000Z  medium    Count\n"
        "    rule   count\n"
        "    who    ann;=1+1@example.com (Ann, 00u1, User)\n"
        "    what   3 events: access.request.create: SUCCESS\n"
        "    on     r1\n"
        "    when   2026-01-01T00:00:00.000Z to 2026-01-01T00:02:00.000Z\n"
        "    where  192.0.2.1, Austria\n"
        "    line   log.jsonl:1, log.jsonl:2, log.jsonl:3\n"
        f"    guide  {guide}"
    )
    assert table == (
        "level   rule   alerts  first                     last\n"
        "high    base        4  2026-01-01T00:00:00.000Z  2026-01-01T01:00:00.000Z\n"
        "medium  count       1  2026-01-01T00:02:00.000Z  2026-01-01T00:02:00.000Z\n"
    )
    assert captured.err.splitlines()[-2:] == [
        "read: 4 events of the catalogue's types, 0 of others, 0 unreadable",
        "alerts: 5",
    ]


@pytest.mark.parametrize(
    ("by", "heads"),
    [
        ("rule", ["high  =Base: 4 alerts", "medium  Count: 1 alert"]),
        ("actor", ["high  ann;=1+1@example.com (Ann, 00u1, User): 5 alerts"]),
        ("day", ["high  2026-01-01: 5 alerts"]),
    ],
)
def test_groups(by: str, heads: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "scan", "log.jsonl", "--group-by", by]) == 0
    *blocks, table = capsys.readouterr().out.split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == heads
    assert blocks[0].splitlines()[1].startswith("    when   2026-01-01T00:00:00.000Z to ")
    assert len(table.splitlines()) == 3


def times(text: str) -> list[str]:
    """The first word of each block: the time of its alert."""
    return [block.split()[0] for block in text.split("\n\n")[:-1]]


def test_text_is_by_time_unless_asked_otherwise(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (place / "log.jsonl").read_text("utf-8").splitlines()
    untimed = json.dumps({**EVENT, "uuid": "x", "published": "redacted"})
    (place / "log.jsonl").write_text("\n".join([untimed, *lines[::-1]]), "utf-8")
    hours = [f"2026-01-01T0{n // 3}:0{n % 3}:00.000Z" for n in range(4)]
    asked = {
        "time": [*hours[:3], hours[2], hours[3], "(no"],
        "input": ["(no", *hours[::-1], hours[2]],
    }
    for sort, expected in asked.items():
        assert run(["--quiet", "scan", "log.jsonl", "--sort", sort]) == 0
        assert times(capsys.readouterr().out) == expected
    assert run(["--quiet", "scan", "log.jsonl"]) == 0
    assert times(capsys.readouterr().out) == asked["time"]
    assert run(["--quiet", "scan", "log.jsonl", "--sort", "time", "--format", "jsonl"]) == 0
    rows = [json.loads(line)["time"] for line in capsys.readouterr().out.splitlines()]
    assert rows == [*hours[:3], hours[2], hours[3], None]
    for further in (["--group-by", "rule"], ["--follow"]):
        assert run(["scan", "-", "--sort", "time", *further]) == 2


@pytest.mark.parametrize(
    ("zone", "time", "left"),
    [
        ("Europe/Vienna", "2026-01-01T01:00:00.000+01:00", 2),
        ("-02:30", "2025-12-31T21:30:00.000-02:30", 0),
        ("utc", "2026-01-01T00:00:00.000Z", 1),
    ],
)
def test_times_in_a_zone(
    zone: str, time: str, left: int, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = ["--quiet", "scan", "log.jsonl", "--level", "high"]
    assert run([*scan, "--timezone", zone]) == 0
    assert times(capsys.readouterr().out)[0] == time
    # A time without a zone of its own is meant in that one, also where it is named first.
    until = {2: "2026-01-01T01:02", 0: "2025-12-31T21:30", 1: "2026-01-01T00:01"}[left]
    assert run([*scan, "--until", until, "--timezone", zone, "--format", "jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == left


def test_times_before_now(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    ages = [timedelta(hours=1), timedelta(days=1), timedelta(days=3)]
    events = [{**EVENT, "uuid": f"{age}", "published": (now - age).isoformat()} for age in ages]
    (place / "log.jsonl").write_text("\n".join(map(json.dumps, events)), "utf-8")
    for since, expected in (("2h", 1), ("yesterday", 2), ("7d", 3)):
        assert run(["--quiet", "scan", "log.jsonl", "--since", since, "--format", "jsonl"]) == 0
        assert len(capsys.readouterr().out.splitlines()) == expected
    for bad in (["--since", "soon"], ["--since", "999999999w"], ["--timezone", "Mars/Olympus"]):
        assert run(["scan", "log.jsonl", *bad]) == 2


def test_the_schema_needs_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["required"] == [*KEYS]


def test_groups_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "log.jsonl", "--group-by", "rule", "--format", "csv"]) == 2
    assert "--group-by is for --format text" in capsys.readouterr().err


def test_a_terminal_of_few_characters() -> None:
    event = {**EVENT, "actor": {"alternateId": "\u00e4\u20ac\ud800"}}
    Path("log.jsonl").write_text(json.dumps(event), "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    ran = subprocess.run([*SCAN, "log.jsonl"], check=True, capture_output=True, env=environment)
    assert b"who    \xe4\\u20ac\\ud800\n" in ran.stdout


def test_no_alert_is_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "scan", "log.jsonl", "--until", "2000-01-01"]) == 0
    assert capsys.readouterr() == ("", "")


def test_an_empty_log_is_told_from_a_quiet_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.jsonl").write_bytes(b"")
    assert run(["--quiet", "scan", "log.jsonl"]) == 0
    said = "warning: no event was read: that nothing alerts does not mean that all is well\n"
    assert capsys.readouterr() == ("", said)


def test_no_cell_of_a_spreadsheet_is_a_formula(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ALERTING.replace("name: base", "name: '=1+1'").replace("1111", "4444")
    write(place, {"rules/formula.yml": named})
    events = {**EVENT, "actor": {"id": "x;=1+1"}}
    Path("log.jsonl").write_text("\n".join([json.dumps({**events, "uuid": n}) for n in "abc"]))
    assert run(["--quiet", "scan", "log.jsonl", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    for separator in (",", ";", "\t"):
        cells = [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    *_, last = rows = [*csv.DictReader(lines)]
    assert [row["rule"] for row in rows[:2]] == ["base", "'=1+1"]
    assert json.loads(last["group"]) == {"actor.id": "x;=1+1"}


def test_the_rest_is_told_where_rules_are_off(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["a", "b", "c", "d"]
    for number, name in enumerate(names):
        text = SILENT_RULE.replace("name: base", f"name: {name}").replace("1", str(number + 4))
        write(place, {f"rules/{name}.yml": text})
    switched = "\n".join(f"[rules.{name}]\nenabled = false\nreason = 'no'" for name in names)
    Path("okta-access.toml").write_text(switched, "utf-8")
    run(["scan", "log.jsonl"])
    said = "off: 4 rules (a, b and 2 more); why: okta-access list --off"
    assert said in capsys.readouterr().err.splitlines()
    run(["--quiet", "list", "--off"])
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows == [f"{name} informational event - off no" for name in names]


def test_envelopes_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    flat = {"eventType": "access.request.create", "uuid": "u9", "actor.id": "a"}
    Path("flat.jsonl").write_text(f"{json.dumps(flat)}\n{json.dumps(EVENT)}", "utf-8")
    code = run(["--quiet", "scan", "flat.jsonl", "--envelope", "splunk", "--format", "jsonl"])
    captured = capsys.readouterr()
    assert [json.loads(line)["events"] for line in captured.out.splitlines()] == [["u9"]]
    assert captured.err.splitlines()[0] == (
        "error: flat.jsonl:2: not of Splunk's export: neither `result` nor `_raw` nor a "
        "field `actor.…` (--envelope splunk)"
    )
    assert code == 1


# --- what the machine does --------------------------------------------------------------------


def test_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        command = [*SCAN, "log.jsonl", "--format", "jsonl"]
        ran = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1] == "okta-access: error: stdout: No space left on device"


def test_a_full_disk_for_rejects(capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.jsonl").write_text('{"x\n' * 5, "utf-8")
    assert run(["--quiet", "scan", "log.jsonl", "--rejects", "/dev/full"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 6
    assert said[-1] == "error: /dev/full: No space left on device; rejects are kept no more"


def test_rejects_never_overwrite_a_log(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path("log.jsonl").read_bytes()
    Path("same.jsonl").hardlink_to("log.jsonl")
    assert run(["scan", str(place), "--rejects", "same.jsonl"]) == 2
    assert "would write over a log" in capsys.readouterr().err
    with Path("log.jsonl").open("rb") as log:
        command = [*SCAN, "-", "--rejects", "log.jsonl"]
        ran = subprocess.run(command, check=False, stdin=log, capture_output=True)
    assert ran.returncode == 2
    assert Path("log.jsonl").read_bytes() == before


def test_a_reader_that_goes_away(place: Path) -> None:
    with subprocess.Popen(
        [*SCAN, big_log(place), "--format", "csv", "--level", "informational"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"rule,")
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() in (0, 141)


def test_ctrl_c_tells_what_was_done(place: Path) -> None:
    os.mkfifo("pipe")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    process = subprocess.Popen(
        [*SCAN, "pipe", "--group-by", "rule"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    with process, Path("pipe").open("wb") as pipe:
        pipe.write(json.dumps(EVENT).encode() + b"\n")
        pipe.flush()
        time.sleep(0.5)  # until the event has been read
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "=Base: 1 alert" in out
    assert said.splitlines()[-5:] == [
        "read: 1 event of the catalogue's types, 0 of others, 0 unreadable",
        "alerts: 1",
        "interrupted: the rest was not read, and correlations were not judged",
        "",  # behind the ^C of the terminal
        "okta-access: interrupted",
    ]


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("empty", 2, "error: empty: there is no file in this folder\n"),
        ("rules/..", 2, "error: rules/../rules/base.yml: it is a text of which no line is JSON"),
        ("a\x1b[31m", 2, "error: a\\x1b[31m: No such file or directory\n"),
        ("a\0", 2, "error: a\\x00: embedded null byte\n"),
        ("\udcff", 2, "error: \\udcff: No such file or directory\n"),
        ("log.jsonl/x", 2, "error: log.jsonl/x: Not a directory\n"),
    ],
)
def test_odd_files(
    place: Path, name: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "empty").mkdir()
    assert run(["--quiet", "scan", name]) == code
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is locked for root")
def test_a_locked_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "locked.jsonl").touch(mode=0)
    assert run(["--quiet", "scan", "locked.jsonl"]) == 2
    assert capsys.readouterr().err == "error: locked.jsonl: Permission denied\n"


def test_streams_that_a_shell_closed() -> None:
    """Python has no stream at all then; the scan goes on without, or says that it cannot."""
    scan = f"{sys.executable} -m okta_access.cli --quiet scan"
    script = f"{scan} log.jsonl >&- && {scan} log.jsonl 2>&- >out && {scan} - <&-"
    ran = subprocess.run(["sh", "-c", script], check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (2, "error: -: stdin is closed\n")
    assert Path("out").stat().st_size > 0


def test_a_pipe_that_begins_slowly(place: Path) -> None:
    """The layout is told by the beginning, however small the pieces are in which it comes."""
    pretty = json.dumps([EVENT, {**EVENT, "uuid": "b"}], indent=1)[1:-1]  # no array around them
    with subprocess.Popen(
        [*SCAN, "-", "--format", "jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        for piece in (pretty[:4], pretty[4:30], pretty[30:]):
            process.stdin.write(piece)
            process.stdin.flush()
            time.sleep(0.05)
        out, _ = process.communicate()
    assert [json.loads(line)["source"][0]["line"] for line in out.splitlines()] == [2, 27]


def test_a_file_that_is_cut_while_it_is_read(place: Path) -> None:
    """What was there is judged, what is torn is named; and nothing crashes (as a map would)."""
    name = big_log(place)
    found = scan_while(name, lambda: os.truncate(name, 1000))
    assert found.returncode in (0, 1)
    assert "Traceback" not in found.stderr


def test_a_file_that_grows_and_vanishes_while_it_is_read(place: Path) -> None:
    name = big_log(place)

    def change() -> None:
        with Path(name).open("a", encoding="utf-8") as log:
            log.write(json.dumps({**EVENT, "uuid": "late"}) + "\n")
        Path(name).unlink()

    found = scan_while(name, change)
    assert found.returncode == 0
    assert json.loads(found.stdout.splitlines()[-1])["events"] in (["late"], ["b999"])


def scan_while(name: str, change: Any) -> subprocess.CompletedProcess[str]:
    """Scan a file that changes as soon as its first alert has been told."""
    command = [*SCAN, name, "--rules", "rules/base.yml", "--format", "jsonl"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        change()
        out, said = process.communicate(timeout=60)
    return subprocess.CompletedProcess(command, process.returncode, first + out, said)


# --- progress -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (0, 1_000_000, 1.0, "0 of 1 MB, 0%, 0 MB/s, 7 events judged/s"),
        (10**9, 10**9, 10.0, "1,000 of 1,000 MB, 100%, 100 MB/s, 1 events judged/s, 0 s left"),
        (2 * 10**9, 10**9, 10.0, "2,000 of 1,000 MB, 100%, 200 MB/s, 1 events judged/s"),  # it grew
        (9, 909, 9.0, "0 of 0 MB, 1%, 0 MB/s, 1 events judged/s, 15 min 00 s left"),
        (9, 9009, 9.0, "0 of 0 MB, 0%, 0 MB/s, 1 events judged/s, 2 h 30 min left"),
        (10**9, None, 10.0, "1,000 MB, 100 MB/s, 1 events judged/s"),
    ],
)  # fmt: skip
def test_progress_in_words(done: int, total: int | None, seconds: float, line: str) -> None:
    assert progress_line(done, total, 7, seconds) == line


def test_the_line_makes_room(capsys: pytest.CaptureFixture[str]) -> None:
    steps: Iterator[int] = iter(range(0, 10**9, 1000))
    progress = Progress(10**6, lambda: next(steps), lambda: 5, every=0.01)
    with progress.shown():
        while next(steps) < 20_000:
            time.sleep(0.01)
        with progress.away():
            capsys.readouterr()
            time.sleep(0.05)
            assert capsys.readouterr().err == ""
    assert capsys.readouterr().err.endswith("\r\x1b[K")


def test_no_progress_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    run(["scan", "log.jsonl"])
    assert "MB/s" not in capsys.readouterr().err
