"""Can this expression hold on any event of the catalogue? And if not, which atoms forbid it?

The answer is exact for tests of single fields. A relation between two fields (``fieldref``) is
taken to be possible unless it is both asked for and forbidden, or the two fields have no value in
common that they would need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from okta_access.catalog.model import EVENT_TYPE, Catalog, Field, FieldType
from okta_access.errors import OktaAccessError
from okta_access.rules.model import (
    Absent,
    Expr,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    SameAs,
    Test,
    fields_of,
)
from okta_access.rules.solver.automata import TooLarge
from okta_access.rules.solver.field_values import values_of
from okta_access.rules.solver.logic import (
    Cube,
    Formula,
    Literal,
    TooManyWays,
    every,
    formula_of,
    negated,
    some,
    ways,
)
from okta_access.rules.words import describe

_MOST_SHOWN = 3


class Unsatisfiable(OktaAccessError):
    """No event can satisfy the formula; ``conflicts`` are groups of literals that exclude it."""

    def __init__(self, conflicts: tuple[Cube, ...], reason: str = "") -> None:
        span = next((literal.atom.span for cube in conflicts for literal in cube), None)
        shown = "; ".join(_told(conflict) for conflict in conflicts[:_MOST_SHOWN])
        more = len(conflicts) - _MOST_SHOWN
        shown += f"; and {more} more" if more > 0 else ""
        super().__init__(
            reason or f"no event can match: {shown or 'nothing could make it true'}", span=span
        )
        self.conflicts = conflicts


class Undecided(OktaAccessError):
    """Whether an event can satisfy the formula was not found out within the limits."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What literals ask of one field.

    Of a field outside arrays one value must pass all of ``required``; inside an array each may be
    passed by a member of its own. No value may pass any of ``forbidden``. ``present`` says whether
    there must (or must not) be any value.
    """

    required: tuple[Test, ...] = ()
    forbidden: tuple[Test, ...] = ()
    present: bool | None = None

    @property
    def may_be_absent(self) -> bool:
        """Whether an event without any value of the field will do."""
        return not self.required and self.present is not True


def field_of(catalog: Catalog, path: str) -> Field:
    """The catalogued field, or a text field of that path where the catalogue has none."""
    known = catalog.field(path)
    return known or Field(path, FieldType.STRING, True, path.startswith("target."), (), "", "", "")


def demand_of(literals: Iterable[Literal]) -> Demand | None:
    """What literals of one field ask together, or nothing where presence already contradicts."""
    required: list[Test] = []
    forbidden: list[Test] = []
    presence: set[bool] = set()
    for literal in literals:
        match literal.atom.test:
            case Absent():
                presence.add(not literal.positive)
            case Present():
                presence.add(literal.positive)
            case SameAs(other) if other == literal.atom.field:
                presence.add(literal.positive)  # a value always relates to itself
            case SameAs():
                presence.update({True} if literal.positive else ())
            case test:
                (required if literal.positive else forbidden).append(test)
    if required:
        presence.add(True)
    if len(presence) > 1:
        return None
    present = next(iter(presence), None)
    return Demand(tuple(dict.fromkeys(required)), tuple(dict.fromkeys(forbidden)), present)


@lru_cache(maxsize=65_536)
def witness(field: Field, demand: Demand) -> str | None:
    """A value with which a field of an event is so: "" where it may be absent, None if it cannot.

    Raises :class:`Undecided`.
    """
    if demand.present is False or demand.may_be_absent:
        # Without an eventType there is no event.
        if field.path != EVENT_TYPE:
            return ""
        if demand.present is False:
            return None
    found: str | None = None
    try:
        for required in shares(field, demand):
            found = values_of(field, required, demand.forbidden).plainest()
            if found is None:
                return None
    except TooLarge as error:
        raise Undecided(f"the tests of `{field.path}` are too large to decide: {error}") from error
    return found


def shares(field: Field, demand: Demand) -> tuple[tuple[Test, ...], ...]:
    """The tests that one value must pass together, for each value that is needed."""
    if field.member and demand.required:
        return tuple((test,) for test in demand.required)
    return (demand.required,)


def _passes(field: Field, text: str, literal: Literal) -> bool:
    match literal.atom.test:
        case Absent():
            return not literal.positive
        case Present():
            return literal.positive
        case SameAs(other):  # relations to other fields are judged apart
            return literal.positive or other != field.path
        case test:
            return values_of(field, (test,), ()).takes(text) == literal.positive


def relations(cube: Cube, *, positive: bool) -> list[tuple[str, SameAs]]:
    """The relations between two fields that must (or must not) hold: the field, and to which."""
    return [
        (literal.atom.field, literal.atom.test)
        for literal in cube
        if literal.positive == positive
        and isinstance(literal.atom.test, SameAs)
        and literal.atom.test.other != literal.atom.field
    ]


class Theory:
    """Which literals go together on events of a catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._witnesses: dict[tuple[str, Cube], str | None] = {}
        self._paths: set[str] = set()
        self._nested = False

    def agree(self, cube: Cube, literal: Literal) -> bool:
        """Whether an event can have these literals, of which this was asked, and this one too."""
        if isinstance(literal.atom.test, Placeholder):
            raise Undecided(
                f"the list `{literal.atom.test.name}` is not filled", span=literal.atom.span
            )
        if literal.opposite in cube:
            return False
        field = literal.atom.field
        same = tuple(known for known in cube if known.atom.field == field)
        if self._witness(field, same, literal) is None:
            return False
        self._keep_apart(cube, literal)
        both = (*cube, literal)
        return all(
            self._related(both, path, test)
            for path, test in relations(both, positive=True)
            if field in (path, test.other)
        )

    def _keep_apart(self, cube: Cube, literal: Literal) -> None:
        """A field inside another one is beyond what is decided here (and no catalogue has it)."""
        for path in fields_of(literal.atom):
            if path not in self._paths:
                self._nested |= any(_inside(path, one) or _inside(one, path) for one in self._paths)
                self._paths.add(path)
        if not self._nested:
            return
        paths = dict.fromkeys(path for known in (*cube, literal) for path in fields_of(known.atom))
        for path in paths:
            for field in fields_of(literal.atom):
                if _inside(path, field) or _inside(field, path):
                    message = f"`{max(path, field)}` is inside `{min(path, field)}`"
                    raise Undecided(f"not decided, as {message}", span=literal.atom.span)

    def _witness(self, path: str, before: Cube, literal: Literal) -> str | None:
        """A value of a field for these literals, the last of which is new."""
        key = (path, (*before, literal))
        if key in self._witnesses:
            return self._witnesses[key]
        field = field_of(self.catalog, path)
        demand = demand_of((*before, literal))
        found = None
        if demand is not None:
            # Most often the value found for the literals before will do, and none is searched.
            found = self._witnesses.get((path, before))
            if not found or field.member or not _passes(field, found, literal):
                found = witness(field, demand)
        self._witnesses[key] = found
        return found

    def _related(self, cube: Cube, path: str, test: SameAs) -> bool:
        """Whether the two fields of a relation that must hold can both have what it needs."""
        left = self.demand(cube, path)
        right = self.demand(cube, test.other)
        if left is None or right is None or right.present is False:
            return False
        if test.mode is not RefMode.EQUALS:
            return True
        return common_text(self.catalog, path, left, test.other, right) is not None

    def demand(self, cube: Cube, path: str) -> Demand | None:
        """What the literals of a cube ask of one field."""
        return demand_of(literal for literal in cube if literal.atom.field == path)

    def ways(self, formula: Formula, begin: Callable[[int], int] = lambda _: 0) -> Iterator[Cube]:
        """The ways in which events can satisfy a formula. Raises :class:`Undecided`."""
        try:
            yield from ways(formula, self.agree, begin)
        except TooManyWays as error:
            raise Undecided(f"the expression is too large to decide: {error}") from error


