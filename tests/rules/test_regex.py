"""The dialect against Python's own reading of the same pattern."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.rules.model import Regex
from okta_access.rules.regex import RegexRefused, parse_regex, python_pattern

LETTERS = "abkK\u212a.\n-09_ ]"
LITERALS = st.sampled_from(["a", "b", "k", "K", "\\.", "-", "0", "\\x61", "\\u212a", "_", " "])
CLASSES = st.sampled_from(
    [".", "\\d", "\\w", "\\s", "\\D", "[a-c]", "[^ab]", "[k0-9_]", "[\\]a]", "[a\\-z]", "[]a]"]
)
SINGLES = LITERALS | CLASSES
QUANTIFIERS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"])


def sequence(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(inner, QUANTIFIERS).map("".join), min_size=1, max_size=4).map("".join)


GROUPS = st.lists(st.lists(SINGLES, max_size=3).map("".join), min_size=1, max_size=3).map(
    lambda branches: f"({'|'.join(branches)})"
)
BRANCH = st.tuples(
    st.sampled_from(["", "^"]), sequence(SINGLES | GROUPS), st.sampled_from(["", "$"])
).map("".join)
PATTERNS = st.lists(BRANCH, min_size=1, max_size=2).map("|".join)


@given(PATTERNS, st.text(alphabet=LETTERS, max_size=8), st.booleans(), st.booleans())
def test_agrees_with_python(pattern: str, text: str, ignore_case: bool, dot_all: bool) -> None:
    regex = Regex(pattern, ignore_case=ignore_case, dot_all=dot_all)
    # Python's $ also matches before a last line feed, and its |i folds beyond lower case in ways
    # the alphabet above does not reach.
    theirs = re.sub(r"\$(?=\||$)", r"\\Z", pattern)
    flags = (re.IGNORECASE if ignore_case else 0) | (re.DOTALL if dot_all else 0)
    theirs = theirs.replace("\\d", "[0-9]").replace("\\D", "[^0-9]")
    theirs = theirs.replace("\\w", "[0-9A-Za-z_]").replace("\\s", "[\\t-\\r ]")
    expected = re.search(theirs, text, flags) is not None
    assert (re.search(python_pattern(regex), text) is not None) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "empty"),
        ("a(?=b)", "look-around"),
        ("(?i)a", "flags"),
        (r"(a)\1", "not supported"),
        (r"\bword", "not supported"),
        ("(a+)+", "inside another"),
        ("(a*b)*", "inside another"),
        ("a++", "possessive"),
        ("a|*b", "nothing to repeat"),
        ("a^b", "only at the ends"),
        ("(^a)", "only at the ends"),
        ("a$b", "only at the end"),
        ("(a", "not closed"),
        ("a)", "unmatched"),
        ("[a", "too early"),
        ("[z-a]", "backwards"),
        ("[[:alpha:]]", "inside a class"),
        ("[a&&b]", "inside a class"),
        ("a{300}", "up to"),
        ("a{2,1}", "up to"),
        ("a{x}", "expected"),
        ("a\\", "too early"),
        (r"\x6", "hexadecimal"),
        (r"\p{L}", "not supported"),
        ("(" * 30 + "a" + ")" * 30, "nested deeper"),
        ("a" * 1001, "longer"),
        ("a}", "write"),
    ],
)
def test_refuses(pattern: str, reason: str) -> None:
    with pytest.raises(RegexRefused, match=re.escape(reason)):
        parse_regex(Regex(pattern))


def test_refuses_anchors_over_lines() -> None:
    with pytest.raises(RegexRefused, match="different things"):
        parse_regex(Regex("^a", multiline=True))


@given(st.text(alphabet="ab()[]{}|*+?^$\\.-,09di", max_size=12))
def test_never_fails_otherwise(pattern: str) -> None:
    try:
        found = python_pattern(Regex(pattern))
    except RegexRefused:
        return
    re.compile(found)
