"""Triage guides: one a family, short, with every part, and the docs hold the same texts."""

from pathlib import Path

import pytest

from okta_access.bundle.coverage import coverage
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Family
from okta_access.catalog.triage import GUIDES, guide, guide_family
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules

DOCS = Path(__file__).parents[2] / "docs" / "triage"
CATALOG = load_catalog()
PARTS = (
    "**What happened.**",
    "## In the first five minutes",
    "## Pivots",
    "```spl",
    "```esql",
    "## If it is not right",
    "## Close it when",
)


@pytest.mark.parametrize("family", GUIDES)
def test_a_guide_has_every_part_and_is_short(family: Family) -> None:
    text = guide(family)
    places = [text.index(part) for part in PARTS]
    assert places == sorted(places)
    assert len(text.split()) < 600
    assert (DOCS / f"{family}.md").read_text("utf-8") == text


@pytest.mark.parametrize("family", GUIDES)
def test_a_guide_names_event_types_and_fields_that_exist(family: Family) -> None:
    quoted = [word for word in guide(family).split() if "`" in word and "*" not in word]
    words = {word.strip("`.,;:()") for word in quoted}
    types = {word for word in words if word.startswith("access.")}
    assert types <= {*CATALOG.events}
    known = {*CATALOG.fields} | {"target.changeDetails", "debugContext.debugData"}
    roots = {path.split(".")[0] for path in known}
    fields = {word for word in words if word.split(".")[0] in roots and "." in word}
    assert fields <= known


def test_the_families_of_the_catalogue_have_guides() -> None:
    assert {event.family for event in CATALOG.events.values()} == {*GUIDES}
    assert {path.stem for path in DOCS.glob("*.md")} == {*GUIDES}
    with pytest.raises(KeyError):
        guide(Family.OTHER)


def test_every_rule_finds_its_guide() -> None:
    for row in coverage(load_rules([rules_dir()], CATALOG), CATALOG).rows:
        family = guide_family(row.event_types, CATALOG)
        assert family in GUIDES, row.rule
        if len({CATALOG.events[name].family for name in row.event_types}) == 1:
            assert family == CATALOG.events[row.event_types[0]].family
    assert guide_family([], CATALOG) is None
