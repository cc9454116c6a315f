"""`explain` as a user meets it: whole outputs, and one clear line for each mistake."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from okta_access.cli import run
from okta_access.cli.explain import asked
from okta_access.rules.model import Pattern, Present, RefMode, Regex, SameAs, Test, Wildcard

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
        no   actor.type is "SystemPrincipal"  (12:15)
        yes  actor.type is "Sys*"  (13:15)
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
            no   actor.type is "SystemPrincipal"  (12:15)
            yes  actor.type is "Sys*"  (13:15)
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
        (Pattern(("*\\", Wildcard.ONE, Wildcard.MANY), cased=True), r'is "\*\\?*" (case counts)'),
        (Pattern(("\u202ea\n",)), 'is "\\u202ea\\n"'),
        (Pattern(("x" * 400,)), f'is "{"x" * 300}"… (400 characters)'),
        (Regex("a.b", ignore_case=True, dot_all=True), "matches /a.b/is"),
        (Present(), "is there"),
        (SameAs("target.id", RefMode.STARTS_WITH), "starts with target.id"),
    ],
)  # fmt: skip
def test_questions_in_words(test: Test, words: str) -> None:
    assert asked(test) == words
