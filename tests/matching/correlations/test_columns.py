"""Columns give back what was put in."""

from __future__ import annotations

import pickle
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.catalog.paths import Held
from okta_access.matching.correlations import columns
from okta_access.matching.correlations.columns import Texts, Uuids, Value

_UUIDS = st.uuids().map(str)
_TEXTS = st.one_of(
    st.none(),
    st.text(),
    _UUIDS,
    _UUIDS.map(str.upper),
    _UUIDS.map(lambda uuid: uuid.replace("-", "")),
    _UUIDS.map(lambda uuid: uuid.replace("-", " ")),
)


@given(st.lists(_TEXTS), st.integers(0, 9))
@example([str(UUID(int=0)), None, "", "0" * 32], 1)
@example([str(UUID(int=5)), str(UUID(int=0))], 2)
@example([str(UUID(int=5))[:-1], "5" + str(UUID(int=5))], 2)
def test_uuids(given_uuids: list[str | None], cut: int) -> None:
    """One by one, many at once, and those of another list."""
    uuids, later = Uuids(), Uuids()
    for uuid in given_uuids[:cut]:
        uuids.append(uuid)
    later.extend(given_uuids[cut:])
    uuids.join(later)
    assert [uuids[row] for row in range(len(given_uuids))] == given_uuids


@given(st.lists(_UUIDS, min_size=1), st.integers(0), st.integers(0), st.sampled_from("-0aA \u0663"))
def test_uuids_of_which_one_is_odd(found: list[str], which: int, at: int, letter: str) -> None:
    which, at = which % len(found), at % 36
    found[which] = found[which][:at] + letter + found[which][at + 1 :]
    uuids = Uuids()
    uuids.extend(found)
    assert [uuids[row] for row in range(len(found))] == found


held = st.one_of(
    st.text(min_size=1, max_size=2), st.lists(st.text(min_size=1, max_size=2)).map(tuple)
)


def numbers(texts: Texts, values: list[Value], at_once: int) -> list[int]:
    parts = (values[start : start + at_once] for start in range(0, len(values), at_once))
    return [number for part in parts for number in texts.numbers(part)]


@given(st.lists(held, max_size=40), st.integers(1, 5), st.integers(1, 9))
def test_texts_that_are_forgotten_come_back_whole(
    values: list[Value], latest: int, at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_LATEST", latest)
        texts = Texts(1)
        found = numbers(texts, values, at_once)
    assert [texts[number] for number in found] == [(value,) for value in values]
    assert {*found} == {*range(len(texts))}
    if len({*values}) <= latest:
        assert [texts[number] for number in range(len(texts))] == [
            (value,) for value in dict.fromkeys(values)
        ]


@given(st.lists(st.tuples(held, held), max_size=40), st.lists(st.integers(0, 40), max_size=3))
def test_texts_travel_once(values: list[tuple[Held, Held]], cuts: list[int]) -> None:
    """What comes part by part from another is here what it was there, by the same numbers."""
    here, there = Texts(2), Texts(2)
    found = []
    for start, end in pairwise([0, *sorted(cuts), len(values)]):
        found += there.numbers(values[start:end])
        here.extend(pickle.loads(pickle.dumps(there.take_later())))
    assert [here[number] for number in found] == values
    assert [(here.held(number, 0), here.held(number, 1)) for number in found] == values
    assert len(here) == len({*values})
    for number in range(len(here)):
        for held_there, hashes, several in zip(
            here[number], here.hashes, here.several, strict=True
        ):
            plain = isinstance(held_there, str)
            assert (hashes[number] != 0) == plain
            assert several.get(number) == (None if plain else len(held_there))


def test_texts_with_a_gap_are_refused() -> None:
    here, there = Texts(1), Texts(1)
    there.numbers(["a"])
    there.take_later()
    there.numbers(["b"])
    with pytest.raises(ValueError, match="0 are there, and these begin with number 1"):
        here.extend(there.take_later())
