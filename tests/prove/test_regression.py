"""Regression tests of SigmaHQ's form: what its tools demand holds, and the count is the judge's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from okta_access.api.rulebook import load_rules
from okta_access.cli import run
from okta_access.content import PACKS
from okta_access.matching.events.evaluate import matches
from okta_access.prove.regression import regression_files
from okta_access.rules.model import EventRule
from tests.builders.data import DATA

BOOK = load_rules(packs=PACKS)
FILES = regression_files(BOOK.loaded.rules, BOOK.catalog)
BY_ID = {rule.meta.id: rule for rule in BOOK.loaded.rules}
INFOS = {path: data.decode() for path, data in FILES.items() if path.endswith("/info.yml")}
SOURCES = {path: yaml.safe_load(data) for path, data in FILES.items() if path.startswith("rules/")}


def rule_of(info: str) -> EventRule:
    (about,) = yaml.safe_load(info)["rule_metadata"]
    assert about["title"] == BY_ID[about["id"]].meta.title
    return BY_ID[about["id"]]


def test_each_sample_matches_as_often_as_its_info_says() -> None:
    assert INFOS
    for path, info in INFOS.items():
        rule = rule_of(info)
        assert "regression_tests_info" not in yaml.safe_load(info), "their runner knows evtx alone"
        told = yaml.safe_load("\n".join(x[2:] for x in info.splitlines() if x.startswith("# ")))
        (test,) = told["regression_tests_info"]
        assert Path(test["path"]) == Path(path).parent / f"{rule.meta.id}.jsonl"
        events = [json.loads(line) for line in FILES[test["path"]].decode().splitlines()]
        found = sum(matches(rule.expr, event, BOOK.catalog) for event in events)
        assert 0 < found == test["match_count"] < len(events)
    assert len(FILES) == 3 * len(INFOS)


def test_each_rule_leads_to_its_test_and_keeps_its_meaning() -> None:
    schema = json.loads((DATA / "sigma-schemas" / "sigma-detection-rule-schema.json").read_text())
    paths = {source["regression_tests_path"] for source in SOURCES.values()}
    assert paths == {*INFOS}
    for path, source in SOURCES.items():
        rule = BY_ID[source["id"]]
        assert not rule.silent
        assert Path(path) == Path("rules/identity/okta") / f"{rule.name}.yml"
        assert rule_of(INFOS[source["regression_tests_path"]]) is rule
        assert {*source} <= {*schema["properties"], "regression_tests_path"}
        own = yaml.safe_load(Path(rule.meta.file).read_text("utf-8"))
        ours = ("assumptions", "profile", "runbook", "version")
        kept = {key: value for key, value in own.items() if key not in ours}
        assert source == kept | {"regression_tests_path": source["regression_tests_path"]}


def test_no_text_has_a_name_that_their_tests_forbid() -> None:
    """It stands in the field of a rule's tags alone, in small letters."""
    assert [path for path, data in FILES.items() if b"ATT&CK" in data] == []


def test_the_command_writes_these_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packs = [text for pack in PACKS for text in ("--pack", pack)]
    assert run(["regression", "--output", str(tmp_path), *packs]) == 0
    assert capsys.readouterr().out == ""
    written = {
        str(path.relative_to(tmp_path)): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert written == dict(FILES)
