"""Comments that answer a finding: ``# okta-access: ignore OA203 -- reason``.

Such a comment answers findings that begin on its line, or, where it stands on a line of its own,
on the next line that is neither blank nor a comment. It must give a reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from okta_access.errors import Span
from okta_access.lint.findings import Finding, Issue
from okta_access.lint.lines import lines_of
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence

MARK = "okta-access:"
_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*okta-access:\s*(.*?)\s*$")
_IGNORE = re.compile(r"ignore\s+(OA\d{3}(?:\s*,\s*OA\d{3})*)\s+--\s+(\S.*)")
_NEVER = ("OA0", "OA9")  # what a broken file says of itself is no matter of opinion


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: the line whose findings it answers, their codes, and where it stands itself.

    Without ``codes`` the comment cannot be read, and answers nothing.
    """

    span: Span
    line: int
    codes: tuple[str, ...]

    def answers(self, finding: Finding) -> str | None:
        """The code under which this comment answers a finding, or nothing."""
        here = finding.span.file == self.span.file and finding.span.line == self.line
        answered = here and finding.code in self.codes and not finding.code.startswith(_NEVER)
        return finding.code if answered else None


def read_suppressions(text: str, roots: Iterable[Node], file: str) -> tuple[Suppression, ...]:
    """The suppressing comments of a file; ``roots`` are its documents, read.

    Text that looks like such a comment inside a value is none.
    """
    if MARK not in text:
        return ()
    lines = lines_of(text.removeprefix("\ufeff"))
    values = _by_line({span for root in roots for span in _scalars(root)})
    following = _following(lines)
    found: list[Suppression] = []
    for number, line in enumerate(lines, start=1):
        match = _COMMENT.search(line)
        if match is None or _inside(number, match.start() + 1, values[number], lines):
            continue
        span = Span(file, number, match.start() + 1, number, len(line) + 1)
        ignore = _IGNORE.fullmatch(match[1])
        codes = tuple(code.strip() for code in ignore[1].split(",")) if ignore else ()
        found.append(Suppression(span, _target(lines, number, match.start(), following), codes))
    return tuple(found)


def answered(
    findings: Iterable[Finding], suppressions: Iterable[Suppression]
) -> tuple[list[Finding], list[Finding], list[Suppression]]:
    """Findings that remain, those that comments answer, and a comment for each unused code."""
    remaining: list[Finding] = []
    suppressed: list[Finding] = []
    comments = tuple(suppressions)
    by_place: dict[tuple[str, int], list[Suppression]] = {}
    for comment in comments:
        by_place.setdefault((comment.span.file, comment.line), []).append(comment)
    used: set[tuple[Span, str]] = set()
    for finding in findings:
        near = by_place.get((finding.span.file, finding.span.line), ())
        by = [comment for comment in near if comment.answers(finding)]
        used.update((comment.span, finding.code) for comment in by)
        (suppressed if by else remaining).append(finding)
    unused = [
        Suppression(comment.span, comment.line, (code,))
        for comment in comments
        for code in comment.codes
        if (comment.span, code) not in used
    ]
    return remaining, suppressed, unused


def unreadable_issue(suppression: Suppression) -> Issue:
    """What is wrong with a comment that gives no codes or no reason."""
    return Issue(
        suppression.span,
        "the comment answers nothing: it needs codes and a reason",
        "# okta-access: ignore OA206 -- seen in our own log",
    )


def unused_issue(suppression: Suppression) -> Issue:
    """What is wrong with a comment whose only code here answers nothing."""
    code = suppression.codes[0]
    if code.startswith(_NEVER):
        return Issue(suppression.span, f"{code} cannot be suppressed", "mend the file instead")
    where = f"line {suppression.line}"
    return Issue(suppression.span, f"there is no {code} on {where} to suppress", "remove the code")


def _target(lines: list[str], number: int, comment_at: int, following: list[int]) -> int:
    return number if lines[number - 1][:comment_at].strip() else following[number] or number


def _following(lines: list[str]) -> list[int]:
    """After each line the next one that is neither blank nor a comment; 0 where there is none."""
    found, next_ = [0] * (len(lines) + 1), 0
    for number in range(len(lines), 0, -1):
        found[number] = next_
        line = lines[number - 1].lstrip()
        if line and not line.startswith("#"):
            next_ = number
    return found


def _scalars(node: Node) -> Iterator[Span]:
    match node:
        case Scalar(span=span):
            yield span
        case Mapping(entries):
            for entry in entries:
                yield entry.key.span
                yield from _scalars(entry.value)
        case Sequence(members):
            for member in members:
                yield from _scalars(member)


def _by_line(values: Iterable[Span]) -> defaultdict[int, list[Span]]:
    """The values that each line holds a part of."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for span in values:
        for line in range(span.line, span.end_line + 1):
            found[line].append(span)
    return found


def _inside(line: int, column: int, values: list[Span], lines: list[str]) -> bool:
    for span in values:
        if not (span.line, span.column) < (line, column) < (span.end_line, span.end_column):
            continue
        # Behind the `|` or `>` of a block a comment is a comment.
        header = lines[span.line - 1][span.column - 1 : span.column] in ("|", ">")
        if not (header and span.line == line):
            return True
    return False
