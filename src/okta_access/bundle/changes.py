"""The page on what became of the rules since the release before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from okta_access.rules.lock.compare import Change, Changed, changes
from okta_access.rules.lock.file import Lock
from okta_access.rules.lock.releases import Release
from okta_access.rules.model import Metadata

_HEADINGS = {
    Change.NEW: "New",
    Change.MEANING: "Changed meaning",
    Change.RENAMED: "Renamed",
    Change.RETIRED: "Retired",
}
_ABOUT = """\
A rule's version rises when it finds something else than before; a change of its words alone is not
listed here. Whether a rule became louder or quieter cannot be told without the old rules at hand:
`okta-access diff` tells it, on a log of yours or on a made-up month, given the earlier release.
"""
_FIRST = """\
There was no earlier release to compare with: all {count} rules are new, and `rules.lock` names
them. From the next release on this page lists the rules that are new, find something else than
before, have another name or are gone.
"""


def changes_page(
    version: str, before: Release | None, now: Lock, metas: Iterable[Metadata]
) -> bytes:
    """The page in Markdown; without an earlier release every rule is new, and none is listed."""
    titles = {meta.id: meta.title for meta in metas}
    if before is None:
        return f"# Rules of {version}\n\n{_FIRST.format(count=len(now.rules))}".encode()
    parts = [f"# Rules of {version}: since {before.name}\n", _ABOUT]
    found = changes(before.lock, now)
    for kind, group in groupby(found, key=lambda one: one.kind):
        lines = [f"- {_line(one, titles)}" for one in group]
        parts.append("\n".join([f"## {_HEADINGS[kind]}", *lines, ""]))
    if not found:
        parts.append("No rule is new, means something else, or was retired.\n")
    return "\n".join(parts).encode()


def _line(one: Changed, titles: Mapping[str, str]) -> str:
    old, new = one.before, one.after
    title = f": {titles[new.id]}" if new and new.id in titles else ""
    if one.kind is Change.MEANING and old and new:
        return f"`{one.name}` (version {old.version} to {new.version}){title}"
    if one.kind is Change.RENAMED and old:
        return f"`{one.name}`, which was `{old.name}`{title}"
    return f"`{one.name}`{title}"
