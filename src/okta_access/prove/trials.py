"""Trials of an event rule: generated events, each with the verdict it was built for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from okta_access.catalog.model import PUBLISHED, UUID, Catalog
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import (
    Edge,
    EventMaker,
    MatchMaker,
    MissMaker,
    NearMissMaker,
    OtherTypeMaker,
    edges,
    other_types,
)
from okta_access.generate.inert import InertMaker
from okta_access.generate.sample import draws
from okta_access.prove.evidence import Event
from okta_access.rules.model import EventRule, fields_read
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable
from okta_access.rules.words import describe

MATCH, NEAR_MISS, EDGE, OTHER, OTHER_TYPES, INERT = KINDS = (
    "match",
    "near-miss",
    "edge",
    "other",
    "other-types",
    "inert",
)
_INERT_BASES, _INERT_CHANGES = 20, 3
_PER_TYPE = 3
_EXAMPLE_TIME = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class MadeEvent:
    """What a maker gave: the event, and the atom that decides where one does."""

    event: Event
    atom: str | None = None


Remake = Callable[[bytes], MadeEvent]


@dataclass(frozen=True, slots=True)
class Trial:
    """A generated event, the verdict it was built for, and how it was made.

    ``remake(data)`` gives the event again; plainer ``data`` a plainer one of the same kind.
    """

    kind: str
    event: Event
    expected: bool
    atom: str | None
    data: bytes
    remake: Remake

    @property
    def uuid(self) -> str:
        """By which engines name the event; every trial of a run has one of its own."""
        return str(self.event[UUID])


@dataclass(frozen=True, slots=True)
class Trials:
    """The trials of a rule, and for kinds of which there are none the reason."""

    trials: tuple[Trial, ...]
    reasons: dict[str, str]


class TrialMaker:
    """Makes the trials of rules of one catalogue from a seed; ``examples`` of each main kind."""

    def __init__(self, catalog: Catalog, seed: int, examples: int) -> None:
        self.catalog = catalog
        self.seed = seed
        self.examples = examples

    def trials(self, rule: EventRule, number: int) -> Trials:
        """The trials of a rule; ``number`` is its own in this run and part of the uuids."""
        if UUID in fields_read(rule.expr):
            reason = f"the rule reads `{UUID}`, by which generated events are told apart"
            return Trials((), dict.fromkeys(KINDS, reason))
        found: list[Trial] = []
        reasons: dict[str, str] = {}
        kinds = {
            MATCH: self._matches,
            NEAR_MISS: self._near_misses,
            EDGE: self._edges,
            OTHER: self._others,
            OTHER_TYPES: self._other_types,
        }
        for kind, make in kinds.items():
            try:
                found += make(rule)
            except (Unsatisfiable, Undecided) as error:
                reasons[kind] = str(error)
        found += self._inert(rule, found)
        for place, trial in enumerate(found):
            trial.event[UUID] = f"{number:08x}-0000-4000-8000-{place:012x}"
            trial.event.setdefault(PUBLISHED, _EXAMPLE_TIME)
        return Trials(tuple(found), reasons)

    def _matches(self, rule: EventRule) -> Iterator[Trial]:
        maker = MatchMaker(rule, self.catalog)
        yield from self._draw(
            rule, MATCH, self.examples, True, lambda data: MadeEvent(maker.make(Choices(data)))
        )

    def _near_misses(self, rule: EventRule) -> Iterator[Trial]:
        maker = NearMissMaker(rule, self.catalog)

        def remake(data: bytes) -> MadeEvent:
            made = maker.make(Choices(data))
            return MadeEvent(made.event, f"{'' if made.held else 'not '}{describe(made.atom)}")

        yield from self._draw(rule, NEAR_MISS, self.examples, False, remake)

    def _edges(self, rule: EventRule) -> Iterator[Trial]:
        for place, edge in enumerate(edges(rule, self.catalog)):
            # An edge lies just outside its atom, which thus never holds on it.
            atom = f"not {describe(edge.atom)}"

            def remake(data: bytes, edge: Edge = edge, atom: str = atom) -> MadeEvent:
                return MadeEvent(edge.maker.make(Choices(data)), atom)

            yield from self._draw(rule, EDGE, 1, edge.matches, remake, str(place))

    def _others(self, rule: EventRule) -> Iterator[Trial]:
        maker = MissMaker(rule, self.catalog)
        yield from self._draw(
            rule,
            OTHER,
            self.examples // 4,
            False,
            lambda data: MadeEvent(maker.make(Choices(data))),
        )

    def _other_types(self, rule: EventRule) -> Iterator[Trial]:
        """Of every type that can never match: any event, and events that else would match."""
        like = OtherTypeMaker(rule, self.catalog)
        for name in other_types(rule, self.catalog):
            any_event = EventMaker(self.catalog, (name,))

            def remake(data: bytes, name: str = name) -> MadeEvent:
                return MadeEvent(like.make_of(name, Choices(data)))

            def remake_any(data: bytes, maker: EventMaker = any_event) -> MadeEvent:
                return MadeEvent(maker.make(Choices(data)))

            yield from self._draw(rule, OTHER_TYPES, _PER_TYPE - 1, False, remake, name)
            yield from self._draw(rule, OTHER_TYPES, 1, False, remake_any, f"any {name}")

    def _inert(self, rule: EventRule, found: list[Trial]) -> Iterator[Trial]:
        for kind in (MATCH, NEAR_MISS):
            bases = [trial for trial in found if trial.kind == kind][1 : 1 + _INERT_BASES]
            for place, base in enumerate(bases):
                maker = InertMaker(base.event, self.catalog, rule)

                def remake(data: bytes, maker: InertMaker = maker) -> MadeEvent:
                    return MadeEvent(maker.make(Choices(data)))

                name = f"{kind} {place}"
                yield from self._draw(rule, INERT, _INERT_CHANGES, base.expected, remake, name)

    def _draw(
        self,
        rule: EventRule,
        kind: str,
        count: int,
        expected: bool,
        remake: Remake,
        name: str = "",
    ) -> Iterator[Trial]:
        source = draws(f"{self.seed} {rule.name} {kind} {name}")
        if kind in (OTHER_TYPES, INERT):
            next(source)  # the plainest is the same as elsewhere, or no change at all
        for data in islice(source, count):
            made = remake(data)
            yield Trial(kind, made.event, expected, made.atom, data, remake)
