"""Automata agree with the wildcard and regex matchers, and find what there is to be found."""

from __future__ import annotations

import re
from itertools import product as pairs
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.matching.events.evaluate import text_test
from okta_access.rules.model import Pattern, RefMode, Regex, Wildcard
from okta_access.rules.regex import Choice, Concat, Repeat
from okta_access.rules.solver import automata
from okta_access.rules.solver.automata import TooLarge, automaton_of
from okta_access.rules.solver.languages import (
    TextTest,
    dotted_node,
    node_of,
    product_of,
    related_pattern,
)

LETTERS = "abAk\u212a"
TEXTS = ["".join(text) for n in range(1, 4) for text in pairs(LETTERS, repeat=n)]
_PARTS = st.one_of(st.sampled_from(["a", "b", "ab", "k", "K"]), st.sampled_from(Wildcard))
_REGEXES = ("a", "^a", "b$", "^ab?$", "(a|b)k", "^[^a]+$", "a{2,3}", "^(ab|k)*$", ".", "^a.b$")


@st.composite
def text_tests(draw: st.DrawFn) -> TextTest:
    if draw(st.booleans()):
        return Regex(draw(st.sampled_from(_REGEXES)), ignore_case=draw(st.booleans()))
    parts: list[str | Wildcard] = []
    for part in draw(st.lists(_PARTS, min_size=1, max_size=4)):
        if parts and isinstance(part, str) and isinstance(parts[-1], str):
            parts[-1] += part
        elif parts[-1:] != [Wildcard.MANY] or part is not Wildcard.MANY:
            parts.append(part)
    return Pattern(tuple(parts), cased=draw(st.booleans()))


_SETS = st.lists(text_tests(), max_size=3).map(tuple)


@given(_SETS, _SETS)
def test_a_product_takes_what_the_tests_say(
    wanted: tuple[TextTest, ...], unwanted: tuple[TextTest, ...]
) -> None:
    product = product_of(tuple(map(node_of, wanted)), tuple(map(node_of, unwanted)))
    ask = [text_test(test) for test in wanted], [text_test(test) for test in unwanted]
    for text in [*TEXTS, "", "x", "\n", "Ab\u212ak"]:
        passes = all(test(text) for test in ask[0]) and not any(test(text) for test in ask[1])
        assert product.takes(text) == (passes and text != "")


@given(_SETS, _SETS)
def test_a_shortest_text_is_taken_and_there_is_no_shorter_one(
    wanted: tuple[TextTest, ...], unwanted: tuple[TextTest, ...]
) -> None:
    product = product_of(tuple(map(node_of, wanted)), tuple(map(node_of, unwanted)))
    found = product.shortest()
    taken = [text for text in TEXTS if product.takes(text)]
    if found is None:
        assert taken == []
    else:
        assert product.takes(found)
        assert all(len(text) >= len(found) for text in taken)


@given(_SETS, _SETS, st.integers(0, 12), st.randoms(use_true_random=False))
def test_every_walk_ends_in_a_text_that_is_taken(
    wanted: tuple[TextTest, ...], unwanted: tuple[TextTest, ...], detour: int, random: Random
) -> None:
    product = product_of(tuple(map(node_of, wanted)), tuple(map(node_of, unwanted)))
    text = product.walk(random.randrange, detour)
    assert (text is None) == (product.shortest() is None)
    assert text is None or product.takes(text)


def test_a_walk_without_a_detour_is_as_short_as_can_be() -> None:
    product = product_of((node_of(Pattern((Wildcard.MANY, "curl/", Wildcard.MANY))),), ())
    text = product.walk(Random(1).randrange, 0)
    assert text is not None
    assert text.lower() == "curl/"


def test_ten_forbidden_words_do_not_multiply() -> None:
    words = [Pattern((Wildcard.MANY, f"{n}-forbidden-word", Wildcard.MANY)) for n in range(10)]
    product = product_of((), tuple(map(node_of, words)))
    assert product.walk(Random(1).randrange, 9) is not None


def test_what_is_too_large_is_said_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automata, "MAX_STATES", 100)
    letters = "abcdefgh"
    # Four of each letter somewhere: states multiply with every letter.
    many = tuple(node_of(Pattern((Wildcard.MANY, c * 4, Wildcard.MANY))) for c in letters)
    product = product_of(many, ())
    with pytest.raises(TooLarge, match="states"):
        product.shortest()
    with pytest.raises(TooLarge, match="states"):
        product.walk(Random(1).randrange, 3)
    with pytest.raises(TooLarge, match="characters"):
        automaton_of(node_of(Regex("^(?:[a-z]{200}){200}$")))


@pytest.mark.parametrize("mode", RefMode)
def test_a_related_pattern_is_what_the_relation_says(mode: RefMode) -> None:
    taken = product_of((node_of(related_pattern("b", mode)),), ())
    relation = {
        RefMode.EQUALS: str.__eq__,
        RefMode.CONTAINS: str.__contains__,
        RefMode.STARTS_WITH: str.startswith,
        RefMode.ENDS_WITH: str.endswith,
    }[mode]
    assert [taken.takes(text) for text in TEXTS] == [relation(text, "b") for text in TEXTS]


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(0, 2**32 - 1))
def test_dotted_addresses_of_a_network(base: int, length: int, number: int) -> None:
    from ipaddress import IPv4Address, IPv4Network

    network = IPv4Network((base, length), strict=False)
    near = int(network.network_address) + number % max(1, network.num_addresses)
    product = product_of((dotted_node(network),), ())
    for one in (number, near):
        address = IPv4Address(one)
        assert product.takes(str(address)) == (address in network)
    assert not product.takes(f"0{IPv4Address(near)}")


@given(st.integers(0, 3), st.integers(0, 3), st.text("ab", max_size=8))
def test_counted_repetition(least: int, more: int, text: str) -> None:
    node = Repeat(Choice((node_of(Pattern(("a",), True)), Concat(()))), least, least + more)
    taken = product_of((Concat((node, node_of(Pattern(("b",), True)))),), ()).takes(text)
    assert taken == bool(re.fullmatch(f"a{{0,{least + more}}}b", text))