def _inside(path: str, other: str) -> bool:
    return path.startswith(f"{other}.")


def common_text(
    catalog: Catalog, path: str, demand: Demand, other: str, others: Demand
) -> str | None:
    """A text that both fields can hold, as far as tests of texts tell."""
    required: list[Test] = []
    forbidden: list[Test] = []
    for name, asked in ((path, demand), (other, others)):
        if not field_of(catalog, name).member:
            required += asked.required
        forbidden += asked.forbidden
    text = Field("", FieldType.STRING, True, False, (), "", "", "")
    try:
        return values_of(text, _texts(required), _texts(forbidden)).plainest()
    except TooLarge as error:
        raise Undecided(f"the tests of `{path}` are too large to decide: {error}") from error


def _texts(tests: list[Test]) -> tuple[Test, ...]:
    return tuple(dict.fromkeys(test for test in tests if isinstance(test, Pattern | Regex)))


def satisfy(formula: Formula, catalog: Catalog) -> Cube:
    """The first way in which an event can satisfy the formula.

    Raises :class:`Unsatisfiable`, naming the atoms that contradict, and :class:`Undecided`.
    """
    theory = Theory(catalog)
    conflicts: dict[Cube, None] = {}

    def agree(cube: Cube, literal: Literal) -> bool:
        if theory.agree(cube, literal):
            return True
        conflicts[_smallest(theory, cube, literal)] = None
        return False

    try:
        found = next(ways(formula, agree), None)
    except TooManyWays as error:
        raise Undecided(f"the expression is too large to decide: {error}") from error
    if found is None:
        raise Unsatisfiable(tuple(conflicts))
    return found


