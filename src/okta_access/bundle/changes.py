"""The page on what became of the rules since the release before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from okta_access.bundle.louder import Shift, Told, shifts
from okta_access.rules.lock.compare import Change, Changed, changes
from okta_access.rules.lock.file import Lock
from okta_access.rules.lock.releases import Release
from okta_access.rules.model import Metadata

_LOUDER, _QUIETER = "Changed meaning: louder", "Changed meaning: quieter"
_HEADINGS = {
    Change.NEW: "New",
    Change.MEANING: "Changed meaning",
    Change.RENAMED: "Renamed",
    Change.RETIRED: "Retired",
}
_ORDER = ["New", _LOUDER, _QUIETER, "Changed meaning", "Renamed", "Retired"]
_ABOUT = """\
A rule's version rises when it finds something else than before; a change of its words alone is not
listed here. Louder and quieter are by alerts a week in the benign months of a made-up company, as
the manifest of each release has them: on average over its worlds. Of your tenant that says nothing:
`okta-access diff`, given the earlier release, counts on a log of yours.
"""
_FIRST = """\
There was no earlier release to compare with: all {count} rules are new, and `rules.lock` names
them. From the next release on this page lists the rules that are new, find something else than
before (and are louder or quieter for it), have another name or are gone.
"""
_NO_COUNT = "Louder or quieter is not told: the earlier release's `manifest.json` is not at hand.\n"
_OTHER_COUNT = "Louder or quieter is not told: the earlier release counted in another company.\n"
_OTHER_MONTHS = """\
The made-up months changed too: {count} of the rules that mean what they meant have other counts
than before. What is louder or quieter below may be so for that alone.
"""


def changes_page(
    version: str, before: Release | None, told: Told | None, now: Lock, metas: Iterable[Metadata]
) -> bytes:
    """The page in Markdown; without an earlier release every rule is new, and none is listed.

    ``told`` is what the earlier release's manifest says of its rules, where it is at hand.
    """
    if before is None:
        return f"# Rules of {version}\n\n{_FIRST.format(count=len(now.rules))}".encode()
    known = {meta.id: meta for meta in metas}
    found = changes(before.lock, now)
    counted = None if told is None else shifts(told, known.values())
    parts = [f"# Rules of {version}: since {told.version if told else before.name}\n", _ABOUT]
    if counted is None:
        parts.append(_NO_COUNT if told is None else _OTHER_COUNT)
    listed = {one.after.id for one in found if one.after and one.kind is Change.MEANING}
    others = sum(one.before != one.now for id_, one in (counted or {}).items() if id_ not in listed)
    if others and listed:
        parts.append(_OTHER_MONTHS.format(count=others))
    rows = [(_heading(one, counted), one) for one in found]
    rows.sort(key=lambda row: _ORDER.index(row[0]))
    for heading, group in groupby(rows, key=lambda row: row[0]):
        lines = [f"- {_line(one, known, counted)}" for _, one in group]
        parts.append("\n".join([f"## {heading}", *lines, ""]))
    if not found:
        parts.append("No rule is new, means something else, or was retired.\n")
    return "\n".join(parts).encode()


def _heading(one: Changed, counted: Mapping[str, Shift] | None) -> str:
    shift = None
    if one.kind is Change.MEANING and one.after and counted:
        shift = counted.get(one.after.id)
    if shift is None or shift.before == shift.now:
        return _HEADINGS[one.kind]
    return _LOUDER if shift.before < shift.now else _QUIETER


def _line(one: Changed, known: Mapping[str, Metadata], counted: Mapping[str, Shift] | None) -> str:
    old, new = one.before, one.after
    title = f": {known[new.id].title}" if new and new.id in known else ""
    if one.kind is Change.MEANING and old and new:
        said = "" if counted is None else _counts(counted.get(new.id))
        return f"`{one.name}` (version {old.version} to {new.version}){title}{said}"
    if one.kind is Change.RENAMED and old:
        return f"`{one.name}`, which was `{old.name}`{title}"
    return f"`{one.name}`{title}"


def _counts(shift: Shift | None) -> str:
    if shift is None:
        return "; its alerts were not counted in both releases"
    if shift.before == shift.now:
        return f"; {shift.now:.2f} alerts a week, as before"
    return (
        f"; {shift.before:.2f} to {shift.now:.2f} alerts a week in {shift.worlds} worlds, most in"
        f" `{shift.most}`: {shift.most_before:.2f} to {shift.most_now:.2f}"
    )
