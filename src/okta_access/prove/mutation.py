"""How many mutants of an event rule its fixtures and generated events tell from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import texts
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import FormulaMaker
from okta_access.matching.events.evaluate import related, text_test
from okta_access.prove.evidence import ByIntent, Check, Event, Failure, check_of
from okta_access.prove.mutants import Mutant, mutants
from okta_access.prove.trials import Trials
from okta_access.rules.fixtures import Fixture
from okta_access.rules.model import (
    Absent,
    And,
    Atom,
    EventRule,
    Expr,
    Not,
    Or,
    Placeholder,
    Present,
    SameAs,
)
from okta_access.rules.solver.logic import every, formula_of, negated, some
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable

NAME = "mutants"


def check_mutants(
    rule: EventRule,
    trials: Trials,
    fixture: Fixture | None,
    catalog: Catalog,
    more: Callable[[], Trials] | None = None,
) -> Check:
    """Whether every mutant is noticed, or means the same as the rule.

    The note tells the share that the fixtures notice alone: generated events come from the rule
    and cannot see that it says something else than was meant. ``more`` gives further trials, for
    mutants that these leave unnoticed: few events are a wish for speed, and no gap in a rule's
    tests.
    """
    generated = Judged([trial.event for trial in trials.trials], catalog)
    further: Judged | None = None
    intended = Judged(
        [e for case in fixture.cases for e in case.events] if fixture else [], catalog
    )
    found = mutants(rule.expr, catalog)
    missed = [one for one in found if not intended.apart(rule.expr, one.expr)]
    failures: list[Failure] = []
    equivalent: set[Mutant] = set()
    for mutant in missed:
        if generated.apart(rule.expr, mutant.expr):
            continue
        failure = _unnoticed(rule, mutant, catalog)
        if failure is None:
            equivalent.add(mutant)
            continue
        if further is None and more is not None:
            further = Judged([trial.event for trial in more().trials], catalog)
        if further is None or not further.apart(rule.expr, mutant.expr):
            failures.append(failure)
    left = tuple(one.slip for one in missed if one not in equivalent)
    intent = ByIntent(len(found) - len(missed), left)
    note = f"{intent.percent} % by fixtures alone, {len(equivalent)} equivalent"
    return check_of(NAME, len(found), failures, note, intent)


def _unnoticed(rule: EventRule, mutant: Mutant, catalog: Catalog) -> Failure | None:
    """The failure of a mutant that nothing noticed, with an event that would; None if none can."""
    one, other = formula_of(rule.expr), formula_of(mutant.expr)
    apart = some(every(one, negated(other)), every(negated(one), other))
    message = f"nothing notices this slip: {mutant.slip}"
    try:
        event = FormulaMaker(apart, catalog).make(Choices(b""))
    except Unsatisfiable:
        return None
    except Undecided as error:
        return Failure(f"{message} (and whether it matters is open: {error})")
    return Failure(f"{message}; a fixture of this event would", (event,))


class Judged:
    """Events of which is known which atoms hold, so that expressions are judged all at once.

    A verdict is a number with bit n set where the n-th event matches.
    """

    def __init__(self, events: Sequence[Event], catalog: Catalog) -> None:
        self.events = events
        self.catalog = catalog
        self._all = (1 << len(events)) - 1
        self._texts: dict[str, list[tuple[str, ...]]] = {}
        self._atoms: dict[Atom, int] = {}

    def apart(self, expr: Expr, other: Expr) -> bool:
        """Whether some event parts the two."""
        return self.verdict(expr) != self.verdict(other)

    def verdict(self, expr: Expr) -> int:
        """On which events the expression holds."""
        match expr:
            case Atom():
                if expr not in self._atoms:
                    self._atoms[expr] = self._judge(expr)
                return self._atoms[expr]
            case Not(operand):
                return self._all ^ self.verdict(operand)
            case And(operands):
                found = self._all
                for operand in operands:
                    found &= self.verdict(operand)
                return found
            case Or(operands):
                found = 0
                for operand in operands:
                    found |= self.verdict(operand)
                return found

    def _judge(self, atom: Atom) -> int:
        held = self._held(atom.field)
        match atom.test:
            case Absent():
                verdicts = [not found for found in held]
            case Present():
                verdicts = [bool(found) for found in held]
            case SameAs(other, mode):
                pairs = zip(held, self._held(other), strict=True)
                verdicts = [related(mode, found, others) for found, others in pairs]
            case Placeholder():
                raise AssertionError("rules are proven with their lists filled in")
            case test:
                ask = text_test(test)
                verdicts = [any(map(ask, found)) for found in held]
        return sum(1 << place for place, holds in enumerate(verdicts) if holds)

    def _held(self, path: str) -> list[tuple[str, ...]]:
        if path not in self._texts:
            self._texts[path] = [texts(event, path, self.catalog) for event in self.events]
        return self._texts[path]
