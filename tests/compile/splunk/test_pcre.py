"""Patterns and regular expressions as PCRE, held against what they mean."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.compile.splunk.query.pcre import join, pattern_piece, regex_pieces
from okta_access.matching.events.evaluate import text_test
from okta_access.rules.model import Pattern, Regex, Wildcard
from okta_access.rules.regex import RegexRefused, parse_regex
from okta_access.spl.beliefs import EVERY, Beliefs
from okta_access.spl.expressions import Literal, expression
from okta_access.spl.regexes import compiled
from okta_access.spl.syntax import Reader, tokens
from tests.builders.strategies import WORDS, patterns

UNSURE = ("\u017f", "\u212a")
SIGNS = "^$.|?*+()[]{}\\\"'`-~!#%&/:;<=>@_ "
# Classes of signs, whole and from one sign to another, as a rule may write them.
sets = st.builds(
    lambda negated, parts: f"[{'^' if negated else ''}{''.join(parts)}]",
    st.booleans(),
    st.lists(
        st.one_of(
            st.sampled_from(SIGNS).map(lambda sign: f"\\{sign}" if sign in "^[]\\-&" else sign),
            st.tuples(st.integers(33, 126), st.integers(0, 20)).map(
                lambda pair: f"\\x{pair[0]:02x}-\\x{min(pair[0] + pair[1], 126):02x}"
            ),
            st.sampled_from(["\\d", "\\w", "\\s"]),
        ),
        min_size=1,
        max_size=4,
    ),
)
wholes = st.sampled_from(
    ["^a|b$", "(?:ab|c)+d?", "x{2,3}", "x{2,}", "x{3}", "a.c", "^$", "\\.\\*", "k", "[^k]", ".*"]
)


def resolved(regex: str, reading: Beliefs) -> str:
    """The regular expression as eval hands it to PCRE."""
    found = expression(Reader(tokens(f'"{regex}"')), reading)
    assert isinstance(found, Literal)
    assert isinstance(found.value, str)
    return found.value


def finds(regex: str, text: str, reading: Beliefs) -> bool:
    return compiled(resolved(regex, reading), reading.unicode_case).search(text) is not None


def judged(text: str) -> bool:
    """Whether Splunk shows a text as it is; the first two may be nothing at all."""
    return text not in ("", "null") and not any(char in text for char in UNSURE)


@given(st.lists(patterns, min_size=1, max_size=3), st.sampled_from(WORDS), st.sampled_from(EVERY))
@example([Pattern((Wildcard.MANY,))], "\n", EVERY[0])
@example([Pattern(("ς",))], "σ", Beliefs(unicode_case=True))
@example([Pattern(("a", Wildcard.ONE)), Pattern(("B",), cased=True)], "a\n", EVERY[-1])
def test_a_pattern_finds_what_it_matches(some: list[Pattern], text: str, reading: Beliefs) -> None:
    some = [one for one in some if not any("\ud800" in str(part) for part in one.parts)]
    if not some or not judged(text):
        return
    expected = any(text_test(one)(text) for one in some)
    assert finds(join(map(pattern_piece, some)), text, reading) == expected


@given(
    st.one_of(wholes, sets, st.tuples(wholes, sets).map("".join)),
    st.booleans(),
    st.one_of(st.sampled_from([*SIGNS, *WORDS]), st.text(SIGNS + "akxKé\n", max_size=4)),
    st.sampled_from(EVERY),
)
def test_a_regular_expression_finds_what_it_means(
    pattern: str, ignore_case: bool, text: str, reading: Beliefs
) -> None:
    regex = Regex(pattern, ignore_case=ignore_case)
    try:
        parse_regex(regex)
    except RegexRefused:
        return
    if judged(text):
        assert finds(join(regex_pieces(regex)), text, reading) == text_test(regex)(text)


@pytest.mark.parametrize("reading", EVERY, ids=str)
@pytest.mark.parametrize(
    "test", [Pattern((Wildcard.MANY,)), Pattern(("n", Wildcard.MANY)), Regex("^|l"), Regex(".*")]
)
def test_nothing_and_null_are_never_found(test: Pattern | Regex, reading: Beliefs) -> None:
    pieces = regex_pieces(test) if isinstance(test, Regex) else [pattern_piece(test)]
    assert not finds(join(pieces), "null", reading)
    assert not finds(join(pieces), "", reading)
    assert finds(join(pieces), "null l", reading)


@given(st.text(SIGNS + "aA1\n\té", min_size=1, max_size=8))
def test_nothing_that_splunk_reads_outside_quotes_is_left(text: str) -> None:
    written = join([pattern_piece(Pattern((text,), cased=True))])
    assert not set('"`|$\n\t') & set(written)
    assert "\\\\" not in written


def test_readable_where_nothing_is_special() -> None:
    agents = [Pattern((Wildcard.MANY, name, Wildcard.MANY)) for name in ("curl/", "okta-sdk")]
    assert join(map(pattern_piece, agents)) == "(?i)curl/|okta-sdk"
    assert join([pattern_piece(Pattern((Wildcard.MANY, "@okta.com")))]) == "(?i)@okta\\.com\\z"
