"""GitHub's workflow commands: each finding becomes an annotation of its line."""

from __future__ import annotations

from okta_access.lint.findings import Finding, Severity
from okta_access.lint.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# As GitHub's own toolkit escapes them; the second set for what stands before the `::`.
_MESSAGE = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_MESSAGE, (":", "%3A"), (",", "%2C"))


def render(report: Report) -> str:
    """One command a line."""
    return "".join(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Finding) -> str:
    span = finding.span
    properties = {
        "file": span.file,
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(span.end_line),
        "title": finding.code,
    }
    if span.line == span.end_line:  # GitHub takes no columns of longer stretches
        properties["endColumn"] = str(span.end_column)
    head = ",".join(f"{key}={_escaped(text, _PROPERTY)}" for key, text in properties.items())
    hint = f" ({finding.advice})" if finding.advice else ""
    return f"::{_COMMANDS[finding.severity]} {head}::{_escaped(finding.message + hint, _MESSAGE)}"


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for char, escape in table:
        text = text.replace(char, escape)
    # A file's name may hold bytes that are no text.
    return text.encode("utf-8", "backslashreplace").decode()
