"""``okta-access catalog`` as a user runs it: what is listed, and the schema of its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from okta_access.api.editing import file_schemas
from okta_access.catalog import load
from okta_access.catalog.load import load_catalog
from okta_access.cli import run
from okta_access.content import PACKS, rules_dir

SHIPPED = [Path(load.__file__).with_name(name) for name in ("events.yml", "fields.yml")]
OF_PACKS = [file for pack in PACKS for file in (rules_dir() / pack).glob("*.catalog")]


def test_the_list_says_who_saw_a_type_live(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalog", "show"]) == 0
    out = capsys.readouterr().out
    types, others, _ = out.split("\n\n", maxsplit=2)
    lines = types.splitlines()[1:]
    for line, event in zip(lines, load_catalog().events.values(), strict=True):
        assert line.endswith("Seen live by others.") == bool(event.seen_live)
        if event.seen_live:
            assert f"{event.seen_live.source}, notes of {event.seen_live.date}" in others
            assert f"{event.name}: {event.seen_live.note}" in others


def test_so_does_its_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalog", "show", "--format", "json"]) == 0
    told = {one["name"]: one["seen_live"] for one in json.loads(capsys.readouterr().out)["events"]}
    for name, event in load_catalog().events.items():
        seen = event.seen_live
        assert told[name] == (
            {"source": seen.source, "date": seen.date, "note": seen.note} if seen else None
        )


@pytest.mark.parametrize("file", [*SHIPPED, *OF_PACKS], ids=lambda file: file.name)
def test_our_catalogue_files_pass_the_schema_of_such_files(file: Path) -> None:
    judge = Draft202012Validator(file_schemas()["catalog"])
    content = json.loads(json.dumps(yaml.safe_load(file.read_text("utf-8")), default=str))
    judge.validate(content)
    assert not judge.is_valid(content | {"more": 1})
