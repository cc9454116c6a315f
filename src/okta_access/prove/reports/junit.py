"""JUnit XML, which CI systems list as tests: a suite for each rule, a case for each check."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from okta_access.prove.evidence import Check, Failure, Outcome, Report, RuleEvidence
from okta_access.reporting import junit


def render(report: Report) -> str:
    """All rules."""
    checks = [check for rule in report.rules for check in rule.checks]
    return junit.document(
        {"name": "okta-access test", **_counts(checks)}, map(_suite, report.rules)
    )


def _suite(rule: RuleEvidence) -> str:
    cases = (_case(rule, check) for check in rule.checks)
    return junit.suite({"name": rule.rule, "file": rule.file, **_counts(rule.checks)}, cases)


def _counts(checks: Sequence[Check]) -> dict[str, int]:
    outcomes = [check.outcome for check in checks]
    failed, left = outcomes.count(Outcome.FAILED), outcomes.count(Outcome.SKIPPED)
    return {"tests": len(outcomes), "failures": failed, "skipped": left}


def _case(rule: RuleEvidence, check: Check) -> str:
    match check.outcome:
        case Outcome.PASSED:
            return junit.case(rule.rule, check.name)
        case Outcome.SKIPPED:
            return junit.case(rule.rule, check.name, junit.skipped(check.note or ""))
        case Outcome.FAILED:
            first = check.failures[0].message if check.failures else "failed"
            failure = junit.failure(first, "\n".join(_lines(check)))
            return junit.case(rule.rule, check.name, failure)


def _lines(check: Check) -> Iterator[str]:
    for failure in check.failures:
        yield _told(failure)
        yield from (json.dumps(event, ensure_ascii=True) for event in failure.events)


def _told(failure: Failure) -> str:
    place = f"{failure.span}: " if failure.span else ""
    atom = f" (atom: {failure.atom})" if failure.atom else ""
    return f"{place}{failure.message}{atom}"
