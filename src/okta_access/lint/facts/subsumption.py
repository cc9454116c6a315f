"""Which alternatives of a list another one covers.

Lists of values can be long. Equal values and networks are looked up, patterns are compared by
their texts first, and only what is left is asked of the solver, and not without end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from okta_access.catalog.model import Catalog
from okta_access.lint.facts.reach import surely_contained
from okta_access.rules.case import fold
from okta_access.rules.model import (
    Address,
    Atom,
    Cidr,
    Expr,
    Pattern,
    Test,
    fields_read,
)

MAX_QUESTIONS = 300  # to the solver, for one list
MAX_PAIRS = 2_000_000  # of alternatives that are compared

Network = IPv4Network | IPv6Network


def subsumed(operands: tuple[Expr, ...], catalog: Catalog) -> Iterator[tuple[Expr, Expr]]:
    """The alternatives that add nothing, the last first, each with one that covers it.

    Of two that cover each other the later one is named. An alternative that is named covers no
    other any more.
    """
    index = _Index(operands, catalog)
    for operand in reversed(operands):
        wide = index.subsumer_of(operand)
        if wide is not None:
            index.dropped.add(id(operand))
            yield operand, wide


class _Index:
    """The alternatives, found by what they could cover."""

    def __init__(self, operands: tuple[Expr, ...], catalog: Catalog) -> None:
        self.catalog = catalog
        self.dropped: set[int] = set()
        self.questions = 0
        self.pairs = 0
        self.equal: dict[tuple[str, Test], list[Expr]] = defaultdict(list)
        self.networks: dict[tuple[str, Network], Expr] = {}
        self.lengths: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.patterns: dict[str, list[tuple[str, Expr]]] = defaultdict(list)
        self.others: list[tuple[Expr, frozenset[str]]] = []
        for operand in operands:
            self._add(operand)

    def _add(self, operand: Expr) -> None:
        if not isinstance(operand, Atom):
            self.others.append((operand, frozenset(fields_read(operand))))
            return
        field, test = operand.field, operand.test
        self.equal[field, _plain(test)].append(operand)
        match test:
            case Cidr(network):
                self.networks.setdefault((field, network), operand)
                self.lengths[field, network.version].add(network.prefixlen)
            case Pattern() if test.literal is None:
                self.patterns[field].append((max(_texts(test), key=len, default=""), operand))
            case Pattern() | Address():
                pass  # one value covers no more than itself
            case _:
                self.others.append((operand, frozenset(fields_read(operand))))

    def subsumer_of(self, operand: Expr) -> Expr | None:
        """Another alternative that covers this one and still counts, or nothing."""
        found = (
            one
            for one in self._candidates(operand)
            if one is not operand and id(one) not in self.dropped
        )
        return next(found, None)

    def _candidates(self, operand: Expr) -> Iterator[Expr]:
        if isinstance(operand, Atom):
            for form in _forms(operand.test):
                yield from self.equal[operand.field, form]
            yield from self._networks_around(operand)
            yield from self._patterns_around(operand)
        self.pairs += len(self.others)
        if self.pairs > MAX_PAIRS or self.questions >= MAX_QUESTIONS:
            return
        fields = frozenset(fields_read(operand))
        for wide, looked_at in self.others:
            if looked_at <= fields and self._ask(operand, wide):
                yield wide

    def _patterns_around(self, operand: Atom) -> Iterator[Expr]:
        patterns = self.patterns[operand.field]
        self.pairs += len(patterns)
        if self.pairs > MAX_PAIRS or self.questions >= MAX_QUESTIONS:
            return
        # What a wider pattern asks for must stand in the narrower one, since a wildcard there may
        # stand for nothing that helps. Most pairs end with the longest of those texts.
        test = operand.test
        offered = "\0".join(_texts(test)) if isinstance(test, Pattern) else None
        for longest, wide in patterns:
            if (offered is None or longest in offered) and self._ask(operand, wide):
                yield wide

    def _networks_around(self, operand: Atom) -> Iterator[Expr]:
        match operand.test:
            case Address(address):
                network: Network = ip_network(address)
            case Cidr(network):
                pass
            case _:
                return
        for length in sorted(self.lengths[operand.field, network.version]):
            if length <= network.prefixlen:
                around = network.supernet(new_prefix=length)
                if (operand.field, around) in self.networks:
                    yield self.networks[operand.field, around]

    def _ask(self, narrow: Expr, wide: Expr) -> bool:
        if narrow is wide or id(wide) in self.dropped or self.questions >= MAX_QUESTIONS:
            return False
        self.questions += 1
        return surely_contained(narrow, wide, self.catalog)


def _plain(test: Test) -> Test:
    """The form under which tests that say the same are equal: without case where none counts."""
    if isinstance(test, Pattern) and not test.cased:
        return Pattern(tuple(fold(part) if isinstance(part, str) else part for part in test.parts))
    return test


def _forms(test: Test) -> Iterator[Test]:
    """The plain forms of tests that say the same, or that disregard the case that this one asks."""
    yield _plain(test)
    if isinstance(test, Pattern) and test.cased:
        yield _plain(Pattern(test.parts))


def _texts(pattern: Pattern) -> list[str]:
    return [fold(part) for part in pattern.parts if isinstance(part, str)]
