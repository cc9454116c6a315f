"""Columns give back what was put in."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.matching.correlations import columns
from okta_access.matching.correlations.columns import Numbered, Texts, Uuids

_UUIDS = st.uuids().map(str)
_TEXTS = st.one_of(
    st.none(),
    st.text(),
    _UUIDS,
    _UUIDS.map(str.upper),
    _UUIDS.map(lambda uuid: uuid.replace("-", "")),
    _UUIDS.map(lambda uuid: uuid.replace("-", " ")),
)


@given(st.lists(_TEXTS))
@example([str(UUID(int=0)), None, "", "0" * 32])
def test_uuids(given_uuids: list[str | None]) -> None:
    uuids = Uuids()
    for uuid in given_uuids:
        uuids.append(uuid)
    assert [uuids[row] for row in range(len(given_uuids))] == given_uuids


@given(st.lists(st.text(max_size=2)))
def test_numbers(values: list[str]) -> None:
    numbered = Numbered[str]()
    numbers = [numbered.of(value) for value in values]
    assert [numbered[number] for number in numbers] == values
    assert list(numbered) == list(dict.fromkeys(values))


held = st.one_of(
    st.text(min_size=1, max_size=2), st.lists(st.text(min_size=1, max_size=2)).map(tuple)
)


@given(st.lists(held, max_size=40), st.integers(1, 5))
def test_texts_that_are_forgotten_come_back_whole(
    values: list[str | tuple[str, ...]], latest: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_LATEST", latest)
        texts = Texts()
        numbers = [texts.of(value) for value in values]
    assert [texts[number] for number in numbers] == values
    assert [texts[number] for number in range(len(texts))] == [*texts]
    assert len(texts) == len({*numbers})
    if len({*values}) <= latest:
        assert [*texts] == [*dict.fromkeys(values)]
