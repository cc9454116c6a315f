"""One JSON object: ``{"form": "okta-access-lint/1", "findings": […], "summary": {…}}``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from okta_access.lint.findings import Finding
from okta_access.lint.report import Report

FORM = "okta-access-lint/1"


def render(report: Report) -> str:
    """The object, indented, in ASCII; keys are always there, a missing hint is null."""
    said = {
        "form": FORM,
        "findings": [_entry(finding) for finding in report.findings],
        "summary": asdict(report.summary),
    }
    return json.dumps(said, indent=2) + "\n"


def _entry(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "path": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "hint": finding.advice,
        "fixable": finding.fix is not None,
    }
