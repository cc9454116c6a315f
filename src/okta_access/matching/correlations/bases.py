"""The event rules that correlations refer to, as bits, and the fields they need of an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from okta_access.rules.model import Correlation, EventRule

Bases = Sequence[EventRule]
Share = tuple[int, int]
"""The number of a correlation, and which of its rules an event matched: bit n for the n-th."""

Shares = tuple[tuple[tuple[str, ...], int], ...]
"""Paths of the group keys, and the rules that an event matched of those that have these paths."""

_KNOWN = 4096  # sets of rules of which it is known to whom they matter; a log has a few dozen


class Referred:
    """Correlations, each with the event rules it refers to, in order.

    The rules are told apart as objects: those asked about must be these very ones. ``paths`` are
    the fields whose texts any of the correlations needs, and those that are wanted of every event
    besides (``further``); the fields of one object are neighbours. ``keys`` are those of the group
    keys. ``shares`` says what the bits of
    :meth:`rules_of` are to each correlation that they matter to, ``needed`` which of the paths
    are needed of an event for which such rules hold.
    """

    def __init__(
        self, correlations: Iterable[tuple[Correlation, Bases]], further: Sequence[str] = ()
    ) -> None:
        self.correlations = tuple((rule, tuple(bases)) for rule, bases in correlations)
        self._bits: dict[int, int] = {}
        for _, bases in self.correlations:
            for base in bases:
                self._bits.setdefault(id(base), len(self._bits))
        needed = (path for rule, _ in self.correlations for path in rule.fields)
        keys = (paths for rule, _ in self.correlations for paths in rule.keys)
        self.keys = frozenset(chain.from_iterable(keys))
        self.further = tuple(further)
        self.paths = _neighbours(dict.fromkeys((*needed, *further)))
        self._places = [[self._bits[id(base)] for base in bases] for _, bases in self.correlations]
        self.shares = lru_cache(_KNOWN)(self._shares)
        self.needed = lru_cache(_KNOWN)(self._needed)

    def rules_of(self, matched: Iterable[EventRule]) -> int:
        """These rules as bits; 0 where no correlation refers to any of them."""
        rules = 0
        for rule in matched:
            bit = self._bits.get(id(rule))
            if bit is not None:
                rules |= 1 << bit
        return rules

    def rules_for(self, index: int, rules: int) -> int:
        """Of such bits those of one correlation: bit n for the n-th rule that it refers to."""
        places = self._places[index]
        return sum((rules >> bit & 1) << place for place, bit in enumerate(places))

    def _shares(self, rules: int) -> tuple[Share, ...]:
        found = ((index, self.rules_for(index, rules)) for index in range(len(self._places)))
        return tuple(share for share in found if share[1])

    def _needed(self, rules: int) -> frozenset[str]:
        shares = self._shares(rules)
        fields = (path for index, _ in shares for path in self.correlations[index][0].fields)
        return frozenset((*fields, *self.further))


def _neighbours(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, those of one object (``actor``, ``client``) behind the first of them."""
    objects: dict[str, list[str]] = {}
    for path in paths:
        objects.setdefault(path.partition(".")[0], []).append(path)
    return tuple(path for of_one in objects.values() for path in of_one)


def shares_by_keys(rules_by_keys: Shares, rules: int) -> Shares:
    """What an event that matched these rules (bits) brings; see :attr:`Correlation.rules_by_keys`.

    >>> shares_by_keys(((("actor.id",), 0b01), (("target.id",), 0b10)), 0b11)
    ((('actor.id',), 1), (('target.id',), 2))
    """
    every = ((paths, rules & those) for paths, those in rules_by_keys)
    return tuple(share for share in every if share[1])
