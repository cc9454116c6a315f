"""Packs: read where the settings or a run name them, with their catalogue files, and else not."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.api.linting import lint_rules
from okta_access.api.rulebook import RuleBook, load_rules, packaged_rules
from okta_access.content import PACKS, in_pack
from okta_access.errors import InputError, SettingsError
from okta_access.rules.settings.files import settings_schema


def settings(folder: Path, text: str) -> Path:
    path = folder / "okta-access.toml"
    path.write_text(text, "utf-8")
    return path


def of_packs(book: RuleBook) -> set[str]:
    """The packs of which rules are in force."""
    files = [Path(rule.meta.file).parts for rule in book.rules if in_pack(rule.meta.file)]
    return {pack for pack in PACKS for parts in files if pack in parts}


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_adds_its_rules_to_the_default_ones(tmp_path: Path, pack: str) -> None:
    default = load_rules()
    assert of_packs(default) == set()
    by_run = load_rules(packs=[pack])
    by_settings = load_rules(settings=settings(tmp_path, f'[rules]\npacks = ["{pack}"]\n'))
    for book in (by_run, by_settings):
        assert (book.problems, book.missing, book.unknown) == ((), (), ())
        assert of_packs(book) == {pack}
        assert {rule.name for rule in default.rules} < {rule.name for rule in book.rules}
    assert [rule.name for rule in by_run.rules] == [rule.name for rule in by_settings.rules]


def test_all_packs_go_together() -> None:
    assert of_packs(load_rules(packs=PACKS)) == {*PACKS}
    assert lint_rules(packs=PACKS).findings == ()


def test_a_part_of_the_rules_is_not_added_to_by_the_settings(tmp_path: Path) -> None:
    """What is read of a pack then are its fields and event types, for whoever names its files."""
    path = settings(tmp_path, '[rules]\npacks = ["debugdata"]\n')
    part = packaged_rules() / "detection" / "review"
    assert of_packs(load_rules(part, settings=path, extend=False)) == set()
    assert of_packs(load_rules(part, settings=path, extend=False, packs=["debugdata"])) != set()
    alone = load_rules(packaged_rules() / "debugdata", settings=path, extend=False)
    assert "debugContext.debugData.requester_id" in alone.catalog.fields
    assert of_packs(alone) == {"debugdata"}


def test_a_pack_that_was_asked_for_is_of_every_profile(tmp_path: Path) -> None:
    text = '[rules]\nprofile = "core"\npacks = ["debugdata"]\n'
    assert of_packs(load_rules(settings=settings(tmp_path, text))) == {"debugdata"}


def test_a_pack_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no pack `debugdta`"):
        load_rules(packs=["debugdta"])
    with pytest.raises(SettingsError, match="`packs` cannot be 'debugdta'") as raised:
        load_rules(settings=settings(tmp_path, '[rules]\npacks = ["debugdata", "debugdta"]\n'))
    span = raised.value.span
    assert span is not None
    assert (span.line, span.column) == (2, 23)


def test_the_schema_knows_the_packs() -> None:
    schema = settings_schema()
    rules = schema["$defs"]["Settings"]["properties"]["rules"]["properties"]
    assert rules["packs"]["items"]["enum"] == sorted(PACKS)
