"""The ledger of assumptions: one table, and what the docs say of it."""

from pathlib import Path

from okta_access.assumptions.known import load_assumptions
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.lint.facts.assumptions import LEDGER
from okta_access.rules.collection import load_rules

DOCS = Path(__file__).parents[2] / "docs" / "cannot-show.md"


def test_the_docs_list_the_ledger() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in DOCS.read_text("utf-8").splitlines()
        if line.startswith("| A")
    ]
    ledger = load_assumptions().values()
    assert rows == [(one.id, one.statement, one.otherwise) for one in ledger]


def test_the_linter_has_the_same_ledger() -> None:
    assert dict(LEDGER) == {id_: one.statement for id_, one in load_assumptions().items()}


def test_each_assumption_is_needed_and_no_other() -> None:
    rules = load_rules([rules_dir()], load_catalog()).all_rules
    assert {one for rule in rules for one in rule.meta.assumptions} == {*load_assumptions()}
