"""Texts out of logs and rules, fit to be shown: what would drive a terminal is never sent to it."""

from __future__ import annotations


def printable(text: str, keep: str = "") -> str:
    """The text with control and other unprintable characters written as escapes.

    Those in ``keep`` stay as they are.

    >>> printable("a\\x1b[31m")
    'a\\\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else repr(c)[1:-1] for c in text)
