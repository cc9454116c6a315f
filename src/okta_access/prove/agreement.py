"""Whether an oracle and the reference agree on which events match a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okta_access.catalog.model import UUID, Catalog
from okta_access.errors import EngineError
from okta_access.matching.events.evaluate import matches
from okta_access.prove.evidence import Check, Event, Failure, check_of, skipped
from okta_access.prove.oracles.base import NotApplicable, Oracle
from okta_access.prove.shrink import plainer
from okta_access.prove.trials import Trial
from okta_access.rules.model import EventRule


def check_oracle(
    oracle: Oracle,
    rule: EventRule,
    events: Sequence[Event],
    expected: frozenset[str],
    trials: Mapping[str, Trial],
    catalog: Catalog,
) -> Check:
    """Whether an oracle finds the same events as the reference.

    ``events`` are all it is asked about; ``trials`` tells by uuid how each was made. ``expected``
    are the uuids that the reference says match. The first difference is told on a plainer event.
    """
    try:
        answer = oracle.verdicts(rule, events)
    except EngineError as error:
        return check_of(oracle.name, len(events), [Failure(f"{oracle.name}: {error}")])
    if isinstance(answer, NotApplicable):
        return skipped(oracle.name, str(answer))
    different = [
        trials[str(event[UUID])]
        for event in events
        if (event[UUID] in answer.matched) != (event[UUID] in expected)
        and event[UUID] not in answer.unjudged
    ]
    failures = [_failure(oracle, trial, trial.event, trial.atom, expected) for trial in different]
    if different:
        failures[0] = _plainest(oracle, rule, different[0], expected, catalog)
    note = f"{len(answer.unjudged)} left out" if answer.unjudged else None
    return check_of(oracle.name, len(events) - len(answer.unjudged), failures, note)


def _failure(
    oracle: Oracle, trial: Trial, event: Event, atom: str | None, expected: frozenset[str]
) -> Failure:
    found = "misses an event that matches" if trial.uuid in expected else "finds one that does not"
    return Failure(f"{oracle.name} {found}", (event,), atom)


def _plainest(
    oracle: Oracle, rule: EventRule, trial: Trial, expected: frozenset[str], catalog: Catalog
) -> Failure:
    """The failure of a trial, told on the plainest event with the same difference."""
    matched = trial.uuid in expected

    def differs(candidates: Sequence[bytes]) -> list[bool]:
        events = [
            {**trial.remake(data).event, UUID: f"{number:08x}-ffff-4000-8000-000000000000"}
            for number, data in enumerate(candidates)
        ]
        answer = oracle.verdicts(rule, events)
        if isinstance(answer, NotApplicable):
            return [False for _ in events]
        return [
            matches(rule.expr, event, catalog) == matched
            and (event[UUID] in answer.matched) != matched
            and event[UUID] not in answer.unjudged
            for event in events
        ]

    try:
        made = trial.remake(plainer(trial.data, differs))
    except EngineError:  # the failure itself is what counts
        return _failure(oracle, trial, trial.event, trial.atom, expected)
    return _failure(oracle, trial, made.event, made.atom, expected)
