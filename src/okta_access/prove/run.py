"""All rules of a run proven, one after another or several at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from okta_access.catalog.model import UUID, Catalog
from okta_access.errors import OktaAccessError
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
from okta_access.rules.model import Correlation, EventRule, Rule
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable

DEFAULT_EXAMPLES = 200


@dataclass(frozen=True, slots=True)
class Options:
    """How to prove: the seed, how many events of each main kind, and what is forgiven."""

    seed: int = 0
    examples: int = DEFAULT_EXAMPLES
    allow_missing_fixtures: bool = False


def prove(
    rules: RuleSet,
    catalog: Catalog,
    options: Options,
    oracles: Sequence[Oracle] = (),
    jobs: int = 1,
) -> Iterator[RuleEvidence]:
    """The evidence of each rule, in the order of their names.

    The reference evaluator is held to what the events were built for, the generated matcher to
    the reference on the rule's own events, and each further oracle to the matcher on the events of
    all rules together. Of a correlation, an oracle that can judge histories is held to the
    reference on each of them.

    ``jobs`` is the number of processes; the evidence is the same. Further oracles judge in one.
    Raises :class:`OktaAccessError` where a process was ended from outside.
    """
    run = _Run(rules, catalog, options, oracles)
    if jobs == 1 or oracles:
        trials = {rule.name: run.trials(rule) for rule in rules.rules}
        ask = _Oracles(rules.rules, trials, catalog, oracles)
        yield from (run.proven(rule, trials, ask) for rule in rules.all_rules)
        return
    executor = ProcessPoolExecutor(jobs, get_context("fork"), _begin, (run,))
    try:
        yield from executor.map(_prove_alone, range(len(rules.all_rules)))
    except BrokenProcessPool as error:
        raise OktaAccessError(
            "a process that proved rules was ended from outside; was there too little memory?",
            hint="--jobs 1 needs the least",
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


class _Run:
    """What is to be proven, and how."""

    def __init__(
        self, rules: RuleSet, catalog: Catalog, options: Options, oracles: Sequence[Oracle]
    ) -> None:
        self.rules = rules
        self.catalog = catalog
        self.options = options
        self.oracles = oracles
        self._maker = TrialMaker(catalog, options.seed, options.examples)
        names = sorted(rule.name for rule in rules.rules)
        self._numbers = {name: number for number, name in enumerate(names)}

    def trials(self, rule: EventRule) -> Trials:
        return self._maker.trials(rule, self._numbers[rule.name])

    def proven(self, rule: Rule, trials: dict[str, Trials], ask: _Oracles) -> RuleEvidence:
        if isinstance(rule, EventRule):
            checks = _event_checks(rule, trials[rule.name], self.catalog, self.options, ask)
            kind = "base" if rule.silent else "event"
        else:
            bases = self.rules.referenced(rule)
            checks = _correlation_checks(rule, bases, self.catalog, self.options, self.oracles)
            kind = rule.type.value
        return RuleEvidence(rule.name, rule.meta.file, kind, checks)


_run: list[_Run] = []  # in a process of its own: what it is to prove


def _begin(run: _Run) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    _run[:] = [run]


def _prove_alone(place: int) -> RuleEvidence:
    (run,) = _run
    rule = run.rules.all_rules[place]
    trials = {rule.name: run.trials(rule)} if isinstance(rule, EventRule) else {}
    return run.proven(rule, trials, _Oracles((), trials, run.catalog, ()))


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
