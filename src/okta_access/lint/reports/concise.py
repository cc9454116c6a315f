"""One line a finding: ``path:line:col: severity CODE message (hint)``.

Lines and columns count from 1, columns in code points. Characters that a terminal would obey are
shown as escapes.
"""

from __future__ import annotations

from okta_access.lint.findings import Finding, Summary
from okta_access.lint.report import COLORS, Paint, Report, plain
from okta_access.reporting.printable import printable


def render(report: Report) -> str:
    """The lines, or nothing where there is no finding; the numbers are for the caller to tell."""
    return "".join(f"{line(finding, report.paint)}\n" for finding in report.findings)


def line(finding: Finding, paint: Paint = plain) -> str:
    """One finding on one line, its severity in colour.

    >>> from okta_access.errors import Span
    >>> from okta_access.lint.findings import Severity
    >>> line(Finding("OA201", Severity.ERROR, Span("a.yml", 3, 5), "unknown field `x`", "see y"))
    'a.yml:3:5: error OA201 unknown field `x` (see y)'
    """
    hint = f" ({finding.advice})" if finding.advice else ""
    rest = f"{finding.code} {finding.message}{hint}"
    severity = paint(finding.severity.value, COLORS[finding.severity])
    return f"{printable(str(finding.span))}: {severity} {printable(rest)}"


def numbers(summary: Summary) -> str:
    """The numbers of a run in words.

    >>> numbers(Summary(files=2, rules=2, errors=1, warnings=0, infos=0, suppressed=0))
    '2 files, 2 rules: 1 error'
    """
    parts = [
        _counted(summary.errors, "error"),
        _counted(summary.warnings, "warning"),
        _counted(summary.infos, "note"),
    ]
    found = ", ".join(part for part in parts if part) or "nothing found"
    more = f", {summary.suppressed} suppressed" if summary.suppressed else ""
    files, rules = _counted(summary.files, "file"), _counted(summary.rules, "rule")
    return f"{files or 'no files'}, {rules or 'no rules'}: {found}{more}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
