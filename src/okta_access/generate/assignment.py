"""From literals to values: what each constrained field of an event is to hold.

An assignment maps paths to texts, none meaning "not there". Values come from the pools, so each
passes its tests by construction; a relation between two fields is met by choosing one side first
and asking the other for what then follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from okta_access.catalog.model import EVENT_TYPE, Field
from okta_access.generate.choices import Choices
from okta_access.generate.value_pools import ValuePools
from okta_access.rules.model import Pattern, RefMode, Regex, SameAs, Test, Wildcard
from okta_access.rules.solver.languages import related_pattern
from okta_access.rules.solver.logic import Cube
from okta_access.rules.solver.satisfy import (
    Demand,
    Theory,
    Undecided,
    field_of,
    relations,
    shares,
)

Assignment = Mapping[str, tuple[str, ...]]
_SOME_TEXT = Pattern((Wildcard.MANY,))


def assignment_of(cube: Cube, theory: Theory, pools: ValuePools, choices: Choices) -> Assignment:
    """Values for every field that the literals name, and for those that relations refer to.

    Raises :class:`Undecided` where values that relate as they must were not found.
    """
    assigner = _Assigner(cube, theory, pools, choices)
    assigner.relate()
    for path in dict.fromkeys(literal.atom.field for literal in cube):
        assigner.decide(path)
    return assigner.found


class _Assigner:
    def __init__(self, cube: Cube, theory: Theory, pools: ValuePools, choices: Choices) -> None:
        self.cube = cube
        self.theory = theory
        self.pools = pools
        self.choices = choices
        self.found: dict[str, tuple[str, ...]] = {}

    def decide(
        self, path: str, link: tuple[Test, ...] = (), forbidden: tuple[Test, ...] = ()
    ) -> None:
        """Values of a field for its literals, unless there are some already.

        ``link`` asks for one value that passes all these tests besides; ``forbidden`` forbids more.
        """
        if path in self.found:
            return
        field, own = self._field(path), self._demand(path)
        barred = (*own.forbidden, *forbidden)
        optional = own.may_be_absent and not link and path != EVENT_TYPE
        if own.present is False or (optional and self.choices.chance(15)):
            self.found[path] = ()
            return
        chosen = []
        for share in self._shares(field, own, link):
            pool = self.pools.pool(field, share, barred)
            if not pool and not optional:
                raise Undecided(f"no value of `{path}` was found that passes all its tests")
            chosen += [self.choices.pick(pool)] if pool else []
        if field.member and chosen and self.choices.chance(20):
            spare = self.pools.pool(field, (), barred)
            chosen.insert(self.choices.index(len(chosen) + 1), self.choices.pick(spare or chosen))
        self.found[path] = tuple(chosen)

    def relate(self) -> None:
        """Values of the fields that are compared with one another; what must hold comes first."""
        for path, test in relations(self.cube, positive=True):
            if path not in self.found:
                self._link(path, test)
            elif test.other not in self.found:
                self._follow(path, test)
            self._check(path, test, holds=True)
        for path, test in relations(self.cube, positive=False):
            self.decide(test.other)
            against = tuple(related_pattern(text, test.mode) for text in self.found[test.other])
            self.decide(path, forbidden=against)
            self._check(path, test, holds=False)

    def _link(self, path: str, test: SameAs) -> None:
        """Decide both fields, so that a value of the one relates to a value of the other."""
        for text in self._linking_texts(path, test):
            this, that = related_pattern(text, test.mode), Pattern((text,), cased=True)
            if test.other not in self.found and not self._can_hold(test.other, that):
                continue
            if self._can_hold(path, this):
                self.decide(test.other, link=(that,))
                self.decide(path, link=(this,))
                return
        raise Undecided(f"no value of `{path}` was found that relates to `{test.other}`")

    def _follow(self, path: str, test: SameAs) -> None:
        """Decide the other field after the one; an equal text relates in every mode."""
        for text in self.found[path]:
            if self._can_hold(test.other, Pattern((text,), cased=True)):
                self.decide(test.other, link=(Pattern((text,), cased=True),))
                return
        raise Undecided(f"no value of `{test.other}` was found that `{path}` relates to")

    def _linking_texts(self, path: str, test: SameAs) -> Iterator[str]:
        """Texts that the other field of a relation may hold, from a chosen one on."""
        texts = self.found.get(test.other, ())
        if test.other not in self.found:
            other, theirs = self._field(test.other), self._demand(test.other)
            required = () if other.member else theirs.required
            texts = self.pools.pool(other, required or (_SOME_TEXT,), theirs.forbidden)
            if test.mode is RefMode.EQUALS:
                field, own = self._field(path), self._demand(path)
                shared = _texts((*required, *(() if field.member else own.required)))
                barred = _texts((*theirs.forbidden, *own.forbidden))
                texts = (
                    *self.pools.pool(other, shared or (_SOME_TEXT,), barred),
                    *self.pools.pool(field, shared or (_SOME_TEXT,), barred),
                )
        first = self.choices.index(len(texts))
        yield from (*texts[first:], *texts[:first])

    def _can_hold(self, path: str, test: Pattern) -> bool:
        """Whether a field can hold a value that passes this test and its own."""
        field, own = self._field(path), self._demand(path)
        share = (test,) if field.member else (*own.required, test)
        return own.present is not False and bool(self.pools.pool(field, share, own.forbidden))

    def _shares(
        self, field: Field, own: Demand, link: tuple[Test, ...]
    ) -> tuple[tuple[Test, ...], ...]:
        """The tests of each value that is needed.

        In an array one member may pass them all, or each may have a member of its own.
        """
        together = (*own.required, *link)
        if not field.member:
            return (together,)
        apart = (*(shares(field, own) if own.required else ()), *((link,) if link else ()))
        if len(apart) < 2 or self.choices.chance(50):
            return apart or ((),)
        return (together,) if self.pools.pool(field, together, own.forbidden) else apart

    def _check(self, path: str, test: SameAs, *, holds: bool) -> None:
        found = any(
            _related(test.mode, text, other)
            for text in self.found[path]
            for other in self.found[test.other]
        )
        if found != holds:
            raise Undecided(f"no values of `{path}` and `{test.other}` were found that fit")

    def _field(self, path: str) -> Field:
        return field_of(self.theory.catalog, path)

    def _demand(self, path: str) -> Demand:
        demand = self.theory.demand(self.cube, path)
        assert demand is not None, "the literals of a way agree"
        return demand


def _related(mode: RefMode, text: str, other: str) -> bool:
    match mode:
        case RefMode.EQUALS:
            return text == other
        case RefMode.CONTAINS:
            return other in text
        case RefMode.STARTS_WITH:
            return text.startswith(other)
        case RefMode.ENDS_WITH:
            return text.endswith(other)


def _texts(tests: tuple[Test, ...]) -> tuple[Test, ...]:
    return tuple(test for test in tests if isinstance(test, Pattern | Regex))
