"""Corrections that leave no choice, written into the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from okta_access.lint.findings import Finding
from okta_access.lint.lines import line_starts
from okta_access.rules.reading.source import parse

_MARK = b"\xef\xbb\xbf"


def rewrite(findings: Iterable[Finding]) -> int:
    """Correct the files of these findings where that is safe; gives the number of corrections.

    A file whose corrected text would read worse than before (a YAML fault that was not there) is
    left as it is. Raises OSError where a file cannot be read or written.
    """
    fixable = sorted((one for one in findings if one.fix), key=lambda one: one.span)
    count = 0
    for file, group in groupby(fixable, key=lambda one: one.span.file):
        path = Path(file)
        data = path.read_bytes()
        mark = _MARK if data.startswith(_MARK) else b""
        text, done = corrected(data[len(mark) :].decode(), group)
        after = mark + text.encode()
        if done and len(parse(after, file).problems) <= len(parse(data, file).problems):
            path.write_bytes(after)
            count += done
    return count


def corrected(text: str, findings: Iterable[Finding]) -> tuple[str, int]:
    """A file's text with these corrections, and how many were made."""
    pieces: list[str] = []
    at = done = 0
    for start, end, new in replacements(text, findings):
        pieces += [text[at:start], new]
        at = end
        done += 1
    return "".join((*pieces, text[at:])), done


def replacements(text: str, findings: Iterable[Finding]) -> Iterator[tuple[int, int, str]]:
    """The corrections as stretches of the text, in code points, each with its new text.

    ``findings`` come in the order of their places. Of two that overlap the first is made; one that
    does not find what it expects is left out.
    """
    starts = line_starts(text)
    at = 0
    for finding in findings:
        span, fix = finding.span, finding.fix
        if max(span.line, span.end_line) > len(starts):
            continue
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        if fix is None or start < at or _bare(text[start:end]) != fix.old:
            continue
        yield start, end, fix.new
        at = end


def _bare(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text
