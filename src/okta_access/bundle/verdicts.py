"""The page of verdicts: what each rule became in each target, with bounds and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from okta_access.compile.model import Translation, Verdict
from okta_access.compile.native import NativeText

_HEAD = """\
# Verdicts

What each rule became in each target, with the default settings. **exact**: fires for the same
events (a correlation: for the same groups and bursts), never for others. **bounded**: never misses,
and never fires at or beyond the stated wider bound. **refused**: not written, for the reason given.
Notes stand below the table. Lucene and ES|QL of every event rule were run on a real Elasticsearch;
EQL, Kibana and Splunk were not run on the products themselves ([who judged what](engines.md)).
"""


_NATIVE = """\
## Native rules

Rules that Sigma cannot say, written in each product's own form ([more](native.md)).

| rule | target | what is known of it |
|---|---|---|"""


def verdicts_page(
    translations: Sequence[Translation], targets: Sequence[str], natives: Iterable[NativeText] = ()
) -> str:
    """The page in Markdown: a row a rule, a column a target, and each note once below."""
    notes: dict[str, int] = {}
    cells: dict[str, dict[str, str]] = {}
    for one in translations:
        cells.setdefault(one.rule, {})[one.target] = _cell(one, notes)
    rows = [f"| rule | {' | '.join(targets)} |", f"|---|{'---|' * len(targets)}"]
    for rule in sorted(cells):
        row = (cells[rule].get(target, "") for target in targets)
        rows.append(f"| {rule} | {' | '.join(row)} |")
    others = _natives(natives)
    return "\n".join([_HEAD, *rows, "", "## Notes", "", *_listed(notes), "", *others])


def _natives(texts: Iterable[NativeText]) -> list[str]:
    rows = [f"| {one.rule.name} | {one.target} | {one.note} |" for one in texts]
    return [_NATIVE, *rows, ""] if rows else []


def _cell(one: Translation, notes: dict[str, int]) -> str:
    word = one.verdict.value if one.verdict is Verdict.EXACT else f"**{one.verdict.value}**"
    if one.note is None:
        return word
    return f"{word} {notes.setdefault(one.note, len(notes) + 1)}"


def _listed(notes: dict[str, int]) -> Iterable[str]:
    return (f"{number}. {note}" for note, number in notes.items())
