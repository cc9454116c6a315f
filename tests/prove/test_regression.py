"""Regression tests of SigmaHQ's form: their own demands hold, and the count is the judge's."""

from __future__ import annotations

import json

import yaml

from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.matching.events.evaluate import matches
from okta_access.prove.regression import regression_files
from okta_access.rules.collection import load_rules

CATALOG = load_catalog()
RULES = load_rules([rules_dir()], CATALOG).rules


def test_each_sample_matches_as_often_as_its_info_says() -> None:
    files = regression_files(RULES, CATALOG)
    by_id = {rule.meta.id: rule for rule in RULES}
    infos = {
        path: yaml.safe_load(data) for path, data in files.items() if path.endswith("info.yml")
    }
    assert infos
    for path, info in infos.items():
        (about,), (test,) = info["rule_metadata"], info["regression_tests_info"]
        rule = by_id[about["id"]]
        assert about["title"] == rule.meta.title
        assert test["path"].endswith(f"/{rule.meta.id}.jsonl")
        events = [json.loads(line) for line in files[test["path"]].decode().splitlines()]
        assert sum(matches(rule.expr, event, CATALOG) for event in events) == test["match_count"]
        assert 0 < test["match_count"] < len(events)
        (source,) = [p for p in files if p.startswith("rules/") and f"/{rule.name}.yml" in p]
        assert yaml.safe_load(files[source])["regression_tests_path"] == path
    assert len(files) == 3 * len(infos)
