"""What a report is made of, and the paths under which it names files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from msgspec import structs

from okta_access.errors import Span
from okta_access.lint.findings import Finding, Severity, Summary

COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


Paint = Callable[[str, str], str]
"""Gives a text a colour by its name."""


def plain(text: str, color: str) -> str:
    """The text as it is."""
    del color
    return text


@dataclass(frozen=True, slots=True)
class Report:
    """Findings to be told, with the numbers of their run.

    Relative paths are those from ``root`` on.
    """

    findings: tuple[Finding, ...]
    summary: Summary
    root: Path = Path()
    paint: Paint = plain


def repository_of(folder: Path) -> Path:
    """The repository that a folder lies in; the folder itself where it lies in none."""
    here = folder.absolute()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)


def shown_from(root: Path, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with their paths from this folder on; what lies elsewhere is named absolute."""

    @cache
    def shown(file: str) -> str:
        whole = os.path.abspath(file)  # noqa: PTH100 - links on the way stay as they were named
        there = Path(whole)
        return there.relative_to(root).as_posix() if there.is_relative_to(root) else whole

    def moved(span: Span) -> Span:
        return structs.replace(span, file=shown(span.file))

    return tuple(
        replace(
            one,
            span=moved(one.span),
            earlier=one.earlier and moved(one.earlier),
            after=tuple(map(shown, one.after)),
        )
        for one in findings
    )
