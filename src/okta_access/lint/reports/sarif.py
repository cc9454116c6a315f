"""SARIF 2.1.0, which GitHub code scanning and editors read. Columns are code points."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from okta_access import __version__
from okta_access.lint.findings import Finding, Severity
from okta_access.lint.registry import Check, all_checks
from okta_access.lint.report import Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """One run, with every check as a rule and every finding as a result."""
    checks = all_checks()
    index = {code: number for number, code in enumerate(checks)}
    driver = {
        "name": "okta-access lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(check) for check in checks.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for finding in report.findings],
        "properties": {"files": report.summary.files, "suppressed": report.summary.suppressed},
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.code,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.documentation.split("\n\n", 1)[0]},
        "help": {"text": check.documentation, "markdown": check.documentation},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    hint = f" ({finding.advice})" if finding.advice else ""
    known = {"ruleIndex": index[finding.code]} if finding.code in index else {}
    return {
        "ruleId": finding.code,
        **known,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + hint},
        "locations": [{"physicalLocation": _location(finding)}],
    }


def _location(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "artifactLocation": {"uri": _uri(span.file)},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _uri(file: str) -> str:
    """A path as a URI: absolute ones with a scheme, others relative to the folder of the run.

    >>> _uri("rules/a b.yml")
    'rules/a%20b.yml'
    """
    if PurePath(file).is_absolute():
        return Path(file).as_uri()
    return quote(os.fsencode(PurePath(file).as_posix()))
