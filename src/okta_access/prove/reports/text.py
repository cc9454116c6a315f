"""For people: a line a rule, and below it what failed, with a command that shows it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from okta_access.prove.evidence import Check, Failure, Outcome, Report, RuleEvidence

_HISTORIES = "histories"
_MOST_EVENTS = 30


def lines(report: Report) -> Iterator[str]:
    """The report line by line; a rule's own line begins with ``ok`` or ``FAILED``."""
    width = max((len(rule.rule) for rule in report.rules), default=0)
    for rule in report.rules:
        yield f"{'ok' if rule.passed else 'FAILED':<6}  {rule.rule:<{width}}  {_ran(rule)}"
        for check in rule.checks:
            if check.outcome is Outcome.FAILED:
                yield from _failed(report, rule, check)
            elif check.skipped:
                yield f"        {check.name}: {check.note}"
    yield summary(report)


def summary(report: Report) -> str:
    """The run in one line."""
    judges = report.judges
    engines = "".join(
        f"; {name} on {version}" if (name, version) in judges else f"; {name} not asked"
        for name, version in report.engines
    )
    passed = len(report.rules) - len(report.failed)
    noun = "rule" if len(report.rules) == 1 else "rules"
    intent = report.by_intent
    alone = f"; {intent.percent} % of {intent.of:,} mutants by fixtures alone" if intent else ""
    return (
        f"{len(report.rules)} {noun}: {passed} passed, {len(report.failed)} failed; "
        f"{report.cases:,} cases{alone}; "
        f"seed {report.seed}, {report.examples} examples{engines}"
    )


def _ran(rule: RuleEvidence) -> str:
    """How much each check ran; the kinds of histories as one."""
    shown = [
        f"{check.name} {check.ran}{f' ({check.note})' if check.note else ''}"
        for check in rule.checks
        if not check.name.startswith(_HISTORIES) and not check.skipped
    ]
    histories = [check for check in rule.checks if check.name.startswith(_HISTORIES)]
    if histories:
        ran = sum(check.ran for check in histories)
        shown.append(f"{_HISTORIES} {ran} of {len(histories)} kinds")
    return ", ".join(shown)


def _failed(report: Report, rule: RuleEvidence, check: Check) -> Iterator[str]:
    count = f" ({check.failed} of {check.ran} cases)" if check.ran else ""
    yield f"        {check.name} failed{count}"
    for failure in check.failures:
        place = f"{failure.span}: " if failure.span else ""
        yield f"          {place}{failure.message}"
        if failure.atom:
            yield f"            atom: {failure.atom}"
        yield from _events(rule, failure)
    engines = "".join(f" --engine {shlex.quote(spec)}" for spec in report.asked)
    yield (
        f"          again: okta-access test {shlex.quote(rule.file)} --seed {report.seed} "
        f"--examples {report.examples}{engines}"
    )


def _events(rule: RuleEvidence, failure: Failure) -> Iterator[str]:
    for event in failure.events[:_MOST_EVENTS]:
        yield f"            event: {json.dumps(event, ensure_ascii=True)}"
    if len(failure.events) > _MOST_EVENTS:
        yield f"            and {len(failure.events) - _MOST_EVENTS} more events"
    if len(failure.events) == 1:
        yield f"            why: give the event to okta-access explain {shlex.quote(rule.file)} -"
