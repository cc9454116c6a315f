"""One JSON object: ``{"form": "okta-access-test/1", …, "rules": […], "summary": {…}}``."""

from __future__ import annotations

import json
from typing import Any

from okta_access.prove.evidence import ByIntent, Check, Failure, Report, RuleEvidence

FORM = "okta-access-test/1"


def render(report: Report) -> str:
    """The object, indented; keys are always there, what is missing is null."""
    whole = {
        "form": FORM,
        "seed": report.seed,
        "examples": report.examples,
        "engines": [{"name": name, "version": version} for name, version in report.judges],
        "rules": [_rule(rule) for rule in report.rules],
        "summary": {
            "rules": len(report.rules),
            "failed": len(report.failed),
            "cases": report.cases,
            "mutants": _by_intent(report.by_intent),
        },
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: RuleEvidence) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "file": rule.file,
        "kind": rule.kind,
        "passed": rule.passed,
        "mutants": _by_intent(rule.by_intent),
        "unnoticed_by_fixtures": list(rule.by_intent.left) if rule.by_intent else [],
        "checks": [_check(check) for check in rule.checks],
    }


def _by_intent(found: ByIntent | None) -> dict[str, int] | None:
    """How many mutants are not equivalent, and how many of those the fixtures notice alone."""
    if found is None:
        return None
    return {"by_fixtures": found.noticed, "of": found.of, "percent": found.percent}


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": check.outcome.value,
        "cases": check.ran,
        "failed": check.failed,
        "note": check.note,
        "failures": [_failure(failure) for failure in check.failures],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "message": failure.message,
        "place": str(failure.span) if failure.span else None,
        "atom": failure.atom,
        "events": list(failure.events),
    }
