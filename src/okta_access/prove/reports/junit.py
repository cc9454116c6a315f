"""JUnit XML, which CI systems list as tests: a suite for each rule, a case for each check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from okta_access.prove.evidence import Check, Failure, Outcome, Report, RuleEvidence


def render(report: Report) -> str:
    """All rules."""
    checks = [check for rule in report.rules for check in rule.checks]
    head = f'name="okta-access test" {_counts(checks)}'
    suites = "".join(_suite(rule) for rule in report.rules)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {head}>\n{suites}</testsuites>\n'


def _suite(rule: RuleEvidence) -> str:
    cases = "".join(_case(rule, check) for check in rule.checks)
    head = f"name={_attribute(rule.rule)} file={_attribute(rule.file)} {_counts(rule.checks)}"
    return f"  <testsuite {head}>\n{cases}  </testsuite>\n"


def _counts(checks: list[Check] | tuple[Check, ...]) -> str:
    outcomes = [check.outcome for check in checks]
    failed, left = outcomes.count(Outcome.FAILED), outcomes.count(Outcome.SKIPPED)
    return f'tests="{len(outcomes)}" failures="{failed}" skipped="{left}"'


def _case(rule: RuleEvidence, check: Check) -> str:
    head = f"    <testcase classname={_attribute(rule.rule)} name={_attribute(check.name)}"
    match check.outcome:
        case Outcome.PASSED:
            return f"{head}/>\n"
        case Outcome.SKIPPED:
            return f"{head}><skipped message={_attribute(check.note or '')}/></testcase>\n"
        case Outcome.FAILED:
            first = check.failures[0].message if check.failures else "failed"
            text = escape(_printable("\n".join(_lines(check))))
            return f"{head}><failure message={_attribute(first)}>{text}</failure></testcase>\n"


def _lines(check: Check) -> Iterator[str]:
    for failure in check.failures:
        yield _told(failure)
        yield from (json.dumps(event, ensure_ascii=True) for event in failure.events)


def _told(failure: Failure) -> str:
    place = f"{failure.span}: " if failure.span else ""
    atom = f" (atom: {failure.atom})" if failure.atom else ""
    return f"{place}{failure.message}{atom}"


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """XML has no way to write most control characters."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
