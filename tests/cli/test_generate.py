"""``okta-access generate``: what is promised comes out, and the same bytes each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, deque
from pathlib import Path
from typing import Any

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.cli import run
from okta_access.company.corpora import COMPANY, FEWEST_PEOPLE, STORY_NAMES, WORLD_NAMES
from okta_access.company.stories import STORIES
from okta_access.content import rules_dir
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.events.evaluate import matches
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune
from okta_access.scan.engine import Scan
from tests.builders.files import write
from tests.builders.rules import HEAD

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
        (["min"], "no rule, event type or story is named `min` (did you mean mine?)"),
        (["mine", "--kind", "history"], "mine is a rule for single events; histories are of corr"),
        (["mine", "--kind", "match,odd"], "there is no kind `odd`"),
        (["access.review.close", "--kind", "match"], "--kind is of rules"),
        (
            ["never"],
            'rules/never.yml:8:26: no event can match: `actor.type is "User" (case counts)`',
        ),
        (["rules"], "no rule, event type or story is named `rules`"),
        (["company", "--kind", "history"], "--kind means nothing for `company`"),
        (["company", "--count", "3"], "--count means nothing for `company`"),
        (["night-shift", "--kind", "history,match"], "a story is a history and of no other kind"),
        (["night-shift", "--count", "3"], "--count means nothing for `night-shift`"),
        (["night-shift", "--days", "3"], "--days means nothing for `night-shift`"),
        (["night-shift", "--rules", "rules"], "--rules means nothing for `night-shift`"),
        (["mine", "--world", "vpn"], "--world means nothing for `mine`"),
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


@pytest.mark.parametrize("name", ["company", "night-shift", "access.review.close"])
def test_a_rule_is_not_hidden_by_what_has_its_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    detection = "detection:\n  s:\n    actor.type: User\n  condition: s\n"
    file = folder / f"{name}.yml"
    file.write_text(HEAD.replace("name: r", f"name: {name}") + detection, "utf-8")
    assert run(["--quiet", "generate", name, "--rules", str(folder)]) == 2
    told = capsys.readouterr().err
    assert f"`{name}` is " in told
    assert f"give the rule by its file, {file}" in told
    if "." not in name:  # which is no name for a rule, though a file may have it
        assert len(generated(capsys, str(file), "--count", "3")) == 3


@pytest.mark.parametrize(
    "what", [["mine"], ["many"], ["company", "--people", "30"], ["night-shift", "--kind=history"]]
)
def test_the_same_seed_gives_the_same_bytes(what: list[str], capsysbinary: Any) -> None:
    """Whatever the order in which Python's sets and dicts of texts come out."""
    command = [sys.executable, "-m", "okta_access.cli", "generate", *what, "--seed", "5"]
    once, again = (
        subprocess.run(
            command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    )
    assert once == again != b""
    assert run(["generate", *what, "--seed", "6"]) == 0
    assert capsysbinary.readouterr().out != once


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    """The packaged rules under their default settings."""
    found = load_rules([rules_dir()], CATALOG)
    return tune(found, load_settings(settings_files(found.files, None)), CATALOG).in_force


def levels(shipped: RuleSet, events: list[dict[str, Any]]) -> Counter[Level]:
    """The alerts of rules in force, by level."""
    scan = Scan(shipped, CATALOG, Level.LOW)
    scan.next_file("generated.jsonl")
    for line, event in enumerate(events, 1):
        deque(scan.add(event, line), maxlen=0)
    deque(scan.finish(), maxlen=0)
    assert scan.tally.events + scan.tally.others == len(events)
    found: Counter[Level] = Counter()
    for (level, _), count in scan.tally.alerts.items():
        found[level] += count
    return found


@pytest.mark.parametrize("name", STORY_NAMES)
def test_a_story_raises_an_alert_unless_it_is_said_to_be_unseen(
    name: str, shipped: RuleSet, capsys: pytest.CaptureFixture[str]
) -> None:
    events = generated(capsys, name, "--kind", "history", "--seed", "7")
    assert [event["published"] for event in events] == sorted(e["published"] for e in events)
    found = levels(shipped, events)
    told = found[Level.MEDIUM] + found[Level.HIGH] + found[Level.CRITICAL]
    assert (told > 0) != bool(next(one for one in STORIES if one.name == name).unseen)


def test_a_month_is_as_long_and_as_large_as_asked_for(
    shipped: RuleSet, capsys: pytest.CaptureFixture[str]
) -> None:
    events = generated(capsys, "company", "--people", "40", "--days", "5")
    assert len({event["published"][:10] for event in events}) == 5
    people = {e["actor"]["id"] for e in events if e["eventType"] == "user.session.start"}
    assert 20 < len(people) <= 40
    found = levels(shipped, events)
    assert found[Level.HIGH] + found[Level.CRITICAL] == 0
    assert len(generated(capsys, "company", "--people", "80", "--days", "5")) > len(events)


def test_a_month_has_what_the_rules_of_a_pack_read(capsys: pytest.CaptureFixture[str]) -> None:
    month = ("company", "--people", "200", "--days", "5")
    without, neighbours = generated(capsys, *month), generated(capsys, *month, "--pack=neighbours")
    types = {event["eventType"] for event in neighbours} - {e["eventType"] for e in without}
    assert "group.user_membership.add" in types
    said = [e["debugContext"]["debugData"] for e in generated(capsys, *month, "--pack=debugdata")]
    assert len(said) == len(without)
    assert any("requester_id" in one for one in said)
    assert not any(event["debugContext"]["debugData"] for event in neighbours)


def test_the_world_decides_how_a_month_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    def proxies(world: str) -> set[object]:
        month = generated(capsys, "company", "--people", "40", "--days", "5", "--world", world)
        return {event["securityContext"]["isProxy"] for event in month}

    assert proxies("vpn") == {True, False, None}
    assert proxies("no-flag") == {None}


@pytest.mark.parametrize("people", ["9", "0", "-1", "many"])
def test_too_small_a_company_is_refused(people: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", "company", "--people", people]) == 2
    assert capsys.readouterr().out == ""


def test_the_smallest_company_lives_through_its_month(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in range(5):
        assert generated(capsys, "company", "--people", str(FEWEST_PEOPLE), "--seed", str(seed))


def test_the_help_names_stories_and_worlds(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    told = text.replace("- ", "-")  # a name may be cut at its hyphen
    assert [name for name in (COMPANY, *STORY_NAMES, *WORLD_NAMES) if name not in told] == []
