r"""Regular expressions in the dialect that Python, PCRE and Lucene read alike.

A pattern is parsed into sets of characters, sequences, alternatives and repetitions; each target
then writes it in its own letters, so that no engine's reading of ``.``, ``$``, ``\d`` or of case
can differ. What the dialect leaves out is refused: look-around, back-references, word boundaries,
possessive and nested unbounded repetition (which also keeps matching times bounded), and anchors
anywhere but at the ends of a top-level alternative.

Meaning: the pattern is searched anywhere in the text; ``^`` and ``$`` are the text's very ends;
``.`` is any character but a line feed (with ``|s`` any); ``\d \w \s`` are ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from okta_access.rules.case import same_letters
from okta_access.rules.model import Regex

MAX_LENGTH = 1000
MAX_REPEAT = 255
MAX_NESTING = 20
LAST_CODE_POINT = 0x10FFFF

Range = tuple[int, int]


class RegexRefused(ValueError):
    """The pattern is outside the dialect; the message names the column and the reason."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character inside (or, ``negated``, outside) these inclusive code point ranges."""

    ranges: tuple[Range, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Concat:
    """The parts one after another; no parts is the empty text."""

    parts: tuple[RegexNode, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the branches."""

    branches: tuple[RegexNode, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The node ``least`` to ``most`` times; ``most`` None is without end."""

    node: RegexNode
    least: int
    most: int | None


RegexNode = Chars | Concat | Choice | Repeat


@dataclass(frozen=True, slots=True)
class Branch:
    """One top-level alternative, perhaps bound to the text's start or end."""

    node: RegexNode
    at_start: bool
    at_end: bool


DIGIT: tuple[Range, ...] = ((48, 57),)
WORD: tuple[Range, ...] = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACE: tuple[Range, ...] = ((9, 13), (32, 32))
_CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}


@lru_cache(maxsize=512)
def parse_regex(regex: Regex) -> tuple[Branch, ...]:
    """The top-level alternatives of a pattern; case is already folded into its characters.

    Raises :class:`RegexRefused`.

    >>> parse_regex(Regex("^ab"))[0].at_start
    True
    """
    return _Parser(regex).top()


def python_pattern(regex: Regex) -> str:
    """The pattern for Python's :func:`re.search`, without flags.

    >>> import re
    >>> bool(re.search(python_pattern(Regex("b$", ignore_case=True)), "AB"))
    True
    """
    branches = []
    for branch in parse_regex(regex):
        start, end = r"\A" if branch.at_start else "", r"\Z" if branch.at_end else ""
        branches.append(f"{start}{_python(branch.node)}{end}")
    return "|".join(branches)


def _python(node: RegexNode) -> str:
    match node:
        case Chars(ranges, negated):
            if not ranges:
                return r"[\s\S]" if negated else r"(?!)"
            inside = "".join(
                f"{_code(low)}-{_code(high)}" if low < high else _code(low) for low, high in ranges
            )
            return f"[{'^' if negated else ''}{inside}]"
        case Concat(parts):
            return "".join(_python(part) for part in parts)
        case Choice(branches):
            return f"(?:{'|'.join(_python(branch) for branch in branches)})"
        case Repeat(inner, least, most):
            return f"(?:{_python(inner)}){{{least},{'' if most is None else most}}}"


def _code(point: int) -> str:
    return f"\\U{point:08x}"


class _Parser:
    def __init__(self, regex: Regex) -> None:
        self.text = regex.pattern
        self.regex = regex
        self.at = 0
        if len(self.text) > MAX_LENGTH:
            raise RegexRefused(f"longer than {MAX_LENGTH} characters")
        if not self.text:
            raise RegexRefused("is empty and would match everything")

    def top(self) -> tuple[Branch, ...]:
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        if self.at < len(self.text):
            raise self._refused("an unmatched `)`")
        return tuple(branches)

    def _branch(self) -> Branch:
        at_start = self._take("^")
        node = self._sequence(0)
        at_end = self._take("$")
        if (at_start or at_end) and self.regex.multiline:
            raise self._refused("anchors with `|m` mean different things to the engines")
        if at_end and self.at < len(self.text) and self.text[self.at] != "|":
            raise self._refused("`$` is allowed only at the end of a top-level alternative")
        return Branch(node, at_start, at_end)

    def _choice(self, depth: int) -> RegexNode:
        if depth > MAX_NESTING:
            raise self._refused(f"groups nested deeper than {MAX_NESTING}")
        branches = [self._sequence(depth)]
        while self._take("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self, depth: int) -> RegexNode:
        parts: list[RegexNode] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "|)" or (char == "$" and depth == 0):
                break
            parts.append(self._repeated(self._single(depth)))
        return parts[0] if len(parts) == 1 else Concat(tuple(parts))

    def _single(self, depth: int) -> RegexNode:
        char = self._next()
        if char == "(":
            if self._take("?") and not self._take(":"):
                raise self._refused("look-around, flags and named groups are not supported")
            node = self._choice(depth + 1)
            if not self._take(")"):
                raise self._refused("a `(` is not closed")
            return node
        if char == "[":
            return self._class()
        if char == ".":
            return Chars((), True) if self.regex.dot_all else Chars(((10, 10),), True)
        if char == "\\":
            return self._escape()
        if char in "*+?{":
            raise self._refused(f"nothing to repeat before `{char}`", back=1)
        if char in "^$":
            raise self._refused(
                f"`{char}` is allowed only at the ends of a top-level alternative", back=1
            )
        if char in "]}":
            raise self._refused(f"write `\\{char}` for the character itself", back=1)
        return self._letters(((ord(char), ord(char)),))

    def _repeated(self, node: RegexNode) -> RegexNode:
        if self.at >= len(self.text) or self.text[self.at] not in "*+?{":
            return node
        least, most = self._bounds()
        self._take("?")  # a lazy repetition finds in the same texts
        if self.at < len(self.text) and self.text[self.at] in "*+?{":
            raise self._refused("possessive and double repetition are not supported")
        if most is None and _unbounded(node):
            raise self._refused("a repetition without end inside another one")
        return Repeat(node, least, most)

    def _bounds(self) -> tuple[int, int | None]:
        char = self._next()
        if char != "{":
            return (1 if char == "+" else 0), (1 if char == "?" else None)
        end = self.text.find("}", self.at)
        least_text, comma, most_text = self.text[self.at : end].partition(",")
        digits = least_text.isascii() and least_text.isdigit()
        if (
            end < 0
            or not digits
            or (most_text and not (most_text.isascii() and most_text.isdigit()))
        ):
            raise self._refused("expected {n}, {n,} or {n,m}", back=1)
        self.at = end + 1
        least = int(least_text)
        most = least if not comma else int(most_text) if most_text else None
        if least > MAX_REPEAT or (most or 0) > MAX_REPEAT or (most is not None and most < least):
            raise self._refused(f"repetition counts go up to {MAX_REPEAT}, the smaller first")
        return least, most

    def _escape(self) -> RegexNode:
        char = self._next()
        if char in _CLASSES:
            return Chars(_CLASSES[char])
        if char.lower() in _CLASSES:
            return Chars(_CLASSES[char.lower()], True)
        point = self._escaped_point(char)
        return self._letters(((point, point),))

    def _escaped_point(self, char: str) -> int:
        if char in _CONTROL:
            return ord(_CONTROL[char])
        if char in "xu":
            size = 2 if char == "x" else 4
            digits = self.text[self.at : self.at + size]
            if len(digits) < size or any(c not in "0123456789abcdefABCDEF" for c in digits):
                raise self._refused(f"`\\{char}` needs {size} hexadecimal digits")
            self.at += size
            return int(digits, 16)
        if char.isalnum() or not char.isascii():
            raise self._refused(f"`\\{char}` is not supported", back=2)
        return ord(char)

    def _class(self) -> RegexNode:
        negated = self._take("^")
        ranges: list[Range] = []
        first = True
        while True:
            char = self._next()
            if char == "]" and not first:
                break
            first = False
            if char == "[" or (char == "&" and self.text[self.at : self.at + 1] == "&"):
                raise self._refused(f"write `\\{char}` inside a class", back=1)
            if char == "\\" and self.text[self.at : self.at + 1] in _CLASSES:
                ranges.extend(_CLASSES[self._next()])
                continue
            low = self._escaped_point(self._next()) if char == "\\" else ord(char)
            high = low
            if (
                self.text[self.at : self.at + 1] == "-"
                and self.text[self.at + 1 : self.at + 2] != "]"
            ):
                self.at += 1
                end = self._next()
                high = self._escaped_point(self._next()) if end == "\\" else ord(end)
            if high < low:
                raise self._refused("a range runs backwards")
            ranges.append((low, high))
        return self._letters(tuple(ranges), negated)

    def _letters(self, ranges: tuple[Range, ...], negated: bool = False) -> Chars:
        found = list(ranges)
        if self.regex.ignore_case:
            for low, high in ranges:
                if high - low > 4096:
                    raise self._refused("a range of more than 4096 characters with `|i`")
                found.extend(
                    (ord(c), ord(c))
                    for point in range(low, high + 1)
                    for c in same_letters(chr(point))
                )
        return Chars(_merged(found), negated)

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise self._refused("ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _take(self, char: str) -> bool:
        if self.text[self.at : self.at + 1] == char:
            self.at += 1
            return True
        return False

    def _refused(self, reason: str, back: int = 0) -> RegexRefused:
        return RegexRefused(f"{reason} (at character {self.at - back + 1})")


def _merged(ranges: list[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _unbounded(node: RegexNode) -> bool:
    match node:
        case Chars():
            return False
        case Concat(parts):
            return any(_unbounded(part) for part in parts)
        case Choice(branches):
            return any(_unbounded(branch) for branch in branches)
        case Repeat(inner, _, most):
            return most is None or _unbounded(inner)
