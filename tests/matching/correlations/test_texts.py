"""Texts by number: what was put in comes back, whatever its letters."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.catalog.paths import Held
from okta_access.matching.correlations import texts as module
from okta_access.matching.correlations.texts import Texts
from okta_access.matching.events.generated import BETWEEN

# What stands between texts, here or as bytes, and what no UTF-8 can say.
letters = st.sampled_from("ab\0\xfe\xff\ud800\udcfe\u20ac")
text = st.text(letters, min_size=1, max_size=2)
held: st.SearchStrategy[Held] = st.one_of(
    text,
    st.just(()),
    st.lists(text, min_size=2, max_size=3).map(tuple),
)


def as_a_keeper(texts: Texts, fields: tuple[Held, ...]) -> int:
    """The number of what fields hold, asked for as generated code does."""
    found: list[int] = []
    column = texts.column(found.append)
    if all(isinstance(one, str) or not one for one in fields):
        joined = BETWEEN.join(one if isinstance(one, str) else "" for one in fields)
        number = column.known(joined)
        column.add(column.new(joined, fields) if number is None else number)
    else:
        column.add(column.number(fields))
    return found[0]


def numbers(texts: Texts, values: list[tuple[Held, ...]], at_once: int) -> list[int]:
    found: list[int] = []
    for place, value in enumerate(values):
        found.append((texts.number if place % 2 else lambda x: as_a_keeper(texts, x))(value))
        if place % at_once == 0:
            texts.settle(at_once)
    texts.settle()
    return found


@given(st.lists(st.tuples(held), max_size=40), st.integers(1, 5), st.integers(1, 9))
def test_texts_that_are_forgotten_come_back_whole(
    values: list[tuple[Held, ...]], latest: int, at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LATEST", latest)
        texts = Texts(1)
        found = numbers(texts, values, at_once)
    assert [texts[number] for number in found] == values
    assert {*found} == {*range(len(texts))}
    if len({*values}) <= latest:
        assert [texts[number] for number in range(len(texts))] == [*dict.fromkeys(values)]


@given(st.lists(st.tuples(held, held), max_size=40), st.lists(st.integers(0, 40), max_size=3))
@example([("a\0b", "c"), ("a", "b\0c"), ("a", "b")], [])
@example([("a", ()), ((), "a"), ("a", "a"), ((), ())], [2])
def test_texts_travel_once(values: list[tuple[Held, Held]], cuts: list[int]) -> None:
    """What comes part by part from another is here what it was there, by the same numbers."""
    here, there = Texts(2, [1]), Texts(2, [1])
    found = []
    for start, end in pairwise([0, *sorted(cuts), len(values)]):
        found += numbers(there, [*values[start:end]], 3)
        here.extend(pickle.loads(pickle.dumps(there.take_later())))
    assert [here[number] for number in found] == values
    assert [(here.held(number, 0), here.held(number, 1)) for number in found] == values
    assert len(here) == len({*values})
    for number in range(len(here)):
        assert (here.hashes[1][number] != 0) == isinstance(here.held(number, 1), str)
        for one, several in zip(here[number], here.several, strict=True):
            assert several.get(number) == (None if isinstance(one, str) else len(one))
    assert len({here.hashes[1][number] for number in found}) <= len({one for _, one in values})


@pytest.mark.parametrize("recurring", [1, 100, 10**9])
def test_no_more_names_are_known_than_came_lately(recurring: int) -> None:
    texts = Texts(1)
    for number in range(3 * module._LATEST):
        texts.number((str(number % recurring),))
        if number % 64 == 0:
            texts.settle(64)
        assert len(texts._numbers) <= module._LATEST + 1


def test_texts_with_a_gap_are_refused() -> None:
    here, there = Texts(1), Texts(1)
    there.number(("a",))
    there.take_later()
    there.number(("b",))
    with pytest.raises(ValueError, match="0 are there, and these begin with number 1"):
        here.extend(there.take_later())
