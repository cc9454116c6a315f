"""JUnit XML, which CI systems list as tests: a case for each expectation, and one for each rule.

A rule's case tells its figures and always passes: what is too much, only an expectation says.
"""

from __future__ import annotations

from okta_access.backtest.compare import Compared
from okta_access.backtest.days import Counts, Row
from okta_access.backtest.expectations import ExpectationResult
from okta_access.backtest.report import Report, daily, number, period
from okta_access.reporting import junit

_NAME = "okta-access backtest"


def render(report: Report) -> str:
    """All suites, in ASCII."""
    expected = [_expectation(one) for one in report.verdicts]
    changes = {one.row.rule: one for one in (report.comparison.rules if report.comparison else ())}
    rules = [_rule(report.counts, row, changes.get(row.rule)) for row in report.counts.rows]
    failed = len(report.exceeded)
    suites = (_suite("expectations", expected, failed), _suite("rules", rules, 0))
    counts = {"tests": len(expected) + len(rules), "failures": failed}
    return junit.document({"name": _NAME, **counts}, suites)


def _suite(name: str, cases: list[str], failures: int) -> str:
    return junit.suite(
        {"name": f"{_NAME}: {name}", "tests": len(cases), "failures": failures}, cases
    )


def _expectation(verdict: ExpectationResult) -> str:
    failed = () if verdict.met else (junit.failure(f"found {verdict.found}"),)
    return junit.case(_NAME, str(verdict.expected), *failed)


def _rule(counts: Counts, row: Row, compared: Compared | None) -> str:
    busiest = counts.busiest(row.per_day)
    parts = [f"alerts: {number(row.total)} in {period(counts)}"]
    parts.append(f"{daily(counts.mean(row.total))} a day")
    if busiest:
        parts.append(f"busiest {busiest[0]} with {number(busiest[1])}")
    if row.off:
        parts.append("the rule is off")
    if compared is not None:
        change = compared.change
        parts.append(
            f"{change.new.count} new, {change.lost.count} lost, {change.moved.count} moved"
        )
    return junit.case(row.level.value, row.rule, junit.output("; ".join(parts)))
