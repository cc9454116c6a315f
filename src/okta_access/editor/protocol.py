"""Our values as the protocol's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from lsprotocol import types

from okta_access.editor.completion import Offers, Sort
from okta_access.editor.corrections import Correction, Edit
from okta_access.editor.hover import Hover
from okta_access.editor.text import Text
from okta_access.errors import Span
from okta_access.lint.findings import Finding, Severity

SOURCE = "okta-access"
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
_SEVERITIES: Mapping[Severity, types.DiagnosticSeverity] = MappingProxyType(
    {
        Severity.ERROR: types.DiagnosticSeverity.Error,
        Severity.WARNING: types.DiagnosticSeverity.Warning,
        Severity.INFO: types.DiagnosticSeverity.Information,
    }
)
_SORTS: Mapping[Sort, types.CompletionItemKind] = MappingProxyType(
    {
        Sort.KEY: types.CompletionItemKind.Keyword,
        Sort.FIELD: types.CompletionItemKind.Field,
        Sort.VALUE: types.CompletionItemKind.EnumMember,
        Sort.MODIFIER: types.CompletionItemKind.Operator,
        Sort.RULE: types.CompletionItemKind.Reference,
    }
)
_MOST = 1_000  # of the findings in one file

Locate = Callable[[Span], types.Location]
"""Gives the place of a span in another file."""


def range_of(text: Text, start: int, end: int) -> types.Range:
    """A stretch of a text, in code points, as a range."""
    return types.Range(types.Position(*text.place(start)), types.Position(*text.place(end)))


def diagnostics(
    text: Text, findings: Iterable[Finding], locate: Locate | None
) -> list[types.Diagnostic]:
    """Findings in a text, so many as are read; ``locate`` tells the place of what was first."""
    return [_diagnostic(text, one, locate) for one in islice(findings, _MOST)]


def _diagnostic(text: Text, finding: Finding, locate: Locate | None) -> types.Diagnostic:
    related = None
    advice = finding.advice
    if locate is not None and finding.earlier is not None:
        place = locate(finding.earlier)
        related = [types.DiagnosticRelatedInformation(place, "the first one")]
        advice = finding.hint
    return types.Diagnostic(
        range_of(text, *text.stretch(finding.span)),
        finding.message + (f" ({advice})" if advice else ""),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        source=SOURCE,
        related_information=related,
    )


def hover_of(text: Text, found: Hover) -> types.Hover:
    """What a word means."""
    return types.Hover(_markdown(found.markdown), range_of(text, found.start, found.end))


def completion_of(text: Text, offers: Offers) -> types.CompletionList:
    """What can be written, in the order in which it is offered."""
    place = range_of(text, offers.start, offers.end)
    return types.CompletionList(
        is_incomplete=False,
        items=[
            types.CompletionItem(
                one.word,
                kind=_SORTS[one.sort],
                detail=one.detail or None,
                documentation=_markdown(one.markdown) if one.markdown else None,
                sort_text=f"{number:04}",
                filter_text=one.word,
                text_edit=types.TextEdit(place, one.word),
            )
            for number, one in enumerate(offers.words)
        ],
    )


def quick_fix(
    uri: str, text: Text, correction: Correction, locate: Locate | None
) -> types.CodeAction:
    """The correction of one finding."""
    return types.CodeAction(
        correction.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=diagnostics(text, [correction.finding], locate),
        is_preferred=True,
        edit=_edit(uri, text, [correction.edit]),
    )


def fix_all(uri: str, text: Text, edits: Iterable[Edit]) -> types.CodeAction:
    """All safe corrections of a text at once."""
    return types.CodeAction(
        "Correct what leaves no choice (lint --fix)",
        kind=FIX_ALL,
        edit=_edit(uri, text, edits),
    )


def location(path: Path, text: Text, span: Span) -> types.Location:
    """A span of a file."""
    return types.Location(path.as_uri(), range_of(text, *text.stretch(span)))


def _edit(uri: str, text: Text, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    made = [types.TextEdit(range_of(text, one.start, one.end), one.new) for one in edits]
    return types.WorkspaceEdit(changes={uri: made})


def _markdown(words: str) -> types.MarkupContent:
    return types.MarkupContent(types.MarkupKind.Markdown, words)
