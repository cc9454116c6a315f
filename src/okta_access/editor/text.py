"""A text as an editor sees it: places between the protocol's positions and code points.

The protocol ends lines at CR, LF and CRLF alone, and counts in the units that the client and the
server agreed on, UTF-16 where they said nothing. Spans count code points, in libyaml's lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import StrEnum
from functools import cached_property

from okta_access.errors import Span
from okta_access.lint.lines import line_starts

_BREAK = re.compile("\r\n|[\n\r]")
_MARK = "\ufeff"
Place = tuple[int, int]
"""Line and character from 0, as the protocol counts them."""


class Units(StrEnum):
    """What a character of a position counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def length(self, text: str) -> int:
        """How many units a text has; half of a surrogate pair counts as one.

        >>> [units.length("a💥") for units in Units]
        [5, 3, 2]
        """
        match self:
            case Units.UTF8:
                return len(text.encode("utf-8", "surrogatepass"))
            case Units.UTF16:
                return len(text.encode("utf-16-le", "surrogatepass")) // 2
            case Units.UTF32:
                return len(text)


class Text:
    """A text, with the places in it."""

    def __init__(self, source: str, units: Units = Units.UTF16) -> None:
        self.source = source
        self.units = units

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.source))]

    @cached_property
    def _yaml_starts(self) -> list[int]:
        marked = len(self.source) - len(self.source.removeprefix(_MARK))
        return [marked + start for start in line_starts(self.source.removeprefix(_MARK))]

    @property
    def data(self) -> bytes:
        """The text as a file would hold it; half of a surrogate pair makes it no UTF-8."""
        return self.source.encode("utf-8", "surrogatepass")

    def offset(self, line: int, character: int) -> int:
        r"""The offset, in code points, of a position; of one that is not there the nearest before.

        >>> Text("a💥b\n").offset(0, 3), Text("a💥b\n").offset(0, 2), Text("a").offset(7, 7)
        (2, 1, 1)
        """
        if line >= len(self._starts):
            return len(self.source)
        start, there = self._starts[max(line, 0)], self.line(max(line, 0))
        if there.isascii():
            return start + min(max(character, 0), len(there))
        left = character
        for number, letter in enumerate(there):
            left -= self.units.length(letter)
            if left < 0:
                return start + number
        return start + len(there)

    def place(self, offset: int) -> Place:
        r"""The position of an offset in code points.

        >>> Text("a\n💥b").place(3)
        (1, 2)
        """
        offset = min(max(offset, 0), len(self.source))
        line = bisect_right(self._starts, offset) - 1
        return line, self.units.length(self.source[self._starts[line] : offset])

    @property
    def line_count(self) -> int:
        """How many lines there are; an empty text has one."""
        return len(self._starts)

    def line_at(self, offset: int) -> int:
        """The number, from 0, of the line of an offset."""
        return bisect_right(self._starts, offset) - 1

    def start_of(self, line: int) -> int:
        """The offset of a line's first character."""
        return self._starts[line]

    def line(self, number: int) -> str:
        r"""A line, from 0, without its end.

        >>> Text("a\r\nb\u2028c").line(1)
        'b\u2028c'
        """
        last = number + 1 == len(self._starts)
        end = len(self.source) if last else self._starts[number + 1]
        return self.source[self._starts[number] : end].rstrip("\r\n")

    def stretch(self, span: Span) -> tuple[int, int]:
        r"""The offsets of a span of this text, cut where the text has become shorter.

        >>> Text("a: b\nc: d").stretch(Span("a.yml", 2, 4, 2, 5))
        (8, 9)
        """
        starts = self._starts if span.file.endswith(".toml") else self._yaml_starts

        def at(line: int, column: int) -> int:
            if line > len(starts):
                return len(self.source)
            return min(starts[max(line, 1) - 1] + max(column, 1) - 1, len(self.source))

        start = at(span.line, span.column)
        return start, max(start, at(span.end_line, span.end_column))
