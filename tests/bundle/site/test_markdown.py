"""What goes into a page comes out of it as text, and never as markup."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from okta_access.bundle.site import markdown as md

PARSER = MarkdownIt("commonmark").enable("table")
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), max_size=40)
MARKUP = st.text(st.sampled_from("`|\\<>[](){}*_#~!&;:=-+.$ \n\"'x1"), max_size=40)


def seen(html: str) -> str:
    """What a reader sees of some HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@given(TEXTS | MARKUP)
@example("1. x")
@example("<script>alert(1)</script>")
@example("{ref}`a`")
def test_running_text_says_itself(value: str) -> None:
    html = PARSER.render(f"x {md.text(value)} x")
    assert "<" not in html.removeprefix("<p>").removesuffix("</p>\n")
    assert " ".join(seen(html).split()) == " ".join(f"x {value} x".split())


@given(TEXTS | MARKUP)
def test_cells_stay_in_their_place(value: str) -> None:
    html = PARSER.render(md.table(("a", "b"), [(md.text(value), md.code(value))]))
    cells = re.findall(r"<td>(.*?)</td>", html)
    assert [" ".join(seen(cell).split()) for cell in cells] == [" ".join(value.split())] * 2


@given(TEXTS | MARKUP)
@example("```\n# out\n````")
def test_a_listing_ends_where_its_text_does(value: str) -> None:
    tokens = PARSER.parse(md.block(value))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == f":force:\n\n{value.rstrip(chr(10))}\n"


@given(TEXTS | MARKUP)
@example("javascript:alert(1)")
@example("data:text/html,x")
@example("//evil.example/x.md")
def test_links_lead_to_pages_and_http_alone(target: str) -> None:
    html = PARSER.render(md.link("label", target))
    for href in re.findall(r'href="([^"]*)"', html):
        assert re.match(r"https?://|(?!//)[\w./-]+\.md", href)


def test_what_cannot_be_seen_is_written_out() -> None:
    assert md.text("a\u202eb\x00") == r"a\\u202eb\\u0000"
