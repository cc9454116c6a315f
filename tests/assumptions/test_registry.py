"""The ledger of assumptions: one table, and what the docs say of it."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from okta_access.assumptions import ledger
from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules

DOCS = Path(__file__).parents[2] / "docs" / "cannot-show.md"


def test_the_docs_list_the_ledger() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in DOCS.read_text("utf-8").splitlines()
        if line.startswith("| A")
    ]
    assert rows == [(one.id, one.statement, one.otherwise) for one in assumptions().values()]


def test_rules_need_no_other_assumption() -> None:
    rules = load_rules([rules_dir()], load_catalog()).all_rules
    assert {one for rule in rules for one in rule.meta.assumptions} == {*assumptions()}


def test_the_order_is_that_of_the_numbers() -> None:
    numbers = [id_.removeprefix("A").rstrip("b") for id_ in assumptions()]
    assert [*map(int, numbers)] == sorted(map(int, numbers))
    assert [*assumptions()][:5] == ["A1", "A2", "A3", "A4", "A4b"]


@pytest.mark.parametrize("state", ["verified", "contradicted"])
def test_what_was_looked_at_has_a_source(state: Literal["verified", "contradicted"]) -> None:
    known = assumptions()["A1"]
    assert replace(known, state=state, source="seen by us").source == "seen by us"
    for changes in ({"state": state}, {"source": "seen by us"}):
        with pytest.raises(ValueError, match="a source goes with what was looked at"):
            replace(known, **changes)


def test_a_new_file_is_a_new_assumption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a99_new.py").write_text(
        "from dataclasses import replace\n"
        "from okta_access.assumptions.ledger.a10_one_id import ASSUMPTION as OTHER\n"
        'ASSUMPTION = replace(OTHER, id="A99")\n',
        "utf-8",
    )
    before = [*assumptions()]
    monkeypatch.setattr(ledger, "__path__", [*ledger.__path__, str(tmp_path)])
    assert [*assumptions.__wrapped__()] == [*before, "A99"]
    del sys.modules[f"{ledger.__name__}.a99_new"]
