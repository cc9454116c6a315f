"""One JSON object: ``{"form": "okta-access-lint/1", "findings": […], "summary": {…}}``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from okta_access.lint.findings import Finding, Summary

FORM = "okta-access-lint/1"


def render(findings: Iterable[Finding], summary: Summary) -> str:
    """The object, indented, in ASCII; keys are always there, a missing hint is null."""
    report = {
        "form": FORM,
        "findings": [_entry(finding) for finding in findings],
        "summary": asdict(summary),
    }
    return json.dumps(report, indent=2) + "\n"


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
        "hint": finding.hint,
        "fixable": finding.fix is not None,
    }
