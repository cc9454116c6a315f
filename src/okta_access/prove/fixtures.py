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


def check_fixtures(
    rule: Rule, catalog: Catalog, alerts: Callable[[Case], int], *, allow_missing: bool
) -> Check:
    """Whether the rule raises in each case as many alerts as the case says.

    Without a fixture the check fails, or is skipped where that is allowed. A fixture without a
    match or without a miss shows too little, and fails.
    """
    path = fixture_path(Path(rule.meta.file), rule.name)
    try:
        fixture = read_fixture(path, catalog)
    except FileNotFoundError:
        reason = f"there is no fixture {path.name}"
        if allow_missing:
            return skipped(NAME, reason)
        return check_of(NAME, 0, [Failure(f"{reason}: write down what the rule is meant to do")])
    except OSError as error:
        place = Span.whole(str(path))
        return check_of(NAME, 0, [Failure(f"cannot be read: {error.strerror}", span=place)])
    failures = [Failure(problem.message, span=problem.span) for problem in fixture.problems]
    failures += _one_sided(fixture)
    for case in fixture.cases:
        found = alerts(case)
        if found != case.alerts:
            failures.append(
                Failure(
                    f"{case.why.strip()} Expected {_alerts(case.alerts)}, found {_alerts(found)}",
                    case.events,
                    span=case.span,
                )
            )
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
