"""How texts compare: case, character by character.

Two characters are equal when their lower-case forms are (docs/semantics.md, Values). A character
whose lower-case form is longer than one character (only U+0130) is equal to itself alone, so that
a text keeps its length and wildcards keep their meaning.
"""

from __future__ import annotations

import sys
from functools import cache

_KELVIN = "\u212a"  # the one character beyond ASCII whose lower-case form is an ASCII letter


def fold(text: str) -> str:
    r"""The text with each character in lower case; as long as the text itself.

    >>> fold("AbC")
    'abc'
    >>> fold("\u0130") == "\u0130"
    True
    """
    lowered = text.lower()
    if len(lowered) == len(text) and "Σ" not in text:
        return lowered
    return "".join(fold_char(char) for char in text)


def fold_char(char: str) -> str:
    """The lower-case form of one character, or the character where that form is longer.

    ``str.lower`` reads a final capital sigma by its neighbours; one character alone has none.
    """
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


def same_letters(char: str) -> tuple[str, ...]:
    r"""All characters equal to this one, in code point order.

    >>> same_letters("k") == ("K", "k", "\u212a")
    True
    >>> same_letters("1")
    ('1',)
    """
    if char.isascii():
        letters = {char.lower(), char.upper()}
        return tuple(sorted(letters)) + ((_KELVIN,) if char in "kK" else ())
    return _classes().get(fold_char(char), (char,))


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        lowered = fold_char(char)
        if lowered != char:
            groups.setdefault(lowered, [lowered]).append(char)
    return {lowered: tuple(sorted(group)) for lowered, group in groups.items()}
