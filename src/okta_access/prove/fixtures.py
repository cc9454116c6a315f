"""Hand-written fixtures, judged by the reference: does the rule say what was meant?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from okta_access.catalog.model import Catalog
from okta_access.errors import Span
from okta_access.prove.evidence import Check, Failure, check_of, skipped
from okta_access.rules.fixtures import Case, Fixture, fixture_path, read_fixture
from okta_access.rules.model import Rule

NAME = "fixtures"


def fixture_of(rule: Rule, catalog: Catalog) -> Fixture | OSError:
    """The fixture of a rule, or why there is none."""
    try:
        return read_fixture(fixture_path(Path(rule.meta.file), rule.name), catalog)
    except OSError as error:
        return error


def check_fixture(
    rule: Rule, fixture: Fixture | OSError, alerts: Callable[[Case], int], *, allow_missing: bool
) -> Check:
    """Whether the rule raises in each case as many alerts as the case says.

    Without a fixture the check fails, or is skipped where that is allowed. A fixture without a
    match or without a miss shows too little, and fails.
    """
    if isinstance(fixture, FileNotFoundError):
        reason = f"there is no fixture {rule.name}.yml"
        if allow_missing:
            return skipped(NAME, reason)
        return check_of(NAME, 0, [Failure(f"{reason}: write down what the rule is meant to do")])
    if isinstance(fixture, OSError):
        place = Span.whole(str(fixture.filename))
        return check_of(NAME, 0, [Failure(f"cannot be read: {fixture.strerror}", span=place)])
    failures = [Failure(problem.message, span=problem.span) for problem in fixture.problems]
    failures += _one_sided(fixture)
    for case in fixture.cases:
        found = alerts(case)
        if found != case.alerts:
            message = f"expected {_alerts(case.alerts)}, found {_alerts(found)}: {case.why.strip()}"
            failures.append(Failure(message, case.events, span=case.span))
    return check_of(NAME, len(fixture.cases), failures)


def _one_sided(fixture: Fixture) -> list[Failure]:
    kinds = {case.matches for case in fixture.cases}
    missing = [name for name, kind in (("match", True), ("miss", False)) if kind not in kinds]
    if fixture.problems or not missing:
        return []
    what = " and no ".join(missing)
    return [Failure(f"the fixture has no {what}", span=Span.whole(fixture.file))]


def _alerts(count: int) -> str:
    return {0: "no alert", 1: "one alert"}.get(count, f"{count} alerts")
