"""`explain` as a user meets it: whole outputs, and one clear line for each mistake."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from okta_access.cli import run
from okta_access.rules.model import Pattern, Present, RefMode, Regex, SameAs, Test, Wildcard
from okta_access.rules.words import asked

RULE = """\
title: Deleted by a Person
id: 11111111-1111-4111-8111-111111111111
name: deleted
level: low
logsource: {product: okta, service: okta}
detection:
    selection:
        eventType: access.request.sequence.delete
        actor.id|fieldref: target.id
    filter_main_system:
        actor.type:
            - SystemPrincipal
            - "Sys*"
    condition: selection and not filter_main_system
"""
COUNT = """\
title: Deleted Often
id: 22222222-2222-4222-8222-222222222222
name: often
level: medium
correlation:
    type: value_count
    rules: [deleted]
    group-by: [actor.id]
    timespan: 1h
    condition: {field: target.id, gte: 3}
"""
LISTED = """\
title: Listed
id: 33333333-3333-4333-8333-333333333333
name: listed
level: low
logsource: {product: okta, service: okta}
detection:
    selection: {'client.ipAddress|expand': '%egress%'}
    condition: selection
"""
EVENT = {
    "eventType": "access.request.sequence.delete",
    "published": "2026-01-01T00:00:00Z",
    "actor": {"id": "u-1", "type": "system\x1b[31m"},
    "target": [{"id": "o-1"}, {"id": "u-1"}],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules and a log, to run in."""
    (tmp_path / "rules").mkdir()
    for name, text in (("deleted", RULE), ("often", COUNT), ("listed", LISTED)):
        (tmp_path / "rules" / f"{name}.yml").write_text(text, "utf-8")
    broken = RULE.replace("selection and", "selction and").replace("deleted", "broken")
    (tmp_path / "rules" / "broken.yml").write_text(broken, "utf-8")
    other = {**EVENT, "eventType": "user.session.start", "target": "o-1"}
    lines = [json.dumps(EVENT), "", json.dumps(other), "{"]
    (tmp_path / "log.jsonl").write_text("\n".join(lines), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_event_rule(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "explain", "deleted", "log.jsonl:1"]) == 0
    assert (
        capsys.readouterr().out
        == """\
deleted  Deleted by a Person
rules/deleted.yml
does not match
  condition: selection and not filter_main_system
  no   all of
    yes  selection: all of
      yes  eventType is "access.request.sequence.delete" (case counts)  (8:20); \
eventType holds "access.request.sequence.delete"
      yes  actor.id equals target.id  (9:28); actor.id holds "u-1"; target.id holds "o-1", "u-1"
    no   not
      yes  filter_main_system: any of; actor.type holds "system\\x1b[31m"
        no   actor.type is "SystemPrincipal" (case counts)  (12:15)
        yes  actor.type is like "Sys*"  (13:15)
"""
    )


