"""The lines of a text as libyaml counts them."""

from __future__ import annotations

import re

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    r"""The lines, without their ends.

    >>> lines_of("a\r\nb\u2028c")
    ['a', 'b', 'c']
    """
    return _BREAK.split(text)


def line_starts(text: str) -> list[int]:
    r"""Where each line begins, in code points.

    >>> line_starts("a\r\nb")
    [0, 3]
    """
    return [0, *(found.end() for found in _BREAK.finditer(text))]
