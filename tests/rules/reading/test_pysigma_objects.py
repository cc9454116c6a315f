"""Rules held by another program as plain dicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from okta_access.content import rules_dir
from okta_access.errors import RuleError
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Not, Placeholder, atoms
from okta_access.rules.reading.pysigma import correlation_of, rule_of
from tests.builders.rules import CATALOG, expression

LOGSOURCE = {"product": "okta", "service": "okta"}
SHIPPED = load_rules([rules_dir()], CATALOG)


def plain(detection: dict[str, Any]) -> dict[str, Any]:
    return {"title": "T", "logsource": LOGSOURCE, "detection": detection}


def test_a_plain_rule_means_what_its_file_means() -> None:
    assert SHIPPED.rules
    for rule in SHIPPED.rules:
        document = yaml.safe_load(Path(rule.meta.file).read_text("utf-8"))
        assert rule_of(document, CATALOG).expr == rule.expr


def test_a_plain_correlation_means_what_its_file_means() -> None:
    assert SHIPPED.correlations
    for rule in SHIPPED.correlations:
        document = yaml.safe_load(Path(rule.meta.file).read_text("utf-8"))
        read = correlation_of(document, CATALOG)
        assert (read.type, read.references, read.group_by, read.threshold, read.timespan) == (
            rule.type, rule.references, rule.group_by, rule.threshold, rule.timespan
        )  # fmt: skip


@pytest.mark.parametrize("value", [True, 5, 1.5, None, "true", "5", "a*", ""])
def test_values_keep_their_types(value: object) -> None:
    written = yaml.safe_dump(value).splitlines()[0]
    if value == "":
        with pytest.raises(RuleError, match="empty string"):
            rule_of(plain({"s": {"actor.id": value}, "condition": "s"}), CATALOG)
        return
    read = rule_of(plain({"s": {"actor.id": value}, "condition": "s"}), CATALOG)
    assert read.expr == expression(f"actor.id: {written}")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "logsource"),
        ({"logsource": LOGSOURCE}, "detection"),
        (plain({"s": {"actor.id": 1}, "condition": "t"}), "not defined"),
        ({**plain({}), "logsource": {"product": "windows"}}, "Okta"),
        ({"title": "T", "correlation": {"type": "event_count"}}, "rules"),
    ],
)
def test_what_is_no_rule_is_refused(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        rule_of(document, CATALOG)


def test_a_correlation_is_no_rule_on_single_events() -> None:
    body = {"type": "event_count", "rules": ["a"], "timespan": "1h", "condition": {"gte": 2}}
    document = {"title": "T", "correlation": body}
    assert correlation_of(document, CATALOG).threshold == 2
    with pytest.raises(RuleError, match="single events"):
        rule_of(document, CATALOG)
    with pytest.raises(RuleError, match="correlation"):
        correlation_of(plain({"s": {"actor.id": "1"}, "condition": "s"}), CATALOG)


def test_merged_filters_without_a_list_are_left_out() -> None:
    detection = {
        "s": {"actor.id": "1"},
        "_filt_abcdefghij_selection": {"actor.type|expand": "%none%"},
        "_filt_klmnopqrst_selection": {"actor.type": "2"},
        "condition": "((s) and (not _filt_abcdefghij_selection)) "
        "and (not _filt_klmnopqrst_selection)",
    }
    read = rule_of(plain(detection), CATALOG)
    assert [atom.field for atom in atoms(read.expr)] == ["actor.id", "actor.type"]
    assert not any(isinstance(atom.test, Placeholder) for atom in atoms(read.expr))


def test_a_list_of_the_rule_itself_stays() -> None:
    detection = {"s": {"actor.id|expand": "%none%"}, "condition": "not s"}
    read = rule_of(plain(detection), CATALOG)
    assert isinstance(read.expr, Not)
    assert isinstance(atoms(read.expr)[0].test, Placeholder)
