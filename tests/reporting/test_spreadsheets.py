"""No text out of a log is run by a spreadsheet, and each can be told from every other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.reporting.spreadsheets import cell


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    made = cell(text)
    assert made.removeprefix("'") == text.removeprefix("'")
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_begins_like_a_formula_is_marked_as_text(first: str) -> None:
    assert cell(f"{first}1") == f"'{first}1"
