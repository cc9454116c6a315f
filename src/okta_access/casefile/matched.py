"""Which parts of a rule an event matched: the questions that held, and what the event answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from okta_access.casefile.facts import cut
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.matching.correlations.explain import explain_correlation
from okta_access.matching.events.evaluate import Explanation, explain
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Atom, Correlation, EventRule, Not, Rule, SameAs
from okta_access.rules.words import CASED, asked


@dataclass(frozen=True, slots=True)
class Matched:
    """Questions of a rule to one field, which an event answers as the rule wants it.

    ``negated``: the rule wants the answer no to each of them.
    """

    field: str
    questions: tuple[str, ...]
    held: tuple[str, ...]
    negated: bool


def matched_parts(
    rule: Rule, event: Event, rules: RuleSet, catalog: Catalog
) -> tuple[Matched, ...]:
    """What an event matched of a rule; of a correlation, of its rules, and what it counts by."""
    if isinstance(rule, EventRule):
        return _once(_held(explain(rule.expr, event, catalog), negated=False))
    return _once(_of_correlation(rule, event, rules, catalog))


def _of_correlation(
    rule: Correlation, event: Event, rules: RuleSet, catalog: Catalog
) -> Iterator[Matched]:
    part = explain_correlation(rule, rules.referenced(rule), event, catalog)
    for _, verdict in part.bases:
        if verdict.holds:
            yield from _held(verdict, negated=False)
    for key in part.keys:
        yield Matched(str(key), ("is what its events share",), _texts(key.texts), negated=False)
    if part.counted is not None:
        path, held = part.counted
        yield Matched(path, ("is what is counted",), _texts(held), negated=False)


def _held(verdict: Explanation, *, negated: bool) -> Iterator[Matched]:
    """The atoms that made it hold; below a negation, those that did not hold."""
    expr = verdict.expr
    if isinstance(expr, Atom):
        held = verdict.texts
        if isinstance(expr.test, SameAs):
            held = (*held, *verdict.other_texts)
        yield Matched(expr.field, (asked(expr.test).removesuffix(CASED),), _texts(held), negated)
        return
    if isinstance(expr, Not):
        negated = not negated
    for part in verdict.parts:
        if part.holds is not negated:
            yield from _held(part, negated=negated)


def _texts(held: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(cut, held[:8]))


def _once(found: Iterable[Matched]) -> tuple[Matched, ...]:
    """Those of one field together."""
    questions: dict[tuple[str, tuple[str, ...], bool], dict[str, None]] = {}
    for one in found:
        asked_before = questions.setdefault((one.field, one.held, one.negated), {})
        asked_before.update(dict.fromkeys(one.questions))
    return tuple(
        Matched(field, tuple(asked_of), held, negated)
        for (field, held, negated), asked_of in questions.items()
    )
