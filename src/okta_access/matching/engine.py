"""Event rules over events: which of many rules hold for one event.

Rules are picked by event type. For each type that a rule names or the catalogue knows, the rules
that can hold for it become one generated function, made when an event of the type first comes by.
All other types share one function of the rules that bind no type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.matching.evaluate import matches
from okta_access.matching.generated import Plan, generate_plan
from okta_access.matching.projection import Projection
from okta_access.matching.shape import WrongType, wrong_types
from okta_access.matching.specialize import specialized
from okta_access.matching.values import Event
from okta_access.rules.event_types import event_types
from okta_access.rules.model import EventRule, Expr, SameAs, atoms


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was found in one event: the rules that hold, in the matcher's order, and oddities."""

    matched: tuple[EventRule, ...]
    wrong_types: tuple[WrongType, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dispatch:
    """The rules that can hold for an event type, and the plan that asks each of them."""

    rules: tuple[EventRule, ...]
    plan: Plan


class Matcher:
    """Judges events by event rules, silent ones included, which it keeps in the order given.

    Two rules of one name are two rules here. Raises :class:`RuleError` for a rule with a
    placeholder, which tuning resolves beforehand, when an event of its types comes by.
    """

    def __init__(self, rules: Sequence[EventRule], catalog: Catalog) -> None:
        self.rules = tuple(rules)
        self._catalog = catalog
        self._projection = Projection(catalog, _paths(self.rules))
        self._types = [event_types(rule.expr) for rule in self.rules]
        self._named = {*catalog.events}.union(*(types for types in self._types if types))
        self._dispatches: dict[str | None, _Dispatch] = {}

    def event_rules_for(self, event_type: str) -> tuple[EventRule, ...]:
        """The rules that can hold for events of this type."""
        return self._dispatch_of(event_type).rules

    def evaluate(self, event: Event) -> Evaluation:
        """The rules that hold for an event, equal to the reference on any JSON object.

        An event without a textual ``eventType`` is judged by every rule, though scanning takes
        it for no event at all.
        """
        event_type = event.get(EVENT_TYPE)
        if not isinstance(event_type, str):
            return self._by_reference(event, self.rules)
        dispatch = self._dispatches.get(event_type) or self._dispatch_of(event_type)
        record = self._projection.read(event)
        if record is None:
            return self._by_reference(event, dispatch.rules)
        hits = dispatch.plan(record, event)
        return Evaluation(tuple([dispatch.rules[hit] for hit in hits])) if hits else _NOTHING

    def _by_reference(self, event: Event, rules: tuple[EventRule, ...]) -> Evaluation:
        matched = tuple(rule for rule in rules if matches(rule.expr, event, self._catalog))
        return Evaluation(matched, wrong_types(event, self._catalog))

    def _dispatch_of(self, event_type: str) -> _Dispatch:
        """The dispatch of a type, made where there is none yet; all unnamed types share one."""
        name = event_type if event_type in self._named else None
        if name not in self._dispatches:
            self._dispatches[name] = self._new_dispatch(name)
        return self._dispatches[name]

    def _new_dispatch(self, name: str | None) -> _Dispatch:
        kept: list[tuple[EventRule, Expr | bool]] = []
        for rule, types in zip(self.rules, self._types, strict=True):
            if types is None or name in types:
                expr = rule.expr if name is None else specialized(rule.expr, name, self._catalog)
                if expr is not False:
                    kept.append((rule, expr))
        plan = generate_plan([expr for _, expr in kept], self._projection, self._catalog)
        return _Dispatch(tuple(rule for rule, _ in kept), plan)


_NOTHING = Evaluation(())


def _paths(rules: tuple[EventRule, ...]) -> set[str]:
    """All paths that rules read."""
    every = [atom for rule in rules for atom in atoms(rule.expr)]
    others = {atom.test.other for atom in every if isinstance(atom.test, SameAs)}
    return {atom.field for atom in every} | others
