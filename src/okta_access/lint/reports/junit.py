"""JUnit XML, which CI systems list as tests: one test case a file, failed where there is an error.

Warnings and notes stand in the output of a case that passes.
"""

from __future__ import annotations

from itertools import groupby

from okta_access.lint.findings import Finding, Severity
from okta_access.lint.report import Report
from okta_access.lint.reports.concise import line
from okta_access.reporting import junit

_NAME = "okta-access lint"


def render(report: Report) -> str:
    """One suite. Files without a finding count among the tests and are not listed."""
    files = [
        [*group] for _, group in groupby(report.findings, key=lambda finding: finding.span.file)
    ]
    failed = sum(any(one.severity is Severity.ERROR for one in found) for found in files)
    counts = {"tests": max(report.summary.files, len(files)), "failures": failed}
    return junit.document({}, [junit.suite({"name": _NAME, **counts}, map(_case, files))])


def _case(findings: list[Finding]) -> str:
    errors = [line(one) for one in findings if one.severity is Severity.ERROR]
    others = [line(one) for one in findings if one.severity is not Severity.ERROR]
    said = [junit.failure(errors[0], "\n".join(errors))] if errors else []
    said += [junit.output("\n".join(others))] if others else []
    return junit.case(_NAME, findings[0].span.file, *said)
