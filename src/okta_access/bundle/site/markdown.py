"""Markdown (CommonMark with tables) that says exactly the texts it is given, whatever they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LEAST_FENCE = 3


def text(value: str) -> str:
    r"""Running text: nothing in it is markup, and it stays on one line.

    >>> text("[a](b) <i> `c` | d\n# e")
    '\\[a\\]\\(b\\) \\<i\\> \\`c\\` \\| d \\# e'
    """
    return _PUNCTUATION.sub(r"\\\1", _visible(" ".join(value.split())))


def code(value: str) -> str:
    """A short text as code, in running text and in tables.

    >>> code("target.id"), code("a`|b")
    ('`target.id`', 'a\\\\`\\\\|b')
    """
    plain = _visible(" ".join(value.split()))
    return text(plain) if not plain or set(plain) & set("`|\\") else f"`{plain}`"


def block(value: str, language: str = "text", marked: Iterable[int] = ()) -> str:
    """A listing with the lines ``marked`` (from 1) set off; it ends where the text ends."""
    body = "\n".join(map(_visible, value.rstrip("\n").split("\n")))
    runs = [len(run) for run in re.findall(r"`+", body)]
    fence = "`" * max(_LEAST_FENCE, 1 + max(runs, default=0))
    lines = ",".join(map(str, marked))
    option = f":emphasize-lines: {lines}\n" if lines else ":force:\n"
    return f"{fence}{{code-block}} {language}\n{option}\n{body}\n{fence}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; empty where there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines]) + "\n"


def bullets(items: Iterable[str]) -> str:
    """A list of items that are Markdown already."""
    return "".join(f"- {item}\n" for item in items)


def link(label: str, target: str) -> str:
    """A link to another page, or to an http address; any other target stays text.

    >>> link("a", "b.md"), link("x", "javascript:alert(1)")
    ('[a](b.md)', 'x')
    """
    if re.fullmatch(r"https?://[^\s<>()]+|(?!/)[\w./-]+\.md(?:#[\w-]+)?", target, re.ASCII):
        return f"[{text(label)}]({target})"
    return text(label)


def _visible(value: str) -> str:
    """The text with its control and formatting characters written out."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        f"\\u{ord(one):04x}" if unicodedata.category(one) in {"Cc", "Cf", "Cs"} else one
        for one in value
    )
