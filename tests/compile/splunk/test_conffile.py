"""Configuration files: what is written reads back as it was meant, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.compile.splunk.app.conffile import Stanza, read, written
from okta_access.errors import Refused
from tests.builders.hostile import TEXTS

layouts = st.lists(
    st.sampled_from(["| where a=1", "  AND b=2", "x", "  [b]", "  # c", "| d\\", ""])
)
values = st.one_of(
    layouts.map("\n".join),
    st.sampled_from(TEXTS),
    st.text(),
    st.lists(st.sampled_from(TEXTS), max_size=3).map("".join),
)


@given(st.dictionaries(st.sampled_from(["search", "description", "a.b.c"]), values, min_size=1))
@example({"search": "a\\\n[b]"})
@example({"search": "x\u2028[y]"})
def test_every_value_comes_back_or_is_refused(settings: dict[str, str]) -> None:
    try:
        stanza = Stanza("One", settings)
    except Refused:
        assert any(value != value.strip() or _lines_to_refuse(value) for value in settings.values())
        return
    other = Stanza("Two", {"search": "index=okta"})
    text = written("# Made.", [stanza, other]).decode()
    assert read(text) == [("One", settings), ("Two", {"search": "index=okta"})]
    # However a reader breaks lines, a setting never becomes a line of its own.
    assert len(text.splitlines()) == text.count("\n")


def _lines_to_refuse(value: str) -> bool:
    lines = value.split("\n")
    return any(line.endswith("\\") or not line.isprintable() for line in lines) or any(
        line[:2] not in ("| ", "  ") or line.lstrip()[:1] in ("", "[", "#") for line in lines[1:]
    )


def test_a_search_keeps_its_lines() -> None:
    search = "index=okta\n  a=1\n| table a"
    text = written("# Made.", [Stanza("One", {"search": search, "disabled": "1"})]).decode()
    assert text.splitlines()[3:] == [
        "search = index=okta\\",
        "  a=1\\",
        "| table a",
        "disabled = 1",
    ]


@pytest.mark.parametrize(
    "name", ["", "a]", "[a", "a\nb", "a ", "ä", "default]", "a=b", "#a", "`a`"]
)
def test_a_name_that_could_be_read_otherwise_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        Stanza(name, {})


@pytest.mark.parametrize("key", ["", "a b", "a=b", "[a", "#a", "a\nb", "1a"])
def test_so_is_a_key(key: str) -> None:
    with pytest.raises(Refused):
        Stanza("a", {key: "v"})


def test_reading_as_the_manual_says() -> None:
    text = "top = 1\n[a]\n  k = v = w  \n\n# comment\nlong = one \\\ntwo\n[b]\nk=1\nk=2\n"
    assert read(text) == [
        ("", {"top": "1"}),
        ("a", {"k": "v = w", "long": "one \ntwo"}),
        ("b", {"k": "2"}),
    ]
