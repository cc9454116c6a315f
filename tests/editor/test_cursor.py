"""Where the cursor stands, in texts that are just being typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.editor.cursor import Side, cursor_at, document_lines, keys_below
from okta_access.editor.text import Text
from tests.builders.editing import at_mark

SELECTION = "detection:\n    selection:\n        "


@pytest.mark.parametrize(
    ("marked", "path", "side", "word"),
    [
        ("^", "", Side.KEY, ""),
        ("ti^", "", Side.KEY, "ti"),
        ("title: a\n^", "", Side.KEY, ""),
        ("title^: Okta", "", Side.KEY, "title"),
        ("title:^", "title", Side.VALUE, ""),
        ("title: Ok^ta", "title", Side.VALUE, "Okta"),
        (SELECTION + "^", "detection selection", Side.KEY, ""),
        (SELECTION + "actor.ty^", "detection selection", Side.KEY, "actor.ty"),
        (SELECTION + "actor.ty^pe: User", "detection selection", Side.KEY, "actor.type"),
        (SELECTION + "actor.type|con^: a", "detection selection", Side.KEY, "con"),
        (SELECTION + "actor.type: Us^", "detection selection actor.type", Side.VALUE, "Us"),
        (SELECTION + "actor.type:\n        - ^", "detection selection actor.type", Side.ITEM, ""),
        (SELECTION + "actor.type:\n          - a\n          - b^", "detection selection actor.type",
         Side.ITEM, "b"),
        (SELECTION + "- actor.id: a\n          act^", "detection selection", Side.KEY, "act"),
        (SELECTION + "- actor.id: a\n        - act^", "detection selection", Side.ITEM, "act"),
        (SELECTION + "a: b\n    condition: not s^ and", "detection condition", Side.VALUE, "s"),
        ("tags:\n- attack.t1^", "tags", Side.ITEM, "attack.t1"),
        ("tags: [a, attack.t^", "tags", Side.ITEM, "attack.t"),
        ("match:\n  - event: {eventType: a^", "match event eventType", Side.VALUE, "a"),
        ("match:\n  - event: {eventType: a, b^", "match event", Side.KEY, "b"),
        ("match:\n  - why: x\n    history:\n      - {at: 0s, event: {act^",
         "match history event", Side.KEY, "act"),
        ("match:\n  - why: x\n    event:\n        ^", "match event", Side.KEY, ""),
        ("correlation:\n    aliases:\n        x:\n            a: b^", "correlation aliases x a",
         Side.VALUE, "b"),
        ("description: |\n    a: b\n    c^", "description", Side.KEY, "c"),
        ("title: a\n---\ntags:\n    - ^", "tags", Side.ITEM, ""),
    ],
)  # fmt: skip
def test_keys_above_and_word(marked: str, path: str, side: Side, word: str) -> None:
    cursor = cursor_at(*at_mark(marked))
    assert (" ".join(cursor.path), cursor.side, cursor.word) == (path, side, word)


def test_modifiers_before_the_word() -> None:
    cursor = cursor_at(*at_mark(SELECTION + "actor.id|re|^"))
    assert (cursor.parts, cursor.word) == (("actor.id", "re"), "")


@pytest.mark.parametrize(
    ("marked", "comment"),
    [("a: b # c^", True), ("# ^", True), ("a: b^ # c", False), ("a: b#c^", False)],
)
def test_a_comment_is_one(marked: str, comment: bool) -> None:
    assert cursor_at(*at_mark(marked)).comment is comment


def test_the_lines_of_the_document() -> None:
    text, offset = at_mark("a: 1\n---\nb: ^2\nc: 3\n---\nd: 4")
    assert [*document_lines(text, offset)] == [1, 2, 3]


def test_the_keys_below_a_key() -> None:
    text, offset = at_mark("a:\n  b: 1\n  c:\n    d: 2\n  # e: 3\nf:\n  g: ^4\n---\na:\n  h: 5")
    assert [*keys_below(text, offset, "a")] == ["b", "c"]
    assert [*keys_below(text, offset, "c")] == ["d"]
    assert [*keys_below(text, offset, "z")] == []


@given(st.text(st.sampled_from("ab:-|{}[],'\"# \n\t💥")), st.data())
def test_any_text_has_a_cursor(source: str, data: st.DataObject) -> None:
    text = Text(source)
    cursor = cursor_at(text, data.draw(st.integers(0, len(source))))
    assert source[cursor.start : cursor.end] == cursor.word
