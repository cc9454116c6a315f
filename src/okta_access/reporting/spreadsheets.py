"""Texts in cells of CSV files, which people open in spreadsheets."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """A text's cell. What begins like a formula would be run: an apostrophe says that it is text.

    >>> cell("=1+1"), cell("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
