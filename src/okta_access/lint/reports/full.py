"""Each finding with the line that it points at, as compilers show it.

What is found in the same words at several places is told once, with the other places.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from okta_access.errors import Span
from okta_access.lint.findings import Finding
from okta_access.lint.lines import lines_of
from okta_access.lint.report import COLORS, Report
from okta_access.reporting.printable import printable

_WIDTH = 140  # of a source line, of which no more is shown
_BEFORE = 40  # as much of it stands before what is pointed at
_NAMED = 5  # other places; of more the number is told


def render(report: Report) -> str:
    """A paragraph a finding, in the order of their first places."""
    groups: dict[tuple[str, str, str | None], list[Finding]] = {}
    for one in report.findings:
        groups.setdefault((one.code, one.message, one.advice), []).append(one)
    return "".join(f"{_paragraph(group, report)}\n" for group in groups.values())


def _paragraph(group: list[Finding], report: Report) -> str:
    first, paint = group[0], report.paint
    color = COLORS[first.severity]
    head = paint(f"{first.severity} {first.code}", color)
    source = _source(report.root / first.span.file, first.span)
    number = str(first.span.line) if source else ""
    edge = " " * len(number)
    lines = [f"{head} {printable(first.message)}"]
    lines.append(f"{edge} {paint('-->', 'blue')} {printable(str(first.span))}")
    if source:
        bar = paint("|", "blue")
        before, marked, after = source
        caret = paint("^" * max(1, _cells(marked)), color)
        lines.append(f"{edge} {bar}")
        lines.append(f"{paint(number, 'blue')} {bar} {before}{marked}{after}")
        lines.append(f"{edge} {bar} {' ' * _cells(before)}{caret}")
    lines += [f"{edge} {paint('=', 'blue')} {printable(text)}" for text in _notes(group)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _notes(group: list[Finding]) -> Iterator[str]:
    first = group[0]
    if first.advice:
        yield f"help: {first.advice}"
    if first.fix:
        yield "help: --fix corrects this"
    if len(group) > 1:
        places = [str(one.span) for one in group[1 : 1 + _NAMED]]
        more = len(group) - 1 - len(places)
        yield f"also: {', '.join(places)}{f' and {more} more' if more else ''}"


def _source(path: Path, span: Span) -> tuple[str, str, str] | None:
    """The line in three parts, the middle one pointed at; None where there is no such line."""
    lines = _lines(path)
    if not 1 <= span.line <= len(lines):
        return None
    line = lines[span.line - 1]
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line)
    left = max(0, start - _BEFORE) if len(line) > _WIDTH else 0
    right = min(len(line), left + _WIDTH)
    end = min(max(end, start), right)
    cut_left, cut_right = "…" if left else "", "…" if right < len(line) else ""
    shown = [printable(line[a:b].replace("\t", " ")) for a, b in ((left, start), (start, end))]
    rest = printable(line[end:right].replace("\t", " "))
    return f"{cut_left}{shown[0]}", shown[1], f"{rest}{cut_right}"


@lru_cache(maxsize=4)  # findings come file by file
def _lines(path: Path) -> list[str]:
    try:
        return lines_of(path.read_bytes().decode("utf-8-sig", "replace"))
    except (OSError, ValueError):  # ValueError: a name with a NUL is no file's
        return []


def _cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    from rich.cells import cell_len

    return cell_len(text)
