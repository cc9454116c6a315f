"""Searching by automaton is searching by Python, and takes one step a character."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.matching.events.regexes import Machine, regex_test
from okta_access.rules.model import Regex
from okta_access.rules.regex import python_pattern
from tests.builders.strategies import WORDS

_SINGLE = st.sampled_from(["a", "b", "K", ".", "[ab]", "[^a]", r"\d", r"\W", r"\.", "é", "😀"])
_REPEATS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{0,3}", "{2,}", "*?"])
_FIXED = st.sampled_from(["", "", "?", "{2}", "{1,3}"])


def _groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Groups, whose own repetition has an end: the dialect takes none without in another."""
    several = st.lists(inner, min_size=1, max_size=3).map("|".join)
    joined = st.lists(inner, min_size=1, max_size=3).map("".join)
    return st.one_of(joined, st.builds("({}){}".format, several, _FIXED))


_BODIES = st.recursive(st.builds("{}{}".format, _SINGLE, _REPEATS), _groups, max_leaves=6)
_PATTERNS = st.builds(
    "{}{}{}".format, st.sampled_from(["", "^", "a|^"]), _BODIES, st.sampled_from(["", "$", "$|b"])
)
_REGEXES = st.builds(Regex, _PATTERNS, ignore_case=st.booleans(), dot_all=st.booleans())
_TEXTS = st.one_of(st.text("abkK\u212a1.\né😀\ud800", max_size=12), st.sampled_from(WORDS))


@given(_REGEXES, st.lists(_TEXTS, max_size=5))
def test_the_machine_finds_what_python_finds(regex: Regex, texts: list[str]) -> None:
    search = re.compile(python_pattern(regex)).search
    machine, test = Machine(regex), regex_test(regex)
    for text in ("", *texts):
        found = search(text) is not None
        assert machine.finds(text) is found
        assert test(text) is found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a.*a.*a.*z", "a" * 50_000),
        ("a+z", "a" * 200_000),
        ("(a|aa){30}z", "a" * 50_000),
        ("(a|b|ab)*c", "ab" * 25_000),
        ("(a{0,9}){0,9}z", "a" * 50_000),
        (".*.*.*=.*", "x" * 50_000),
    ],
)
def test_texts_made_to_take_long_do_not(pattern: str, text: str) -> None:
    test = regex_test(Regex(pattern))
    assert not test(text)
    assert test("zc=" + "a" * 80 + "z" + "aca=")


def test_long_texts_of_many_characters() -> None:
    text = "".join(map(chr, range(0x1000, 0x3000))) + "needle"
    assert regex_test(Regex("[^x]e+dl.*e"))(text * 2)
    assert not regex_test(Regex("[^x]e+dlx*f"))(text * 2)


def test_an_expression_of_very_many_characters_is_left_to_python() -> None:
    assert regex_test(Regex("((a{255}|b){255}|c)d"))("xcd")
