"""Columns give back what was put in."""

from __future__ import annotations

from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.matching.correlations.columns import Numbered, Uuids

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
