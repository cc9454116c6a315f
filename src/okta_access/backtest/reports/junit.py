"""JUnit XML, which CI systems list as tests: a case for each expectation, and one for each rule.

A rule's case tells its figures and always passes: what is too much, only an expectation says.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from okta_access.backtest.compare import Compared
from okta_access.backtest.days import Counts, Row
from okta_access.backtest.expectations import Verdict
from okta_access.backtest.report import Report, daily, number, period, printable

_NAME = "okta-access backtest"


def render(report: Report) -> str:
    """All suites, in ASCII."""
    expected = "".join(_expectation(one) for one in report.verdicts)
    changes = {one.row.rule: one for one in (report.comparison.rules if report.comparison else ())}
    rules = [_rule(report.counts, row, changes.get(row.rule)) for row in report.counts.rows]
    total, failed = len(report.verdicts) + len(rules), len(report.exceeded)
    suites = (
        _suite("expectations", len(report.verdicts), failed, expected),
        _suite("rules", len(rules), 0, "".join(rules)),
    )
    head = f'<testsuites name="{_NAME}" tests="{total}" failures="{failed}">'
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(suites)}</testsuites>\n'
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _suite(name: str, tests: int, failures: int, cases: str) -> str:
    head = f'name="{_NAME}: {name}" tests="{tests}" failures="{failures}"'
    return f"  <testsuite {head}>\n{cases}  </testsuite>\n"


def _expectation(verdict: Verdict) -> str:
    head = f'    <testcase classname="{_NAME}" name={_attribute(verdict.expected)}'
    if verdict.met:
        return f"{head}/>\n"
    message = _attribute(f"found {verdict.found}")
    return f"{head}><failure message={message}/></testcase>\n"


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
    head = f"    <testcase classname={_attribute(row.level.value)} name={_attribute(row.rule)}>"
    return f"{head}<system-out>{escape(printable('; '.join(parts)))}</system-out></testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(printable(text))
