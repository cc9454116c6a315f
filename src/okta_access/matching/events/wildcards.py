"""Wildcards: whether a text, as a whole, is of the form of texts, ``*`` and ``?``.

A form is cut at its ``*`` into segments of fixed length. The first must stand at the text's
start, the last at its end, and each one between is taken where it is first found: what is left
for those after it is then longest, so no other place need be tried. A hostile text thus costs no
more than its length times that of the form.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from okta_access.rules.case import fold
from okta_access.rules.model import Pattern, Wildcard

TextTest = Callable[[str], bool]
Parts = tuple[str | Wildcard, ...]


def pattern_test(pattern: Pattern) -> TextTest:
    """A test for texts as they stand in events.

    >>> pattern_test(Pattern(("Admin", Wildcard.MANY)))("ADMINISTRATOR")
    True
    """
    if pattern.cased:
        return form_test(pattern.parts)
    test = form_test(folded(pattern).parts)
    return lambda text: test(fold(text))


def folded(pattern: Pattern) -> Pattern:
    """The pattern with its texts in lower case, character by character; itself where cased."""
    if pattern.cased:
        return pattern
    return Pattern(tuple(p if isinstance(p, Wildcard) else fold(p) for p in pattern.parts))


def form_test(parts: Parts) -> TextTest:
    """A test for texts that compare exactly.

    >>> test = form_test(("a", Wildcard.MANY, "b", Wildcard.ONE))
    >>> test("a..b."), test("ab")
    (True, False)
    """
    first, *rest = _segments(parts)
    if not rest:
        return lambda text: len(text) == first.length and first.stands_at(text, 0)
    *between, last = rest
    least = first.length + last.length

    def test(text: str) -> bool:
        end = len(text) - last.length
        if len(text) < least or not first.stands_at(text, 0) or not last.stands_at(text, end):
            return False
        start = first.length
        for segment in between:
            start = segment.end_of_first(text, start, end)
            if start < 0:
                return False
        return True

    return test


class _Segment(msgspec.Struct, frozen=True):
    """Texts and ``?`` between two ``*``; ``regex`` only where there is a ``?``."""

    text: str
    length: int
    regex: re.Pattern[str] | None

    def stands_at(self, text: str, start: int) -> bool:
        if self.regex is None:
            return text.startswith(self.text, start)
        return self.regex.match(text, start) is not None

    def end_of_first(self, text: str, start: int, end: int) -> int:
        """Where its first place between start and end stops, or -1."""
        if self.regex is None:
            found = text.find(self.text, start, end)
            return found + self.length if found >= 0 else -1
        match = self.regex.search(text, start, end)
        return match.end() if match else -1


def _segments(parts: Parts) -> list[_Segment]:
    cut: list[list[str | Wildcard]] = [[]]
    for part in parts:
        if part is Wildcard.MANY:
            cut.append([])
        else:
            cut[-1].append(part)
    return [_segment(segment) for segment in cut]


def _segment(parts: list[str | Wildcard]) -> _Segment:
    text = "".join(part for part in parts if isinstance(part, str))
    ones = sum(isinstance(part, Wildcard) for part in parts)
    regex = None
    if ones:
        pattern = "".join(re.escape(part) if isinstance(part, str) else "." for part in parts)
        regex = re.compile(pattern, re.DOTALL)
    return _Segment(text, len(text) + ones, regex)
