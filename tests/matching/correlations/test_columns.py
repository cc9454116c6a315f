"""Columns give back what was put in."""

from __future__ import annotations

from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.matching.correlations.columns import Uuids

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
