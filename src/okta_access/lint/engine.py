"""A run of the linter: every check over the rules, sorted, doubles and suppressions taken off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from okta_access.catalog.model import Catalog
from okta_access.errors import Problem
from okta_access.lint.facts.fixtures import fixture_problems
from okta_access.lint.findings import Finding, Issue, Severity, Summary, summary_of
from okta_access.lint.registry import all_checks
from okta_access.lint.run import Run
from okta_access.lint.suppressions import (
    MARK,
    Suppression,
    answered,
    read_suppressions,
    unreadable_issue,
    unused_issue,
)
from okta_access.rules.collection import RuleSet
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.source import parse
from okta_access.rules.settings.files import SettingsFile

UNREADABLE_SUPPRESSION = "OA901"
UNUSED_SUPPRESSION = "OA902"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found: the findings, those that comments answer, and the numbers."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    summary: Summary


def run_checks(
    rule_set: RuleSet, catalog: Catalog, settings: Sequence[SettingsFile] = ()
) -> Result:
    """All checks on these rules and settings: findings, suppressed findings and numbers."""
    found = _without_doubles(_all_findings(Run(rule_set, catalog, settings)))
    comments = [comment for file in _files(rule_set, found) for comment in _comments(file)]
    remaining, suppressed, unused = answered(found, comments)
    remaining += _findings(
        UNREADABLE_SUPPRESSION,
        (unreadable_issue(comment) for comment in comments if not comment.codes),
    )
    remaining += _findings(UNUSED_SUPPRESSION, map(unused_issue, unused))
    findings = tuple(sorted(remaining, key=lambda finding: finding.order))
    summary = summary_of(
        findings,
        files=len(rule_set.files),
        rules=sum(bool(document.rule or document.filter) for document in rule_set.documents),
        suppressed=len(suppressed),
    )
    return Result(findings, tuple(sorted(suppressed, key=lambda one: one.order)), summary)


def findings_of_problems(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """What reading a file has found, as findings."""
    return tuple(
        finding
        for one in problems
        for finding in _findings(one.code, [Issue(one.span, one.message, one.hint)])
    )


def _all_findings(run: Run) -> Iterator[Finding]:
    of_settings = (problem for file in run.settings for problem in file.problems)
    yield from findings_of_problems((*run.rule_set.problems, *of_settings, *fixture_problems(run)))
    for check in all_checks().values():
        if check.find is not None:
            yield from _findings(check.code, check.find(run))


def _findings(code: str, issues: Iterable[Issue]) -> Iterator[Finding]:
    check = all_checks().get(code)
    severity = check.severity if check else Severity.ERROR
    for issue in issues:
        yield Finding(
            code,
            severity,
            issue.span,
            issue.message,
            issue.hint,
            issue.fix,
            issue.earlier,
            issue.after,
        )


def _without_doubles(findings: Iterable[Finding]) -> list[Finding]:
    """One of each code, place and message; the loader's word comes first and stays."""
    first: dict[tuple[str, int, int, str, str], Finding] = {}
    for finding in findings:
        span = finding.span
        first.setdefault(
            (span.file, span.line, span.column, finding.code, finding.message), finding
        )
    return list(first.values())


def _files(rule_set: RuleSet, findings: Iterable[Finding]) -> list[str]:
    """The files that may hold suppressions: the rules', and those that findings lie in."""
    found = {*rule_set.files, *(finding.span.file for finding in findings)}
    return sorted(file for file in found if file.endswith(file_reads.SUFFIXES))


def _comments(file: str) -> tuple[Suppression, ...]:
    try:
        data = file_reads.content(Path(file))
    except OSError:
        return ()
    if MARK.encode() not in data:
        return ()
    roots = parse(data, file).documents
    text = data.decode("utf-8-sig", errors="replace")
    return read_suppressions(text, roots, file) if roots else ()
