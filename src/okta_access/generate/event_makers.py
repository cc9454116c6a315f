"""Makers: what turns choices into events. The strategies and the sampler both stand on these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from msgspec.structs import replace

from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.catalog.template import Event
from okta_access.errors import Span
from okta_access.generate.assemble import assemble
from okta_access.generate.assignment import Assignment, assignment_of
from okta_access.generate.choices import Choices
from okta_access.generate.value_pools import ValuePools, edges_of, wider_tests
from okta_access.generate.vocabulary import OTHER_TYPES
from okta_access.rules.model import Atom, EventRule, Expr, Pattern, atoms
from okta_access.rules.solver.logic import Cube, Formula, Literal, deciding, every, formula_of
from okta_access.rules.solver.satisfy import Theory, Undecided, satisfy

BYTES = 160
"""How many bytes of choices an event is made from."""

LOGIC_BYTES = 24
_MOST_TRIED = 64
_VALUE_BYTES = 48

T_co = TypeVar("T_co", covariant=True)


class Maker(Protocol[T_co]):
    """Makes a thing from choices; from the first choice of each, the plainest thing."""

    def make(self, choices: Choices) -> T_co:
        """The thing that these choices make."""


class Shared:
    """What the makers of one catalogue share: the solver, pools of values, makers by rule."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.theory = Theory(catalog)
        self.pools = ValuePools(catalog)
        self.deciders: dict[tuple[Expr, bool], list[tuple[Atom, FormulaMaker]]] = {}


_shared: dict[int, Shared] = {}


def shared_by(catalog: Catalog) -> Shared:
    """What the makers of a catalogue share, which is kept with it."""
    return _shared.setdefault(id(catalog), Shared(catalog))


class EventMaker:
    """Events of one of these types, whatever else they hold."""

    def __init__(self, catalog: Catalog, event_types: Sequence[str] = ()) -> None:
        self.catalog = catalog
        self.event_types = tuple(event_types) or (*catalog.events, *OTHER_TYPES)

    def make(self, choices: Choices) -> Event:
        """An event."""
        return assemble(self.catalog, {EVENT_TYPE: (choices.pick(self.event_types),)}, choices)


@dataclass(frozen=True, slots=True)
class Made:
    """An event, and the literals that were chosen to hold on it."""

    event: Event
    cube: Cube


class FormulaMaker:
    """Events on which a formula holds.

    Raises :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where there are none, and
    :class:`~okta_access.rules.solver.satisfy.Undecided`.
    """

    def __init__(self, formula: Formula, catalog: Catalog) -> None:
        satisfy(formula, catalog)
        self.shared = shared_by(catalog)
        self.formula = formula
        self._ways = _Ways(formula, self.shared.theory)
        self._sure = self._find_sure()

    def make(self, choices: Choices) -> Event:
        """An event."""
        return self.made(choices).event

    def made(self, choices: Choices) -> Made:
        """An event and how the formula holds on it."""
        logic, values = choices.part(LOGIC_BYTES), choices.part(_VALUE_BYTES)
        try:
            cube = self._ways.choose(logic)
            assignment = self._assign(cube, values)
        except Undecided:
            # This way needs values that relate, and none were found; for the sure way some were.
            cube = self._sure
            assignment = self._assign(cube, Choices(b""))
        return Made(assemble(self.shared.catalog, assignment, choices), cube)

    def _assign(self, cube: Cube, choices: Choices) -> Assignment:
        return assignment_of(cube, self.shared.theory, self.shared.pools, choices)

    def _find_sure(self) -> Cube:
        """A way for which values are found by the first choices."""
        trouble: Undecided | None = None
        for cube in islice(self.shared.theory.ways(self.formula), _MOST_TRIED):
            try:
                self._assign(cube, Choices(b""))
            except Undecided as error:
                trouble = error
            else:
                return cube
        raise trouble or Undecided("no way was found in which this can hold")


class _Ways:
    """The ways in which a formula holds, chosen one decision at a time; each is searched once."""

    def __init__(self, formula: Formula, theory: Theory) -> None:
        self.formula = formula
        self.theory = theory
        self._steps: dict[tuple[int, ...], int | Cube] = {}

    def choose(self, choices: Choices) -> Cube:
        """The way that these choices lead to."""
        taken: tuple[int, ...] = ()
        while True:
            step = self._steps.get(taken)
            if step is None:
                step = self._steps[taken] = self._after(taken)
            if not isinstance(step, int):
                return step
            taken = (*taken, choices.index(step))

    def _after(self, taken: tuple[int, ...]) -> int | Cube:
        """Among how many the next decision is, after these; or where they lead."""
        left = list(taken)

        def begin(n: int) -> int:
            if n > 1 and not left:
                raise _Undetermined(n)
            return left.pop(0) if n > 1 else 0

        try:
            return next(self.theory.ways(self.formula, begin))
        except _Undetermined as question:
            return question.options


class _Undetermined(Exception):
    def __init__(self, options: int) -> None:
        super().__init__(options)
        self.options = options


