"""Wildcard matching against the definition read aloud."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.matching.events.wildcards import form_test, pattern_test
from okta_access.rules.case import fold_char
from okta_access.rules.model import Pattern, Wildcard
from tests.builders.strategies import WORDS, patterns

MANY, ONE = Wildcard.MANY, Wildcard.ONE


def second_opinion(pattern: Pattern, text: str) -> bool:
    """Character by character, trying everything."""
    wanted: list[str | Wildcard] = []
    for part in pattern.parts:
        wanted.extend([part] if isinstance(part, Wildcard) else part)

    @cache
    def rest(at: int, here: int) -> bool:
        if at == len(wanted):
            return here == len(text)
        if wanted[at] is MANY:
            return rest(at + 1, here) or (here < len(text) and rest(at, here + 1))
        return here < len(text) and same(wanted[at], text[here]) and rest(at + 1, here + 1)

    def same(want: str | Wildcard, char: str) -> bool:
        if isinstance(want, Wildcard) or pattern.cased:
            return want is ONE or want == char
        return fold_char(want) == fold_char(char)

    return rest(0, 0)


_FEW = st.text(st.sampled_from("abAkK\u212a\n?"), max_size=8)
_FEW_PARTS = st.lists(
    st.one_of(st.sampled_from(["a", "b", "ab", "K", "?"]), st.sampled_from(Wildcard))
)


@given(patterns, st.one_of(st.sampled_from(WORDS), st.lists(st.sampled_from(WORDS)).map("".join)))
def test_words_of_all_scripts(pattern: Pattern, text: str) -> None:
    assert pattern_test(pattern)(text) is second_opinion(pattern, text)


@given(_FEW_PARTS, st.booleans(), _FEW)
@example([MANY, "ab", MANY, "ab"], True, "ab")
@example(["a", MANY, "a"], True, "a")
def test_many_ways_to_match(parts: list[str | Wildcard], cased: bool, text: str) -> None:
    pattern = Pattern(tuple(parts), cased)
    assert pattern_test(pattern)(text) is second_opinion(pattern, text)


@pytest.mark.parametrize(
    ("parts", "text", "holds"),
    [
        (("kelvin",), "\u212aELVIN", True),
        ((ONE,), "😀", True),
        ((ONE,), "\n", True),
        (("a", ONE, "b"), "a\nb", True),
        (("a", MANY, "b"), "a\n\nb", True),
        ((MANY,), "", True),
        (("i", MANY), "İ", False),
        (("İ",), "İ", True),
        (("σ",), "Σ", True),
        (("ς",), "Σ", False),
        (("straße",), "STRASSE", False),
    ],
)
def test_boundaries(parts: tuple[str | Wildcard, ...], text: str, holds: bool) -> None:
    assert pattern_test(Pattern(parts))(text) is holds


def test_many_stars_on_a_long_text_end() -> None:
    assert not form_test((MANY, *("a", MANY) * 50, "b"))("a" * 200_000)
