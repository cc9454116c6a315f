"""Evidence for event rules: the reference evaluator on fixtures and on generated events."""

from __future__ import annotations

from collections.abc import Callable

from okta_access.catalog.identity import identity_of
from okta_access.catalog.model import Catalog
from okta_access.generate.sample import plainest
from okta_access.matching.events.evaluate import matches
from okta_access.prove.evidence import MOST_FAILURES, Check, Event, Failure, check_of, skipped
from okta_access.prove.trials import KINDS, MATCH, Trial, Trials
from okta_access.rules.fixtures import Case
from okta_access.rules.model import EventRule

_EXPECTED = {True: "should match and does not", False: "should not match and does"}


def fixture_alerts(rule: EventRule, catalog: Catalog) -> Callable[[Case], int]:
    """How many alerts an event rule raises on the events of a case; copies count once."""

    def alerts(case: Case) -> int:
        found = [event for event in case.events if matches(rule.expr, event, catalog)]
        known = [identity_of(event) for event in found]
        return len({one for one in known if one is not None}) + known.count(None)

    return alerts


def matched(rule: EventRule, trials: Trials, catalog: Catalog) -> frozenset[str]:
    """The uuids of the trials that match, as the reference evaluator judges them."""
    return frozenset(t.uuid for t in trials.trials if matches(rule.expr, t.event, catalog))


def check_generated(
    rule: EventRule, trials: Trials, found: frozenset[str], catalog: Catalog
) -> tuple[Check, ...]:
    """Whether the reference evaluator gives each generated event the verdict it was built for.

    ``found`` are the uuids that it says match.
    """
    checks = []
    for kind in KINDS:
        of_kind = [trial for trial in trials.trials if trial.kind == kind]
        if not of_kind:
            checks.append(_nothing_to_run(kind, trials.reasons.get(kind)))
            continue
        wrong = [trial for trial in of_kind if (trial.uuid in found) != trial.expected]
        failures = [
            _failure(trial, _EXPECTED[trial.expected], lambda e: matches(rule.expr, e, catalog))
            for trial in wrong[:MOST_FAILURES]
        ]
        checks.append(Check(kind, len(of_kind), tuple(failures), len(wrong)))
    return tuple(checks)


def _nothing_to_run(kind: str, reason: str | None) -> Check:
    if kind == MATCH:
        # A rule that cannot match, or of which that is not known, is not proven by silence.
        return check_of(kind, 0, [Failure(reason or "no event was made that matches")])
    return skipped(kind, reason or "no such events")


def _failure(trial: Trial, message: str, verdict: Callable[[Event], bool]) -> Failure:
    """The failure, told on the plainest event of its kind that fails as well."""

    def fails(data: bytes) -> bool:
        return verdict(trial.remake(data).event) != trial.expected

    made = trial.remake(plainest(trial.data, fails))
    return Failure(message, (made.event,), made.atom)
