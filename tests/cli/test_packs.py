"""``--pack`` on the commands that take rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.cli import run
from okta_access.content import rules_dir
from okta_access.rules.fixtures import event_from_paths

RULE = "okta_access_neighbours_factors_reset_then_guardrail_change"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    catalog = load_catalog((rules_dir() / "neighbours" / "events.catalog",))
    events = [
        event_from_paths(catalog, {"eventType": name, "actor.id": actor, "target.id": target})
        | {"uuid": name, "published": f"2026-01-01T{hour}:00:00.000Z"}
        for hour, name, actor, target in (
            (10, "user.mfa.factor.reset_all", "desk", "u"),
            (11, "access.request.condition.update", "u", "c"),
        )
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(event)}\n" for event in events), "utf-8")
    return path


def test_scan_tells_what_the_pack_finds(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {}
    for name, more in {"without": [], "with": ["--pack", "neighbours"]}.items():
        assert run(["--quiet", "scan", str(log), "--format", "jsonl", *more]) == 0
        found[name] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (alert,) = [one for one in found["with"] if one not in found["without"]]
    assert (alert["rule"], alert["group"], alert["value"]) == (RULE, {"user": "u"}, 2)


def test_a_pack_is_listed_linted_and_compiled(capsys: pytest.CaptureFixture[str]) -> None:
    here = str(rules_dir() / "neighbours")
    assert run(["list", "--pack", "neighbours", "--format", "json"]) == 0
    listed = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert listed[RULE] == "on"
    assert run(["lint", here, "--pack", "neighbours", "--fail-on", "info"]) == 0
    assert capsys.readouterr().out == ""
    target = ["--target", "splunk"]
    assert run(["--quiet", "compile", here, "--pack", "neighbours", *target]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert RULE in [one["rule"] for one in printed]


@pytest.mark.parametrize("place", [1, 2])
def test_explain_names_the_field_behind_an_alias(
    log: Path, capsys: pytest.CaptureFixture[str], place: int
) -> None:
    assert run(["--quiet", "explain", RULE, f"{log}:{place}", "--pack", "neighbours"]) == 0
    field = ("target.id", "actor.id")[place - 1]
    assert f'  group key user ({field}): "u"\n' in capsys.readouterr().out


def test_a_pack_that_is_none_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--pack", "neighbors"]) == 2
    assert "'neighbors'" in capsys.readouterr().err
