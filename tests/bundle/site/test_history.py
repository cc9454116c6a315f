"""What the rule pages tell of earlier changes: the table that the guide shows."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from okta_access.api.rulebook import load_rules
from okta_access.bundle.site import markdown as md
from okta_access.bundle.site.rule_page import changes
from okta_access.catalog.history import Row, history
from okta_access.content import PACKS, docs_dir

GUIDE = Path(__file__).parents[3] / "docs" / "changes-second-edition.md"
METAS = {rule.meta.name: rule.meta for rule in load_rules(packs=PACKS).loaded.all_rules}


def table(rows: tuple[Row, ...]) -> str:
    """As the guide shows it."""
    cells = [(", ".join(map(md.code, row.rules)) or row.of, row.what, row.why) for row in rows]
    return md.table(("rule", "what changed", "why"), cells)


def test_the_guide_has_the_table() -> None:
    assert table(history()) in GUIDE.read_text("utf-8")
    assert docs_dir() == GUIDE.parent


def test_a_row_tells_of_rules_that_are_there_or_of_some_in_words() -> None:
    assert all(bool(row.rules) is not bool(row.of) for row in history())
    assert {name for row in history() for name in row.rules} <= {*METAS}


def test_a_rule_tells_its_dates_and_what_the_rows_say_of_it() -> None:
    row = next(row for row in history() if row.rules and row.why)
    meta = METAS[row.rules[-1]]
    dated = replace(meta, date="2026-01-02", modified="2026-03-04")
    first, second, *said = changes(dated, history())
    assert (first, second) == ("written 2026-01-02", "changed 2026-03-04")
    assert f"{row.what}: {row.why}" in said
    assert changes(replace(dated, name="another", modified=""), history()) == (
        "written 2026-01-02",
    )
