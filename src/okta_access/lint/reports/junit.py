"""JUnit XML, which CI systems list as tests: one test case a file, failed where there is an error.

Warnings and notes stand in the output of a case that passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from okta_access.lint.findings import Finding, Severity, Summary
from okta_access.lint.reports.text import line


def render(findings: Iterable[Finding], summary: Summary) -> str:
    """One suite. Files without a finding count among the tests and are not listed."""
    cases = [
        _case(file, tuple(group))
        for file, group in groupby(findings, key=lambda finding: finding.span.file)
    ]
    failed = sum("<failure" in case for case in cases)
    head = f'name="okta-access lint" tests="{max(summary.files, len(cases))}" failures="{failed}"'
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f"<testsuites>\n  <testsuite {head}>\n",
            *cases,
            "  </testsuite>\n</testsuites>\n",
        )
    )


def _case(file: str, findings: tuple[Finding, ...]) -> str:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    name = quoteattr("".join(char if char.isprintable() else "?" for char in file))
    parts = [f'    <testcase classname="okta-access lint" name={name}>\n']
    if errors:
        message = quoteattr(line(errors[0]))
        parts.append(f"      <failure message={message}>{_lines(errors)}</failure>\n")
    if others:
        parts.append(f"      <system-out>{_lines(others)}</system-out>\n")
    return "".join((*parts, "    </testcase>\n"))


def _lines(findings: list[Finding]) -> str:
    # A line holds printable characters alone, and those XML allows.
    return escape("\n".join(line(finding) for finding in findings))
