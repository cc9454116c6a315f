"""All rules of a run proven, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from okta_access.catalog.model import UUID, Catalog
from okta_access.generate.history import HistoryMaker
from okta_access.matching.events.matcher import Matcher
from okta_access.prove import correlation_mutants, correlations, events, mutation
from okta_access.prove.agreement import check_oracle
from okta_access.prove.evidence import Check, Failure, RuleEvidence, check_of
from okta_access.prove.fixtures import check_fixture, fixture_of
from okta_access.prove.history_agreement import check_history_oracle
from okta_access.prove.oracles.base import Oracle
from okta_access.prove.oracles.matcher import MatcherOracle
from okta_access.prove.trials import TrialMaker, Trials
from okta_access.rules.collection import RuleSet
from okta_access.rules.fixtures import Fixture
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable

DEFAULT_EXAMPLES = 200


@dataclass(frozen=True, slots=True)
class Options:
    """How to prove: the seed, how many events of each main kind, and what is forgiven."""

    seed: int = 0
    examples: int = DEFAULT_EXAMPLES
    allow_missing_fixtures: bool = False


def prove(
    rules: RuleSet, catalog: Catalog, options: Options, oracles: Sequence[Oracle] = ()
) -> Iterator[RuleEvidence]:
    """The evidence of each rule, in the order of their names.

    The reference evaluator is held to what the events were built for, the generated matcher to
    the reference on the rule's own events, and each further oracle to the matcher on the events of
    all rules together. Of a correlation, an oracle that can judge histories is held to the
    reference on each of them.
    """
    maker = TrialMaker(catalog, options.seed, options.examples)
    trials = {
        rule.name: maker.trials(rule, number)
        for number, rule in enumerate(sorted(rules.rules, key=lambda rule: rule.name))
    }
    ask = _Oracles(rules.rules, trials, catalog, oracles)
    for rule in rules.all_rules:
        if isinstance(rule, EventRule):
            checks = _event_checks(rule, trials[rule.name], catalog, options, ask)
            kind = "base" if rule.silent else "event"
        else:
            checks = _correlation_checks(rule, rules.referenced(rule), catalog, options, oracles)
            kind = rule.type.value
        yield RuleEvidence(rule.name, rule.meta.file, kind, checks)


def _event_checks(
    rule: EventRule, trials: Trials, catalog: Catalog, options: Options, ask: _Oracles
) -> tuple[Check, ...]:
    alerts = events.fixture_alerts(rule, catalog)
    allow = options.allow_missing_fixtures
    fixture = fixture_of(rule, catalog)
    found = events.matched(rule, trials, catalog)

    def more() -> Trials:
        return TrialMaker(catalog, options.seed, DEFAULT_EXAMPLES).trials(rule, 0)

    enough = options.examples >= DEFAULT_EXAMPLES
    return (
        check_fixture(rule, fixture, alerts, allow_missing=allow),
        *events.check_generated(rule, trials, found, catalog),
        mutation.check_mutants(rule, trials, _read(fixture), catalog, None if enough else more),
        *ask.checks(rule, trials, found),
    )


def _correlation_checks(
    rule: Correlation,
    bases: tuple[EventRule, ...],
    catalog: Catalog,
    options: Options,
    oracles: Sequence[Oracle],
) -> tuple[Check, ...]:
    alerts = correlations.fixture_alerts(rule, bases, catalog)
    allow = options.allow_missing_fixtures
    fixture = fixture_of(rule, catalog)
    of_fixture = check_fixture(rule, fixture, alerts, allow_missing=allow)
    try:
        maker = HistoryMaker(rule, bases, catalog)
    except (Unsatisfiable, Undecided) as error:
        return of_fixture, check_of(correlations.NAME, 0, [Failure(str(error))])
    drawn = correlations.make_histories(maker, rule.name, options.seed, options.examples)
    histories = [one.history for one in drawn]
    return (
        of_fixture,
        *correlations.check_histories(maker, drawn, rule, bases, catalog),
        correlation_mutants.check_mutants(rule, bases, histories, _read(fixture), catalog),
        *(check_history_oracle(one, rule, bases, maker, drawn, catalog) for one in oracles),
    )


def _read(fixture: Fixture | OSError) -> Fixture | None:
    return None if isinstance(fixture, OSError) else fixture


class _Oracles:
    """Asks oracles: the generated matcher about a rule's own events, engines about all events."""

    def __init__(
        self,
        rules: Sequence[EventRule],
        trials: dict[str, Trials],
        catalog: Catalog,
        oracles: Sequence[Oracle],
    ) -> None:
        self.catalog = catalog
        self.matcher = MatcherOracle(catalog)
        self.oracles = oracles
        self.trials = {trial.uuid: trial for one in trials.values() for trial in one.trials}
        self.events = [trial.event for trial in self.trials.values()]
        self.expected: dict[str, set[str]] = {rule.name: set() for rule in rules}
        if oracles:
            judge = Matcher(rules, catalog)
            for event in self.events:
                for rule in judge.evaluate(event).matched:
                    self.expected[rule.name].add(str(event[UUID]))

    def checks(self, rule: EventRule, trials: Trials, found: frozenset[str]) -> Iterator[Check]:
        """One check for each oracle; ``found`` is what the reference says of the rule's trials."""
        own = [trial.event for trial in trials.trials]
        yield check_oracle(self.matcher, rule, own, found, self.trials, self.catalog)
        for oracle in self.oracles:
            expected = frozenset(self.expected[rule.name])
            yield check_oracle(oracle, rule, self.events, expected, self.trials, self.catalog)
