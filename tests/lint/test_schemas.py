"""The schemas for editors: they take what is shipped, and refuse what lint calls wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from okta_access.api.editing import file_schemas
from okta_access.content import fixtures_dir, rules_dir
from okta_access.rules.reading.file_reads import rule_files
from okta_access.rules.reading.source import parse, plain

SCHEMAS = file_schemas()
VALIDATORS = {kind: Draft202012Validator(schema) for kind, schema in SCHEMAS.items()}
BROKEN = Path(__file__).with_name("broken")
# What a schema can know; the rest is meaning.
SEEN = {"OA201", "OA202", "OA203", "OA204", "OA205"}


def document(path: Path) -> tuple[str, Any]:
    """The first document of a rule file with its kind."""
    tree = plain(parse(path.read_bytes(), str(path)).documents[0])
    kind = next((one for one in ("correlation", "filter") if one in tree), "rule")
    return kind, tree


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])


def test_every_shipped_rule_is_taken() -> None:
    for path in rule_files(rules_dir()):
        kind, tree = document(path)
        assert [one.message for one in VALIDATORS[kind].iter_errors(tree)] == [], path


def test_every_shipped_fixture_is_taken() -> None:
    for path in sorted(fixtures_dir().glob("*.yml")):
        read = plain(parse(path.read_bytes(), str(path)).documents[0])
        assert [one.message for one in VALIDATORS["fixture"].iter_errors(read)] == [], path


def test_the_defaults_are_taken() -> None:
    read = tomllib.loads((rules_dir() / "defaults.toml").read_text("utf-8"))
    assert [*VALIDATORS["settings"].iter_errors(read)] == []


CASES = sorted(
    folder.name
    for folder in BROKEN.iterdir()
    if {line.split()[1] for line in (folder / "expected.txt").read_text().splitlines()} & SEEN
    and "fieldref" not in folder.name
)


@pytest.mark.parametrize("case", CASES)
def test_fields_and_types_that_are_none_are_refused(case: str) -> None:
    kind, tree = document(BROKEN / case / "rule.yml")
    assert not VALIDATORS[kind].is_valid(tree)


def test_fields_are_described() -> None:
    selection = SCHEMAS["rule"]["$defs"]["selection"]["anyOf"][0]
    assert selection["properties"]["actor.type"]["description"]
    assert selection["properties"]["eventType"]["anyOf"][0]["anyOf"][0]["enum"]
