"""Lines of CSV files, which people open in spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """A text's cell. What begins like a formula would be run: an apostrophe says that it is text.

    >>> cell("=1+1"), cell("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def line(texts: Iterable[str]) -> str:
    """The cells of these texts as a line without its end.

    >>> line(["=1+1", "a,b", ""])
    '\\'=1+1,"a,b",'
    """
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(map(cell, texts))
    return written.getvalue()
