"""Folding by single characters, over all of Unicode."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from okta_access.rules import case as text
from okta_access.rules.case import fold, fold_char, same_letters


def test_classes_are_those_of_the_definition() -> None:
    """The short way for ASCII agrees with the definition: equal lower-case forms."""
    classes: dict[str, list[str]] = {}
    for char in map(chr, range(sys.maxunicode + 1)):
        classes.setdefault(fold_char(char), []).append(char)
    for char in map(chr, range(0x250)):
        assert same_letters(char) == tuple(classes[fold_char(char)])


@given(st.characters())
def test_a_character_is_of_its_own_class(char: str) -> None:
    letters = same_letters(char)
    assert char in letters
    assert {fold_char(letter) for letter in letters} == {fold_char(char)}
    assert list(letters) == sorted(letters)


@given(st.text())
def test_folding_is_by_single_characters(value: str) -> None:
    folded = fold(value)
    assert len(folded) == len(value)
    assert folded == "".join(fold_char(char) for char in value)
    assert fold(folded) == folded


def test_final_sigma_folds_like_any_sigma() -> None:
    assert fold("ΣΑΣ") == "σασ"
    assert text.fold("ς") == "ς"
