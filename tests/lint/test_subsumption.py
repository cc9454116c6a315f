"""Which values of a list another one covers: the look-ups against the solver, pair by pair."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.errors import Span
from okta_access.lint.facts.reach import surely_contained
from okta_access.lint.facts.subsumption import subsumed
from okta_access.rules.model import (
    Absent,
    Address,
    Atom,
    Cidr,
    Pattern,
    Present,
    Regex,
    Test,
    Wildcard,
)

CATALOG = load_catalog()


def atom(field: str, test: Test, number: int) -> Atom:
    here = Span("rule.yml", number)
    return Atom(field, test, here, here)


words = st.text("abAk\u212a", min_size=1, max_size=3)
parts = st.lists(words | st.sampled_from(Wildcard), min_size=1, max_size=3).filter(
    lambda found: all(
        not (isinstance(left, str) and isinstance(right, str)) for left, right in pairwise(found)
    )
)
texts = st.one_of(
    st.builds(Pattern, parts.map(tuple), st.booleans()),
    st.builds(Regex, words, st.booleans()),
    st.just(Present()),
    st.just(Absent()),
)
networks = st.builds(
    lambda bits, length: ip_network((bits << 24, length), strict=False),
    st.integers(0, 255),
    st.integers(0, 9),
)
addresses = st.one_of(
    st.builds(Cidr, networks | st.just(ip_network("2001:db8::/32"))),
    st.builds(Address, st.integers(0, 3).map(lambda n: ip_address(n << 30))),
    st.just(Address(ip_address("2001:db8::1"))),
    st.just(Present()),
)


def holds(field: str, tests: list[Test]) -> None:
    operands = tuple(atom(field, test, number) for number, test in enumerate(tests, start=1))
    named = list(subsumed(operands, CATALOG))
    dropped = [narrow for narrow, _ in named]
    for narrow, wide in named:
        assert narrow is not wide
        assert surely_contained(narrow, wide, CATALOG)
    kept = [one for one in operands if not any(one is other for other in dropped)]
    for one in kept:
        for other in kept:
            # Only this pair is not looked for: a regular expression for one text, and the text.
            one_text = isinstance(other.test, Pattern) and other.test.literal is not None
            if one is not other and not (isinstance(one.test, Regex) and one_text):
                assert not surely_contained(one, other, CATALOG), (one, other)


@given(st.lists(texts, min_size=1, max_size=5))
def test_texts(tests: list[Test]) -> None:
    holds("actor.displayName", tests)


@given(st.lists(addresses, min_size=1, max_size=6))
def test_addresses(tests: list[Test]) -> None:
    holds("client.ipAddress", tests)


def test_long_lists_come_to_an_end() -> None:
    patterns = [Pattern((Wildcard.MANY, f"user{n}x", Wildcard.MANY)) for n in range(3_000)]
    operands = tuple(atom("actor.displayName", one, n) for n, one in enumerate(patterns, start=1))
    assert list(subsumed(operands, CATALOG)) == []
    twice = (*operands, atom("actor.displayName", patterns[7], 3_001))
    assert list(subsumed(twice, CATALOG)) == [(twice[-1], operands[7])]
