"""``okta-access generate``: what is promised comes out, and the same bytes each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.cli import run
from okta_access.matching.evaluate import matches
from okta_access.matching.history import find_alerts
from okta_access.rules.collection import RuleSet, load_rules
from tests.rules.build import HEAD, write

CATALOG = load_catalog()
FILES = {
    "rules/mine.yml": HEAD.replace("name: r", "name: mine")
    + "detection:\n    s:\n        actor.type: [User, Client]\n    condition: s\n",
    "rules/many.yml": "title: Many\nid: c\nname: many\nlevel: low\ncorrelation:\n"
    "    type: event_count\n    rules: mine\n    group-by: actor.id\n    timespan: 1h\n"
    "    condition: {gte: 3}\n",
    "rules/never.yml": HEAD.replace("name: r", "name: never").replace("id: i", "id: j")
    + "detection:\n    s:\n        actor.type|all: [User, Client]\n    condition: s\n",
}  # fmt: skip


@pytest.fixture(autouse=True)
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RuleSet:
    """A folder with three rules, which is the current one."""
    monkeypatch.chdir(write(tmp_path, FILES))
    return load_rules((Path("rules"),), CATALOG)


def generated(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert run(["generate", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_events_of_a_rule_match_it(rules: RuleSet, capsys: pytest.CaptureFixture[str]) -> None:
    mine = next(rule for rule in rules.rules if rule.name == "mine")
    for what in ("mine", "i", "rules/mine.yml"):
        events = generated(capsys, what, "--count", "25")
        assert len({event["uuid"] for event in events}) == 25
        assert all(matches(mine.expr, event, CATALOG) for event in events)


def test_other_kinds_do_not_match(rules: RuleSet, capsys: pytest.CaptureFixture[str]) -> None:
    mine = next(rule for rule in rules.rules if rule.name == "mine")
    events = generated(capsys, "mine", "--kind", "near-miss,other", "--count", "20")
    assert len({event["uuid"] for event in events}) == 40
    assert not any(matches(mine.expr, event, CATALOG) for event in events)


def test_histories_raise_the_alerts_that_are_told(
    rules: RuleSet, capsys: pytest.CaptureFixture[str]
) -> None:
    (many,) = rules.correlations
    told = {}
    for kind in ("match", "near-miss", "history"):
        assert run(["generate", "many", "--kind", kind, "--count", "30"]) == 0
        out, err = capsys.readouterr()
        events = [json.loads(line) for line in out.splitlines()]
        told[kind] = len(find_alerts(many, rules.referenced(many), events, CATALOG))
        assert f"30 histories, which raise {told[kind]} alerts of many" in err
    assert told["near-miss"] == 0
    assert told["match"] >= 30 > told["history"] > 0


def test_events_of_a_type(capsys: pytest.CaptureFixture[str]) -> None:
    events = generated(capsys, "access.review.close", "--count", "40")
    assert {event["eventType"] for event in events} == {"access.review.close"}
    assert len({event["uuid"] for event in events}) == 40


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["min"], "no rule and no event type is named `min` (did you mean mine?)"),
        (["mine", "--kind", "history"], "mine is a rule for single events; histories are of corr"),
        (["mine", "--kind", "match,odd"], "there is no kind `odd`"),
        (["access.review.close", "--kind", "match"], "--kind is of rules"),
        (["never"], "rules/never.yml:8:26: no event can match: `actor.type is 'User'` (line 8)"),
        (["rules"], "no rule and no event type is named `rules`"),
        (["gone.yml"], "nothing to read: no rule file was found"),
    ],
)
def test_mistakes_are_told_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--quiet", "generate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"okta-access: error: {message}" in err


@pytest.mark.parametrize("what", ["mine", "many"])
def test_the_same_seed_gives_the_same_bytes(what: str, capsysbinary: Any) -> None:
    """Whatever the order in which Python's sets and dicts of texts come out."""
    command = [sys.executable, "-m", "okta_access.cli", "generate", what, "--seed", "5"]
    once, again = (
        subprocess.run(
            command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    )
    assert once == again
    assert run(["generate", what, "--seed", "6"]) == 0
    assert capsysbinary.readouterr().out != once
