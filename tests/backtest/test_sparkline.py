"""Marks for counts: as many as asked for, higher for more, and bursts stay to be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.backtest.sparkline import BLOCKS, binned, days_a_mark, sparkline

COUNTS = st.lists(st.integers(0, 1000) | st.just(0), max_size=60)


@given(COUNTS, st.booleans())
def test_a_mark_a_count_on_one_scale(counts: list[int], ascii_only: bool) -> None:
    marks = sparkline(counts, ascii_only=ascii_only)
    assert len(marks) == len(counts)
    assert marks.isascii() or not ascii_only
    rank = [*dict.fromkeys(mark for _, mark in sorted(zip(counts, marks, strict=True)))]
    scale = sparkline(range(9), ascii_only=ascii_only)
    assert [scale.index(mark) for mark in rank] == sorted(scale.index(mark) for mark in rank)
    for count, mark in zip(counts, marks, strict=True):
        assert (mark == scale[0]) == (count == 0)
        assert count != max(counts) or not count or mark == scale[-1]


def test_the_whole_scale() -> None:
    assert sparkline(range(9)) == BLOCKS


@given(COUNTS, st.integers(1, 40))
def test_bins_fit_and_keep_the_highest(counts: list[int], columns: int) -> None:
    width = days_a_mark(len(counts), columns)
    bins = binned(counts, width)
    assert len(bins) <= columns
    assert width == 1 or -(-len(counts) // (width - 1)) > columns, "no wider than needed"
    assert max(bins, default=0) == max(counts, default=0)


@pytest.mark.parametrize("width", [1, 3])
def test_a_bin_is_its_busiest_day(width: int) -> None:
    assert binned([1, 2, 3, 4], width) == {1: (1, 2, 3, 4), 3: (3, 4)}[width]
