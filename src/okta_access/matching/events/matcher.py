"""Event rules over events: which of many rules hold for one event.

Rules are picked by event type. For each type that a rule names or the catalogue knows, the rules
that can hold for it become one generated function, made when an event of the type first comes by.
All other types share one function of the rules that bind no type.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from operator import attrgetter

import msgspec

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID, Catalog
from okta_access.catalog.paths import Event
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.generated import (
    NewKeeper,
    Plan,
    Reader,
    generate_keeper,
    generate_plan,
    generate_reader,
)
from okta_access.matching.events.projection import Projection
from okta_access.matching.events.specialize import specialized
from okta_access.matching.events.type_check import WrongType, wrong_types
from okta_access.rules.model import EventRule, Expr, fields_read
from okta_access.rules.solver.event_types import event_types


class Evaluation(msgspec.Struct, frozen=True):
    """What was found in one event: the rules that hold, in the matcher's order, and oddities."""

    matched: tuple[EventRule, ...]
    wrong_types: tuple[WrongType, ...] = ()


class Hits(msgspec.Struct, frozen=True, eq=False):
    """The rules that hold for an event; the same object for all events of the same outcome."""

    rules: tuple[EventRule, ...]


class JudgedText(msgspec.Struct, frozen=True, gc=False):
    """What an event's text came to: its record, parts of it, and what holds or None for no rule.

    ``published`` is the text as it stands; ``uuid`` is never empty.
    """

    record: msgspec.Struct
    event_type: str
    uuid: str | None
    published: str | None
    hits: Hits | None


class _Dispatch(msgspec.Struct, frozen=True):
    """The rules that can hold for an event type, and the plan that asks each of them.

    ``outcomes`` holds what the plan's answers have come to so far.
    """

    rules: tuple[EventRule, ...]
    plan: Plan
    outcomes: dict[int, Hits] = msgspec.field(default_factory=dict)

    def hits(self, answer: int) -> Hits:
        """The rules that an answer of the plan names."""
        known = self.outcomes.get(answer)
        if known is None:
            rules = tuple(rule for n, rule in enumerate(self.rules) if answer >> n & 1)
            known = self.outcomes[answer] = Hits(rules)
        return known


class Matcher:
    """Judges events by event rules, silent ones included, which it keeps in the order given.

    Two rules of one name are two rules here. ``further_paths`` are fields that no rule needs to
    read and a reader will. Raises :class:`RuleError` for a rule with a placeholder, which tuning
    resolves beforehand, when an event of its types comes by.
    """

    def __init__(
        self, rules: Sequence[EventRule], catalog: Catalog, further_paths: Iterable[str] = ()
    ) -> None:
        self.rules = tuple(rules)
        self._catalog = catalog
        read = fields_read(*(rule.expr for rule in self.rules))
        self._projection = Projection(catalog, {*read, *further_paths})
        self._types = [event_types(rule.expr) for rule in self.rules]
        self._named = {*catalog.events}.union(*(types for types in self._types if types))
        self._dispatches: dict[str | None, _Dispatch] = {}
        self._envelope = self._envelope_reader()

    def _envelope_reader(self) -> Callable[[msgspec.Struct], tuple[str | None, ...]] | None:
        """Takes type, uuid and time out of a record; None where a rule reads on below them."""
        places = [self._projection.place(path) for path in (EVENT_TYPE, UUID, PUBLISHED)]
        attributes = [place.attribute for place in places if place is not None]
        return attrgetter(*attributes) if len(attributes) == len(places) else None

    @property
    def types(self) -> frozenset[str] | None:
        """The event types for which any rule can hold; None where these cannot be listed."""
        if any(types is None for types in self._types):
            return None
        return frozenset(chain.from_iterable(types or () for types in self._types))

    def reader(self, paths: Sequence[str], needed: Collection[str] | None = None) -> Reader | None:
        """Takes fields out of a record, or None where no record can carry them all.

        For a field that is not ``needed`` it gives nothing.
        """
        return generate_reader(paths, self._projection, self._catalog, needed)

    def keeper(self, groups: Sequence[Sequence[str]]) -> NewKeeper | None:
        """As :meth:`reader`, for what hands groups of fields on to columns."""
        return generate_keeper(groups, self._projection, self._catalog)

    def carries(self, path: str) -> bool:
        """Whether a record can carry this field."""
        return self._projection.place(path) is not None

    def judge_text(self, data: bytes) -> JudgedText | None:
        """The rules that hold for an event, from its JSON text, without decoding all of it.

        None where that does not show: what is no event of the plain shape, or is none at all, or
        is wrapped into something else. :meth:`evaluate` then tells.
        """
        record = self._projection.decode(data)
        if record is None or self._envelope is None:
            return None
        event_type, uuid, published = self._envelope(record)
        if not event_type:
            return None
        dispatch = self._dispatches.get(event_type) or self._dispatch_of(event_type)
        if dispatch.plan.needs_event:
            return None
        answer = dispatch.plan.ask(record, _NO_EVENT)
        hits = dispatch.hits(answer) if answer else None
        return JudgedText(record, event_type, uuid or None, published, hits)

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
        answer = dispatch.plan.ask(record, event)
        return Evaluation(dispatch.hits(answer).rules) if answer else _NOTHING

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
_NO_EVENT: Event = {}