def test_a_correlation(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--quiet", "explain", "rules/often.yml", "log.jsonl:3"]) == 0
    captured = capsys.readouterr()
    assert (
        captured.out
        == """\
often  Deleted Often
rules/often.yml
does not count: none of the rules it refers to matches
  group key actor.id: "u-1"
  counted target.id: nothing
  time: 2026-01-01T00:00:00.000Z
  deleted
    does not match
      condition: selection and not filter_main_system
      no   all of
        no   selection: all of
          no   eventType is "access.request.sequence.delete" (case counts)  (8:20); \
eventType holds "user.session.start"
          no   actor.id equals target.id  (9:28); actor.id holds "u-1"; target.id holds nothing
        no   not
          yes  filter_main_system: any of; actor.type holds "system\\x1b[31m"
            no   actor.type is "SystemPrincipal" (case counts)  (12:15)
            yes  actor.type is like "Sys*"  (13:15)
"""
    )
    assert captured.err == "warning: target: expected an array of objects, found a text\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"actor": {"id": "u-1"}}, "counts towards at least 3 different target.id within 1h"),
        (
            {"actor": {"id": "u-1"}, "published": "redacted"},
            "does not count: published cannot be read as a time",
        ),
    ],
)
def test_what_an_event_brings_to_a_correlation(
    place: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], said: str
) -> None:
    Path("one.json.gz").write_bytes(gzip.compress(json.dumps([{**EVENT, **change}]).encode()))
    assert run(["--quiet", "explain", "often", "one.json.gz:1"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == said


def test_an_event_on_stdin(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = json.dumps({**EVENT, "actor": {"id": "u-1"}}, indent=1).encode()
    stdin = SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(data)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run(["--quiet", "explain", "11111111-1111-4111-8111-111111111111", "-"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "matches"


@pytest.mark.parametrize(
    ("rule", "event", "code", "said"),
    [
        ("delted", "log.jsonl:1", 2, "no rule is named `delted` (did you mean deleted?)"),
        ("deleted", "log.jsonl", 2, "the event `log.jsonl` is not FILE:LINE, and not -"),
        ("deleted", "log.jsonl:x", 2, "the event `log.jsonl:x` is not FILE:LINE, and not -"),
        ("deleted", "no.jsonl:1", 2, "no.jsonl: No such file or directory"),
        ("deleted", "rules:1", 2, "rules: Is a directory"),
        ("deleted", "log.jsonl:2", 2, "log.jsonl: no event begins on line 2 (the nearest before"),
        ("deleted", "log.jsonl:4", 2, "log.jsonl:4:1: no event: not JSON"),
        ("listed", "log.jsonl:1", 2, "listed cannot be judged: the list `egress` is empty"),
        ("broken", "log.jsonl:1", 1, "the rule cannot be used: its file has problems"),
        ("rules/broken.yml", "log.jsonl:1", 1, "the rule cannot be used: its file has problems"),
        ("rules/none.yml", "log.jsonl:1", 2, "no rule file was found"),
    ],
)
def test_mistakes(
    place: Path, capsys: pytest.CaptureFixture[str], rule: str, event: str, code: int, said: str
) -> None:
    assert run(["--quiet", "explain", rule, event]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err.splitlines()[-1]
    assert "Traceback" not in captured.err


def test_a_damaged_archive(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.gz").write_bytes(gzip.compress(b"{}\n" * 100_000)[:-20])
    assert run(["--quiet", "explain", "deleted", "log.gz:200000"]) == 2
    assert "log.gz: cannot be read on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Pattern(("*\\", Wildcard.MANY), cased=True), r'is like "\*\\*" (case counts)'),
        (Pattern(("\u202ea\n", Wildcard.ONE)), 'is like "\\u202ea\\n?"'),
        (Pattern(("x" * 400,)), f'is "{"x" * 300}"… (400 characters)'),
        (Regex("a.b", ignore_case=True, dot_all=True), "matches /a.b/is"),
        (Present(), "is there"),
        (SameAs("target.id", RefMode.STARTS_WITH), "starts with target.id"),
    ],
)  # fmt: skip
def test_questions_in_words(test: Test, words: str) -> None:
    assert asked(test) == words


# --- alerts -------------------------------------------------------------------------------------

FILTER = """\
title: Harmless
id: 44444444-4444-4444-8444-444444444444
name: harmless
logsource: {product: okta, service: okta}
filter:
    rules: [deleted]
    selection: {actor.id: [robot, u-9]}
    condition: not selection
"""


def events_of(actor: str, count: int) -> list[dict[str, object]]:
    """Deletions of one object each by one actor, a minute apart."""
    return [
        {
            "eventType": "access.request.sequence.delete",
            "uuid": f"{actor}-{number}",
            "published": f"2026-01-01T00:0{number}:00Z",
            "actor": {"id": actor, "type": "User"},
            "target": [{"id": f"o-{number}"}, {"id": actor}],
        }
        for number in range(count)
    ]


LAYOUTS: dict[str, Callable[[list[dict[str, object]]], bytes]] = {
    "lines.jsonl": lambda events: "\n".join(map(json.dumps, events)).encode(),
    "array.json": lambda events: json.dumps(events).encode(),
    "pretty.json": lambda events: json.dumps(events, indent=1).encode(),
    "packed.gz": lambda events: gzip.compress("\n".join(map(json.dumps, events)).encode()),
    "splunk.jsonl": lambda events: "\n".join(
        json.dumps({"result": {"_raw": json.dumps(event)}}) for event in events
    ).encode(),
    "hits.json": lambda events: json.dumps(
        {"hits": {"hits": [{"_source": {"event": {"original": json.dumps(e)}}} for e in events]}}
    ).encode(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_alert_of_a_scan_can_be_explained(
    place: Path, layout: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules/broken.yml").unlink()
    Path(layout).write_bytes(LAYOUTS[layout](events_of("u-1", 4)))
    run(["--quiet", "scan", layout, "--format", "jsonl"])
    alerts = capsys.readouterr().out.splitlines()
    assert len(alerts) == 5
    for number, alert in enumerate(alerts[:4]):
        Path("alert.json").write_text(alert, "utf-8")
        assert run(["--quiet", "explain", "--alert", "alert.json"]) == 0
        told = capsys.readouterr().out
        assert told.splitlines()[2] == "matches"
        assert f'target.id holds "o-{number}", "u-1"' in told
    Path("alert.json").write_text("\n".join(alerts[4:]), "utf-8")
    assert run(["--quiet", "explain", "--alert", "alert.json"]) == 0
    lines = [place["line"] for place in json.loads(alerts[4])["source"]]
    out = capsys.readouterr().out.splitlines()
    assert out[:5] == [
        "often  Deleted Often",
        "rules/often.yml",
        "fires: at least 3 different target.id within 1h; here 3",
        '  group actor.id: "u-1"',
        "  window: 2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z, 0:01:00 of 1h",
    ]
    kind = "access.request.sequence.delete"
    assert out[5:] == [
        line
        for number, begin in enumerate(lines)
        for line in (
            f"{layout}:{begin}  2026-01-01T00:0{number}:00.000Z  {kind}  u-1-{number}",
            "  matches deleted",
            f'  counted target.id: "o-{number}", "u-1"',
        )
    ]


def test_the_steps_of_a_chain_are_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules/broken.yml").unlink()
    later = RULE.replace("deleted", "changed").replace("11111111", "44444444")
    Path("rules/changed.yml").write_text(later.replace("delete", "update"), "utf-8")
    chain = COUNT.replace("value_count", "temporal_ordered").replace(
        "[deleted]", "[changed, deleted]"
    )
    chain = chain.replace("    condition: {field: target.id, gte: 3}\n", "")
    Path("rules/often.yml").write_text(chain, "utf-8")
    events = events_of("u-1", 4)
    for event in events[:3]:
        event["eventType"] = "access.request.sequence.update"
    Path("new.jsonl").write_bytes(LAYOUTS["lines.jsonl"](events))
    run(["--quiet", "scan", "new.jsonl", "--format", "jsonl"])
    Path("alert.json").write_text(capsys.readouterr().out.splitlines()[-1], "utf-8")
    assert run(["--quiet", "explain", "--alert", "alert.json"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "fires: all 2 steps in this order within 1h",
        '  group actor.id: "u-1"',
        "  window: 2026-01-01T00:02:00.000Z to 2026-01-01T00:03:00.000Z, 0:01:00 of 1h",
        "new.jsonl:3  2026-01-01T00:02:00.000Z  access.request.sequence.update  u-1-2",
        "  step 1 of 2: matches changed",
        "new.jsonl:4  2026-01-01T00:03:00.000Z  access.request.sequence.delete  u-1-3",
        "  step 2 of 2: matches deleted",
    ]


def test_an_alert_on_stdin_and_a_log_that_moved(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("rules/broken.yml").unlink()
    Path("new.jsonl").write_bytes(LAYOUTS["lines.jsonl"](events_of("u-1", 3)))
    run(["--quiet", "scan", "new.jsonl", "--format", "jsonl"])
    alert = capsys.readouterr().out.splitlines()[-1].replace("new.jsonl", "-")
    for more, code in (([], 2), (["--log", "new.jsonl"], 0), (["--log", "log.jsonl"], 2)):
        monkeypatch.setattr(sys, "stdin", io.StringIO(alert))
        assert run(["--quiet", "explain", "--alert", "-", *more]) == code
        captured = capsys.readouterr()
        assert ("fires" in captured.out) == (code == 0)
        if not more:
            assert "read from stdin, which is gone (name the log with --log FILE)" in captured.err
        elif code:
            assert "is it the log that was scanned?" in captured.err


def test_an_alert_that_would_not_be_raised_any_more(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules/broken.yml").unlink()
    Path("new.jsonl").write_bytes(LAYOUTS["lines.jsonl"](events_of("u-1", 3)))
    run(["--quiet", "scan", "new.jsonl", "--format", "jsonl"])
    Path("alert.json").write_text(capsys.readouterr().out.splitlines()[-1], "utf-8")
    Path("okta-access.toml").write_text("[rules.often]\nthreshold = 9\n", "utf-8")
    assert run(["--quiet", "explain", "--alert", "alert.json"]) == 0
    said = "does not fire on these events; it wants at least 9 different target.id within 1h"
    out = capsys.readouterr().out.splitlines()
    assert out[2] == said
    assert '  group key actor.id: "u-1"' in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "alert.json: there is no alert"),
        ("{", "alert.json: there is no alert"),
        ("[" * 100_000, "alert.json: nested too deep"),
        ("5", "alert.json: is no alert of scan --format jsonl (give one of its lines)"),
        ('{"id": "x", "events": [], "event_types": ["a"], "source": []}', "is no alert of scan"),
        ('{"id": "x", "events": [1], "event_types": ["a"], "source": [{}]}', "is no alert of scan"),
    ],
)
def test_what_is_no_alert(
    place: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("alert.json").write_text(text, "utf-8")
    assert run(["--quiet", "explain", "--alert", "alert.json"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["deleted", "log.jsonl:1", "--alert", "x"],
        ["deleted", "--log", "x"],
        ["--alert", "x", "--uuid", "y"],
    ],
)
def test_either_an_alert_or_rule_and_event(
    place: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", *arguments]) == 2
    assert "Usage: okta-access explain" in capsys.readouterr().err


def test_without_an_event_the_runbook_is_told(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = {label: f"do {label}" for label in ("first", "next", "window", "close", "escalate")}
    lines["pivot"] = "actor, 24h around"
    rule = Path("rules/deleted.yml")
    rule.write_text(rule.read_text("utf-8") + f"runbook: {json.dumps(lines)}\n", "utf-8")
    assert run(["--quiet", "explain", "deleted"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "  Check first: do first",
        "  Look next: do next",
        "  Window: do window",
        "  Close when: do close",
        "  Escalate when: do escalate",
    ]


def test_several_events_on_a_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("array.json").write_bytes(LAYOUTS["array.json"](events_of("u-1", 3)))
    assert run(["explain", "deleted", "array.json:1"]) == 0
    captured = capsys.readouterr()
    assert "3 events begin on this line; the first is explained, or give --uuid" in captured.err
    assert '"o-0"' in captured.out
    assert run(["--quiet", "explain", "deleted", "array.json:1", "--uuid", "u-1-2"]) == 0
    captured = capsys.readouterr()
    assert (captured.err, '"o-2"' in captured.out) == ("", True)
    assert run(["--quiet", "explain", "deleted", "array.json:1", "--uuid", "x"]) == 2
    assert "no event with the uuid x begins on line 1" in capsys.readouterr().err


def test_a_filters_place_names_its_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules/filter").mkdir()
    Path("rules/filter/harmless.yml").write_text(FILTER, "utf-8")
    assert run(["--quiet", "explain", "deleted", "log.jsonl:1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in lines[-3:]] == [
        'no   any of; actor.id holds "u-1"',
        'no   actor.id is "robot"  (rules/filter/harmless.yml:7:28)',
        'no   actor.id is "u-9"  (rules/filter/harmless.yml:7:35)',
    ]


def test_events_in_a_named_envelope(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flat = {"eventType": "access.request.sequence.delete", "actor.id": "a", "target{}.id": "a"}
    Path("flat.jsonl").write_text(json.dumps(flat), "utf-8")
    assert run(["--quiet", "explain", "deleted", "flat.jsonl:1", "--envelope", "splunk"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "matches"
