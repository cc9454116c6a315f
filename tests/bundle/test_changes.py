"""The page on changes: from one release to another, and without an earlier one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from okta_access.bundle.changes import changes_page
from okta_access.bundle.expected import expected
from okta_access.bundle.louder import Shift, Told, shifts, told_in
from okta_access.bundle.manifest import Measured, WeeklyEntry, measured
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.errors import InputError
from okta_access.rules.collection import load_rules
from okta_access.rules.lock.file import Lock, Locked
from okta_access.rules.lock.releases import Release
from okta_access.rules.model import Metadata

RULE = Locked("rule", 1, "0f", "1")
COUNTED = [
    rule.meta
    for rule in load_rules([rules_dir()], load_catalog()).all_rules
    if expected(rule.meta) is not None
]
"""Packaged rules whose alerts were counted, some of which never alerted."""
QUIET = next(meta for meta in COUNTED if not expected(meta))
LOUD = max(COUNTED, key=lambda meta: sum(one.mean for one in (expected(meta) or {}).values()))
WORLDS = [*measured().worlds]


def told(counts: dict[str, dict[str, float]], company: Measured | None = None) -> Told:
    """What an earlier release told of rules by id: alerts a week by world."""
    rules = [
        {
            "id": id_,
            "alerts_a_week": {w: {"mean": n, "loudest_month": n} for w, n in worlds.items()},
        }
        for id_, worlds in counts.items()
    ]
    value = {"version": "1.0", "rules": rules, "native": [], "measured": company or measured()}
    return msgspec.convert(msgspec.to_builtins(value), Told)


def page(before: Release | None, was: Told | None, *now: Locked) -> str:
    lock = Lock({one.id: one for one in now})
    return changes_page("2.0.0", before, was, lock, COUNTED).decode()


def lines(before: Release | None, *now: Locked, was: Told | None = None) -> list[str]:
    """The headings and items of the page."""
    return [line for line in page(before, was, *now).splitlines() if line.startswith(("#", "-"))]


def released(*rules: Locked) -> Release:
    return Release("1.0.0", Lock({one.id: one for one in rules}), Path())


def test_the_first_release_is_all_new() -> None:
    first = page(None, None, RULE)
    assert (first.splitlines()[0], "all 1 rules are new" in first) == ("# Rules of 2.0.0", True)
    assert lines(None, RULE) == ["# Rules of 2.0.0"], "no list of everything"


def test_changes_since_a_release() -> None:
    was = [replace(RULE, id=str(n), name=f"rule{n}") for n in range(4)]
    before = released(*was)
    now = (
        was[0],
        replace(was[1], version=2, meaning="aa"),
        replace(was[2], name="renamed"),
        replace(RULE, id="9", name="new"),
    )
    assert lines(before, *now) == [
        "# Rules of 2.0.0: since 1.0.0",
        "## New",
        "- `new`",
        "## Changed meaning",
        "- `rule1` (version 1 to 2)",
        "## Renamed",
        "- `renamed`, which was `rule2`",
        "## Retired",
        "- `rule3`",
    ]
    assert lines(before, *was) == ["# Rules of 2.0.0: since 1.0.0"]


def pair(meta: Metadata) -> tuple[Locked, Locked]:
    """A rule as it was, and with another meaning."""
    old = Locked(meta.name, 1, "0f", meta.id)
    return old, replace(old, version=2, meaning="aa")


def test_a_rule_with_another_meaning_is_louder_quieter_or_neither() -> None:
    weekly = expected(LOUD) or {}
    mean = sum(round(one.mean, 2) for one in weekly.values()) / len(WORLDS)
    peak = max(weekly, key=lambda world: round(weekly[world].mean, 2))
    same = {world: round(one.mean, 2) for world, one in weekly.items()}
    (old, new), (quiet_old, quiet_new) = pair(LOUD), pair(QUIET)
    before = released(old, quiet_old)
    was = told({LOUD.id: {}, QUIET.id: {WORLDS[0]: len(WORLDS), WORLDS[1]: 0.5}})
    weeks = f"alerts a week in {len(WORLDS)} worlds"
    louder = (
        f"- `{LOUD.name}` (version 1 to 2): {LOUD.title}; 0.00 to {mean:.2f} {weeks},"
        f" most in `{peak}`: 0.00 to {weekly[peak].mean:.2f}"
    )
    quieter = (
        f"- `{QUIET.name}` (version 1 to 2): {QUIET.title};"
        f" {(len(WORLDS) + 0.5) / len(WORLDS):.2f} to 0.00 {weeks},"
        f" most in `{WORLDS[0]}`: {len(WORLDS)}.00 to 0.00"
    )
    assert lines(before, new, quiet_new, was=was) == [
        "# Rules of 2.0.0: since 1.0",
        "## Changed meaning: louder",
        louder,
        "## Changed meaning: quieter",
        quieter,
    ]
    assert lines(before, new, quiet_new, was=told({LOUD.id: same, QUIET.id: {}}))[1:] == [
        "## Changed meaning",
        *sorted(
            f"- `{meta.name}` (version 1 to 2): {meta.title}; {now:.2f} alerts a week, as before"
            for meta, now in ((LOUD, mean), (QUIET, 0))
        ),
    ]


def test_a_rule_that_means_what_it_meant_is_not_louder_but_its_months_are_others() -> None:
    (old, new), (quiet_old, quiet_new) = pair(LOUD), pair(QUIET)
    before, was = released(old, quiet_old), told({LOUD.id: {}, QUIET.id: {}})
    assert lines(before, old, quiet_old, was=was) == ["# Rules of 2.0.0: since 1.0"]
    said = "The made-up months changed too: 1 of the rules that mean what they meant"
    assert said in page(before, was, old, quiet_new)
    assert said not in page(before, was, new, quiet_old)
    assert said not in page(before, was, old, quiet_old)


def test_counts_of_another_company_and_none_at_all_are_told_plainly() -> None:
    (old, new), company = pair(LOUD), measured()
    before = released(old)
    other = msgspec.structs.replace(company, people=company.people + 1)
    assert "counted in another company" in page(before, told({LOUD.id: {}}, other), new)
    assert "is not at hand" in page(before, None, new)
    assert lines(before, new)[1:] == [
        "## Changed meaning",
        f"- `{LOUD.name}` (version 1 to 2): {LOUD.title}",
    ]
    assert lines(before, new, was=told({}))[2] == (
        f"- `{LOUD.name}` (version 1 to 2): {LOUD.title};"
        " its alerts were not counted in both releases"
    )


def test_only_worlds_that_both_had_are_compared() -> None:
    company = measured()
    fewer = msgspec.structs.replace(company, worlds={WORLDS[0]: "", "gone": ""})
    was = told({QUIET.id: {WORLDS[0]: 2.0, "gone": 9.0}}, fewer)
    assert shifts(was, [QUIET]) == {QUIET.id: Shift(2.0, 0.0, 1, WORLDS[0], 2.0, 0.0)}
    assert shifts(told({}, fewer), [QUIET]) == {}, "it was not counted then"
    strangers = msgspec.structs.replace(company, worlds={"gone": ""})
    assert shifts(told({QUIET.id: {}}, strangers), [QUIET]) == {}


def test_an_earlier_manifest_is_read_for_its_counts_alone(tmp_path: Path) -> None:
    assert told_in(tmp_path) is None
    was = told({QUIET.id: {WORLDS[0]: 2.0}})
    file = tmp_path / "manifest.json"
    file.write_bytes(msgspec.json.encode({**msgspec.to_builtins(was), "added_later": 1}))
    found = told_in(tmp_path)
    assert found == was
    assert found.rules[0].alerts_a_week == {WORLDS[0]: WeeklyEntry(2.0, 2.0)}
    for broken in (b"{", b"\xff", b"{}"):
        file.write_bytes(broken)
        with pytest.raises(InputError, match="no manifest"):
            told_in(tmp_path)
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        told_in(tmp_path)
