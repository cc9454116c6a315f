"""Places in a text: the protocol's positions, code points and libyaml's spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.editor.text import Text, Units
from okta_access.errors import Span
from okta_access.rules.reading.source import Mapping, parse

LETTERS = st.text(st.sampled_from("ab:é💥\n\r\u2028\x85\ufeff "))
UNITS = st.sampled_from(list(Units))


@given(LETTERS, UNITS, st.data())
def test_there_and_back(source: str, units: Units, data: st.DataObject) -> None:
    text = Text(source, units)
    offset = data.draw(st.integers(0, len(source)))
    if source[max(offset - 1, 0) : offset + 1] != "\r\n":  # between the two there is no position
        assert text.offset(*text.place(offset)) == offset


@given(st.text(), UNITS, st.integers(-3, 2**31), st.integers(-3, 2**31))
def test_any_position_leads_somewhere(source: str, units: Units, line: int, character: int) -> None:
    assert 0 <= Text(source, units).offset(line, character) <= len(source)


@given(st.text(), st.integers(-3, 2**31), st.integers(-3, 2**31))
def test_any_span_is_cut_to_the_text(source: str, line: int, column: int) -> None:
    for name in ("a.yml", "a.toml"):
        start, end = Text(source).stretch(Span(name, line, column, line, column + 7))
        assert 0 <= start <= end <= len(source)


@pytest.mark.parametrize(
    ("units", "character"), [(Units.UTF8, 8), (Units.UTF16, 6), (Units.UTF32, 5)]
)
def test_an_emoji_is_counted_as_agreed(units: Units, character: int) -> None:
    assert Text("# 💥: b", units).place(5) == (0, character)


def test_half_of_a_pair_leads_before_it() -> None:
    assert Text("a💥b").offset(0, 2) == 1


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_span_of_the_reader_is_found(mark: str, end: str) -> None:
    text = Text(f"{mark}# 💥 \u2028# still the editor's first line{end}key: 'b'")
    (tree,) = parse(text.data, "a.yml").documents
    assert isinstance(tree, Mapping)
    start, stop = text.stretch(tree.key_span("key"))
    assert (text.source[start:stop], text.place(start)) == ("key", (1, 0))


def test_half_a_character_makes_no_utf8() -> None:
    (problem,) = parse(Text("title: \ud83d").data, "a.yml").problems
    assert problem.code == "OA001"