def _smallest(theory: Theory, cube: Cube, literal: Literal) -> Cube:
    """As few literals of the cube as contradict the literal."""
    kept = list(cube)
    for known in cube:
        fewer = tuple(other for other in kept if other != known)
        if not theory.agree(fewer, literal):
            kept = list(fewer)
    return (*kept, literal)


def satisfiable(expr: Expr, catalog: Catalog) -> bool:
    """Whether an event can match. Raises :class:`Undecided`."""
    return next(Theory(catalog).ways(formula_of(expr)), None) is not None


def contained(narrow: Expr, wide: Expr, catalog: Catalog) -> bool:
    """Whether every event that matches ``narrow`` matches ``wide``. Raises :class:`Undecided`."""
    beyond = every(formula_of(narrow), formula_of(wide, positive=False))
    return next(Theory(catalog).ways(beyond), None) is None


class Meanings:
    """Expressions to be compared with each other; what is worked out for one serves the next."""

    def __init__(self, exprs: Iterable[Expr], catalog: Catalog) -> None:
        self._theory = Theory(catalog)
        self._said = [(formula_of(one), formula_of(one, positive=False)) for one in exprs]

    def same(self, first: int, second: int) -> bool:
        """Whether the expressions of these numbers match the same events.

        Raises :class:`Undecided`.
        """
        return self._within(first, second) and self._within(second, first)

    def _within(self, narrow: int, wide: int) -> bool:
        beyond = every(self._said[narrow][0], self._said[wide][1])
        return next(self._theory.ways(beyond), None) is None


def equivalent(expr: Expr, other: Expr, catalog: Catalog) -> bool:
    """Whether both match the same events. Raises :class:`Undecided`."""
    first, second = formula_of(expr), formula_of(other)
    apart = some(every(first, negated(second)), every(negated(first), second))
    return next(Theory(catalog).ways(apart), None) is None


def _told(conflict: Cube) -> str:
    return " contradicts ".join(told(literal) for literal in conflict)


def told(literal: Literal) -> str:
    """A literal in words, with its line.

    >>> from okta_access.errors import Span
    >>> from okta_access.rules.model import Atom
    >>> told(Literal(Atom("actor.id", Absent(), Span("r", 3), Span("r", 3)), False))
    '`not actor.id is not there` (line 3)'
    """
    sign = "" if literal.positive else "not "
    return f"`{sign}{describe(literal.atom)}` (line {literal.atom.span.line})"
