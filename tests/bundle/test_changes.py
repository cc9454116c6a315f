"""The page on changes: from one lock to another, and without an earlier one."""

from __future__ import annotations

from dataclasses import replace

from okta_access.bundle.changes import changes_page
from okta_access.rules.lock.file import Lock, Locked
from okta_access.rules.lock.releases import Release

RULE = Locked("rule", 1, "0f", "1")


def lines(before: Release | None, *now: Locked) -> list[str]:
    """The headings and items of the page."""
    page = changes_page("2.0.0", before, Lock({one.id: one for one in now}), ()).decode()
    return [line for line in page.splitlines() if line.startswith(("#", "-"))]


def test_the_first_release_is_all_new() -> None:
    page = changes_page("2.0.0", None, Lock({RULE.id: RULE}), ()).decode()
    assert (page.splitlines()[0], "all 1 rules are new" in page) == ("# Rules of 2.0.0", True)
    assert lines(None, RULE) == ["# Rules of 2.0.0"], "no list of everything"


def test_changes_since_a_release() -> None:
    was = [replace(RULE, id=str(n), name=f"rule{n}") for n in range(4)]
    before = Release("1.0.0", Lock({one.id: one for one in was}))
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
