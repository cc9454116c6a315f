"""The linter's safe corrections as edits of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from okta_access.editor.text import Text
from okta_access.lint.findings import Finding
from okta_access.lint.fixes import replacements

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of the text, in code points, and what takes its place."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What can be done about one finding."""

    finding: Finding
    title: str
    edit: Edit


def corrections(text: Text, findings: Iterable[Finding]) -> tuple[Correction, ...]:
    """A correction for each finding of the text that leaves no choice."""
    return tuple(
        Correction(one, f"Replace `{one.fix.old}` with `{one.fix.new}`", edit)
        for one in findings
        if one.fix is not None
        for edit in all_edits(text, [one])
    )


def all_edits(text: Text, findings: Iterable[Finding]) -> tuple[Edit, ...]:
    """All corrections of a text at once; of two that overlap the first."""
    bare = text.source.removeprefix(_MARK)
    marked = len(text.source) - len(bare)
    fixable = sorted((one for one in findings if one.fix is not None), key=lambda one: one.span)
    return tuple(
        Edit(marked + start, marked + end, new) for start, end, new in replacements(bare, fixable)
    )