class MatchMaker:
    """Events that match a rule: half of them any, half such that the verdict hangs on one atom."""

    def __init__(self, rule: EventRule, catalog: Catalog) -> None:
        whole = FormulaMaker(formula_of(rule.expr), catalog)
        by_a_hair = [maker for _, maker in deciders(rule, catalog, verdict=True)]
        self.makers = (*(whole,) * max(1, len(by_a_hair)), *by_a_hair)

    def make(self, choices: Choices) -> Event:
        """An event that matches."""
        return choices.pick(self.makers).make(choices)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An event that misses a rule by one atom: were that otherwise, the event would match.

    ``held`` says whether the atom held on the event.
    """

    event: Event
    atom: Atom
    held: bool


class NearMissMaker:
    """Near misses of a rule, by each atom that can decide alone.

    Raises :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where every event matches, and
    :class:`~okta_access.rules.solver.satisfy.Undecided` where no atom decides alone.
    """

    def __init__(self, rule: EventRule, catalog: Catalog) -> None:
        self.deciders = deciders(rule, catalog, verdict=False)
        if not self.deciders:
            satisfy(formula_of(rule.expr, positive=False), catalog)
            raise Undecided("no event misses this rule by one atom alone")

    def make(self, choices: Choices) -> NearMiss:
        """An event that does not match, and the atom that decided it."""
        atom, maker = choices.pick(self.deciders)
        made = maker.made(choices)
        held = Literal(atom, True) in made.cube
        return NearMiss(made.event, atom, held)


class MissMaker:
    """Events that do not match a rule, near misses among them.

    Raises :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where every event matches.
    """

    def __init__(self, rule: EventRule, catalog: Catalog) -> None:
        self.whole = FormulaMaker(formula_of(rule.expr, positive=False), catalog)
        self.near = tuple(maker for _, maker in deciders(rule, catalog, verdict=False))

    def make(self, choices: Choices) -> Event:
        """An event that does not match."""
        makers = (self.whole,) * max(1, len(self.near)) + self.near
        return choices.pick(makers).make(choices)


class OtherTypeMaker:
    """Events of types for which a rule can never match, and which else are as if they did."""

    def __init__(self, rule: EventRule, catalog: Catalog) -> None:
        self.like = FormulaMaker(formula_of(rule.expr), catalog)
        self.event_types = other_types(rule, catalog)

    def make(self, choices: Choices) -> Event:
        """An event of another type."""
        return self.make_of(choices.pick(self.event_types), choices)

    def make_of(self, event_type: str, choices: Choices) -> Event:
        """An event of this type."""
        return {**self.like.make(choices), EVENT_TYPE: event_type}


def deciders(
    rule: EventRule, catalog: Catalog, *, verdict: bool
) -> list[tuple[Atom, FormulaMaker]]:
    """The atoms that can decide a verdict alone, each with a maker of events on which it does."""
    shared = shared_by(catalog)
    key = (rule.expr, verdict)
    if key not in shared.deciders:
        found = []
        for atom in dict.fromkeys(atoms(rule.expr)):
            maker = _maker(deciding(rule.expr, atom, verdict=verdict), catalog)
            if maker is not None:
                found.append((atom, maker))
        shared.deciders[key] = found
    return shared.deciders[key]


@dataclass(frozen=True, slots=True)
class Edge:
    """Events just outside what an atom takes, on which that decides; ``matches`` says how."""

    atom: Atom
    matches: bool
    maker: FormulaMaker


def edges(rule: EventRule, catalog: Catalog) -> list[Edge]:
    """The edges of a rule's atoms: a letter less or more, the address next door, text around it.

    Sampling meets most of these; a list meets them all.
    """
    found = []
    for verdict in (False, True):
        for atom, decider in deciders(rule, catalog, verdict=verdict):
            for near in _just_outside(atom):
                formula = every(near, Literal(atom, False), decider.formula)
                maker = _maker(formula, catalog)
                if maker is not None:
                    found.append(Edge(atom, verdict, maker))
    return found


def _maker(formula: Formula, catalog: Catalog) -> FormulaMaker | None:
    """A maker, or nothing where there are no such events or that is not decided."""
    try:
        if next(shared_by(catalog).theory.ways(formula), None) is None:
            return None  # and no time is spent on the reasons
        return FormulaMaker(formula, catalog)
    except Undecided:
        return None


def _just_outside(atom: Atom) -> Iterator[Literal]:
    """Event types are lower case in every event, so case is no edge of theirs."""
    of_type = atom.field == EVENT_TYPE
    for text in edges_of(atom.test):
        if text and (not of_type or text == text.lower()):
            yield pinned(atom.field, text)
    for wider in wider_tests(atom.test):
        if not of_type or (isinstance(wider, Pattern) and wider.cased):
            yield Literal(replace(atom, test=wider), True)


def other_types(rule: EventRule, catalog: Catalog) -> tuple[str, ...]:
    """The types, catalogued and some others, of which no event can match."""
    theory, formula = shared_by(catalog).theory, formula_of(rule.expr)
    types = (*catalog.events, *OTHER_TYPES)
    return tuple(
        name
        for name in types
        if next(theory.ways(every(pinned(EVENT_TYPE, name), formula)), None) is None
    )


def pinned(path: str, text: str) -> Literal:
    """That a field holds exactly this text."""
    nowhere = Span("")
    return Literal(Atom(path, Pattern((text,), cased=True), nowhere, nowhere), True)
