"""The Boolean side of rules: negations at the atoms, atoms taken as known, ways to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from okta_access.rules.model import And, Atom, Expr, Not, Or


class _Hashed:
    """Holds a hash, which is no field: no copy for another process may take it along."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True)
class Literal(_Hashed):
    """An atom that must hold, or (not ``positive``) must not."""

    atom: Atom
    positive: bool

    def __hash__(self) -> int:
        """Worked out once, as a search looks each literal up some thousand times."""
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", hash((self.atom, self.positive)))
            return self._hash

    @property
    def opposite(self) -> Literal:
        """The same atom, the other way."""
        return Literal(self.atom, not self.positive)


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; no parts: always true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any part holds; no parts: never true."""

    parts: tuple[Formula, ...]


Formula = Literal | Every | Some
TRUE = Every(())
FALSE = Some(())


def formula_of(expr: Expr, *, positive: bool = True) -> Formula:
    """The expression (or, not ``positive``, its negation) with negations at the atoms alone.

    >>> from okta_access.errors import Span
    >>> from okta_access.rules.model import Absent
    >>> atom = Atom("actor.id", Absent(), Span("r"), Span("r"))
    >>> formula_of(Not(Not(atom, Span("r")), Span("r"))) == Literal(atom, True)
    True
    """
    match expr:
        case Atom():
            return Literal(expr, positive)
        case Not(operand):
            return formula_of(operand, positive=not positive)
        case And(operands) | Or(operands):
            parts = tuple(formula_of(operand, positive=positive) for operand in operands)
            return every(*parts) if isinstance(expr, And) == positive else some(*parts)


def every(*parts: Formula) -> Formula:
    """All of these, in its simplest form."""
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Every) else (part,))
    if FALSE in flat:
        return FALSE
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Every(kept)


def some(*parts: Formula) -> Formula:
    """Any of these, in its simplest form."""
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Some) else (part,))
    if TRUE in flat:
        return TRUE
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Some(kept)


def negated(formula: Formula) -> Formula:
    """What holds exactly where the formula does not."""
    match formula:
        case Literal():
            return formula.opposite
        case Every(parts):
            return some(*(negated(part) for part in parts))
        case Some(parts):
            return every(*(negated(part) for part in parts))


def literals(formula: Formula) -> tuple[Literal, ...]:
    """All literals of a formula, in reading order."""
    if isinstance(formula, Literal):
        return (formula,)
    return tuple(literal for part in formula.parts for literal in literals(part))


def assuming(formula: Formula, atom: Atom, *, holds: bool) -> Formula:
    """The formula once it is known whether that atom holds."""
    match formula:
        case Literal(other, positive):
            if other != atom:
                return formula
            return TRUE if positive == holds else FALSE
        case Every(parts):
            return every(*(assuming(part, atom, holds=holds) for part in parts))
        case Some(parts):
            return some(*(assuming(part, atom, holds=holds) for part in parts))


def deciding(expr: Expr, atom: Atom, *, verdict: bool) -> Formula:
    """Where the expression's verdict is this, and would be the other if that one atom flipped.

    So it holds on the near misses of a rule (``verdict`` false), and on its matches by a hair. It
    is false where another atom makes this one superfluous.
    """
    formula = formula_of(expr)
    with_it = assuming(formula, atom, holds=True)
    without = assuming(formula, atom, holds=False)
    signs = {literal.positive for literal in literals(formula) if literal.atom == atom}
    found = []
    if True in signs:  # the atom helps: what holds with it fails without it
        found.append(every(Literal(atom, verdict), with_it, negated(without)))
    if False in signs:
        found.append(every(Literal(atom, not verdict), without, negated(with_it)))
    return some(*found)


Cube = tuple[Literal, ...]
Agree = Callable[[Cube, Literal], bool]
"""Whether a literal can be added to literals that agree; never to its own opposite."""


class TooManyWays(ValueError):
    """The search for a way to satisfy the formula was given up."""


MAX_STEPS = 200_000


def ways(
    formula: Formula, agree: Agree, begin: Callable[[int], int] = lambda _: 0
) -> Iterator[Cube]:
    """The ways in which a formula can hold, as literals that agree with one another.

    Where any of ``n`` parts may hold, they are tried in order from part ``begin(n)`` on, the first
    following the last. Raises :class:`TooManyWays` after ``MAX_STEPS`` questions to ``agree``.
    """
    return _Search(agree, begin).run((), [formula], [])


class _Search:
    def __init__(self, agree: Agree, begin: Callable[[int], int]) -> None:
        self.agree = agree
        self.begin = begin
        self.steps = 0

    def run(self, cube: Cube, todo: list[Formula], later: list[Some]) -> Iterator[Cube]:
        """``todo`` must hold now; ``later`` are choices, taken once nothing else is left."""
        todo, later = [*todo], [*later]
        while todo:
            part = todo.pop()
            if isinstance(part, Every):
                todo.extend(reversed(part.parts))
            elif isinstance(part, Some):
                later.append(part)
            elif part not in cube:
                self.steps += 1
                if self.steps > MAX_STEPS:
                    raise TooManyWays(f"more than {MAX_STEPS} steps to search")
                if not self.agree(cube, part):
                    return
                cube = (*cube, part)
        if not later:
            yield cube
            return
        choice, *rest = later
        # A choice that already holds asks for nothing more.
        if any(part in cube for part in choice.parts):
            yield from self.run(cube, [], rest)
            return
        first = self.begin(len(choice.parts)) if choice.parts else 0
        for part in (*choice.parts[first:], *choice.parts[:first]):
            yield from self.run(cube, [part], rest)
