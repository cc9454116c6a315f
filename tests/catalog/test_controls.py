"""The controls that events serve: the guide for auditors and the table say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from okta_access.catalog import controls
from okta_access.catalog.controls import load_controls
from okta_access.errors import CatalogError

GUIDE = Path(__file__).parents[2] / "docs" / "controls.md"


def test_the_guide_has_the_table() -> None:
    table = load_controls()
    lines = [line.strip("|").split("|") for line in GUIDE.read_text("utf-8").splitlines()
             if line.startswith("|")]  # fmt: skip
    head, _, *rows = [[cell.strip() for cell in line] for line in lines][: len(table.rows) + 2]
    assert head == ["events", *table.frameworks.values()]
    for row, known in zip(rows, table.rows, strict=True):
        names = re.findall("`([^`]+)`", row[0])
        stem = "" if not names else names[0].rpartition(".")[0] + "."
        whole = [one if one.startswith("access.") else stem + one for one in names]
        assert whole == list(known.events), "a row on places names no event"
        assert row[1:] == [", ".join(known.ids[key]) for key in table.frameworks]


def test_every_id_is_explained_in_the_guide() -> None:
    explained = GUIDE.read_text("utf-8").partition("## What the ids stand for")[2]
    explained = explained.partition("## How the ids were checked")[0]
    ids = {id_ for row in load_controls().rows for ids in row.ids.values() for id_ in ids}
    assert ids <= {*re.split(r"[|,\s]*[|,;]\s*", explained)}


@pytest.mark.parametrize("text", ["", "form: okta-access-controls/2\nframeworks: {}\nrows: []\n"])
def test_another_form_is_none(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "controls.yml").write_text(text)
    monkeypatch.setattr(controls, "__file__", str(tmp_path / "controls.py"))
    load_controls.cache_clear()
    try:
        with pytest.raises(CatalogError):
            load_controls()
    finally:
        load_controls.cache_clear()
