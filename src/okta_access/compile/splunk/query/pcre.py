r"""Regular expressions as Splunk's eval functions take them: PCRE, inside a double-quoted text.

What a backslash is in such a text is told in two ways. Splunk's examples of ``match`` rely on
``\d`` and ``\.`` arriving as they are; its page on expressions has ``\t`` turned into a tab, and
``\\`` into one backslash. So every regular expression written here means the same whether escapes
that texts commonly know (``\n``, ``\x41``) are resolved before it is read or by it: ``\\`` is
never written, characters that mean something stand in brackets of their own, and a backslash is
what lies between ``Z`` and ``^`` and is none of ``[``, ``]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from okta_access.errors import Refused
from okta_access.rules.case import fold, same_letters
from okta_access.rules.model import Pattern, Regex, Wildcard
from okta_access.rules.regex import (
    Chars,
    Choice,
    Concat,
    Range,
    RegexNode,
    Repeat,
    parse_regex,
    python_pattern,
)

_ESCAPED = ".^*+?(){}"
_BRACKETED = '"`[]|$'  # what means something to PCRE, or to Splunk outside quotes
_IN_CLASS = "]\\[^-"
_BACKSLASH = "(?![]Z[^])[Z-^]"
_HALF_CHARACTERS = (0xD800, 0xDFFF)
_ANY = "."  # every regular expression here is read with (?s)
NULL_TEXT = "null"  # what Splunk may extract from a JSON null


@dataclass(frozen=True, slots=True)
class Piece:
    """One alternative of a regular expression, to be read with ``(?s)``.

    ``start`` and ``end`` bind it to the ends of the value. ``caseless`` is None where no letter is
    in it. ``finds_null`` and ``finds_empty`` say whether it finds in the texts "null" and "".
    """

    body: str
    start: bool = False
    end: bool = False
    caseless: bool | None = None
    finds_null: bool = False
    finds_empty: bool = False


def pattern_piece(pattern: Pattern) -> Piece:
    r"""A Sigma value with its wildcards.

    >>> pattern_piece(Pattern(("a.b", Wildcard.MANY)))
    Piece(body='a\\.b', start=True, end=False, caseless=True, finds_null=False, finds_empty=False)
    """
    parts = list(pattern.parts)
    start = not parts or parts[0] is not Wildcard.MANY
    end = not parts or parts[-1] is not Wildcard.MANY
    inner = parts[0 if start else 1 : None if end or len(parts) == 1 else -1]
    body = "".join(
        literal(part, pattern.cased) if isinstance(part, str) else _wildcard(part) for part in inner
    )
    letters = any(len(same_letters(c)) > 1 for part in parts if isinstance(part, str) for c in part)
    return Piece(
        body,
        start,
        end,
        not pattern.cased if letters else None,
        finds(pattern, NULL_TEXT),
        finds(pattern, ""),
    )


def regex_pieces(regex: Regex) -> tuple[Piece, ...]:
    """A regular expression of a rule, an alternative each; its case is in its characters."""
    null, empty = finds(regex, NULL_TEXT), finds(regex, "")
    return tuple(
        Piece(_node(branch.node), branch.at_start, branch.at_end, False, null, empty)
        for branch in parse_regex(regex)
    )


def word_piece(words: Iterable[str]) -> Piece:
    """Exactly one of these plain words, case included."""
    inside = "|".join(words)
    return Piece(f"(?:{inside})" if "|" in inside else inside, True, True, False)


def join(pieces: Iterable[Piece]) -> str:
    r"""One regular expression that finds what any of the pieces finds.

    Where one would find in "null" or in the empty text, it finds in all but these: an event whose
    field holds nothing may show either.

    >>> join([pattern_piece(Pattern(("DENY",))), pattern_piece(Pattern(("FAILURE",)))])
    '(?i)^(?:DENY|FAILURE)\\z'
    """
    known = tuple(dict.fromkeys(pieces))
    caseless = any(piece.caseless for piece in known)
    guarded = any(piece.finds_null or piece.finds_empty for piece in known)
    grouped: dict[tuple[bool, bool], list[str]] = {}
    for piece in known:
        body = f"(?-i:{piece.body})" if caseless and piece.caseless is False else piece.body
        grouped.setdefault((piece.start, piece.end), []).append(body)
    parts = [_bound(bodies, *ends, guarded) for ends, bodies in grouped.items()]
    found = "|".join(parts)
    if guarded:
        null = f"(?-i:{NULL_TEXT})" if caseless else NULL_TEXT
        empty = "(?=.)" if any(piece.finds_empty for piece in known) else ""
        found = f"^(?!{null}\\z){empty}" + (f"(?:{found})" if len(parts) > 1 else found)
    dots = re.search(r"(?<!\\)\.", found) is not None
    flags = "i" * caseless + "s" * dots
    return f"(?{flags}){found}" if flags else found


def literal(text: str, cased: bool) -> str:
    r"""A text as itself; letters beyond ASCII are spelled out, for PCRE pairs them in its own way.

    >>> literal("a+b [1]", cased=True)
    'a\\+b [\\x5b]1[\\x5d]'
    """
    return "".join(_letter(char, cased) for char in text)


def _letter(char: str, cased: bool) -> str:
    if cased or char.isascii() or char.lower() == char.upper():
        return _char(char)
    return f"(?-i:{'|'.join(map(_char, same_letters(char)))})"


def _char(char: str) -> str:
    if char in _ESCAPED:
        return "\\" + char
    if char in _BRACKETED:
        return f"[{_code(ord(char))}]"
    if char == "\\":
        return _BACKSLASH
    return char if char.isprintable() else _code(ord(char))


def _code(point: int) -> str:
    if _HALF_CHARACTERS[0] <= point <= _HALF_CHARACTERS[1]:
        raise Refused(f"U+{point:04X} is half a character, which Splunk cannot look for")
    return f"\\x{point:02x}" if point < 0x80 else f"\\x{{{point:x}}}"


def _wildcard(part: Wildcard) -> str:
    return _ANY if part is Wildcard.ONE else _ANY + "*"


def _bound(bodies: list[str], start: bool, end: bool, guarded: bool) -> str:
    inside = "|".join(bodies)
    if len(bodies) > 1 and (start or end or guarded):
        inside = f"(?:{inside})"
    if guarded:  # the guard stands at the start, so what may begin anywhere says so
        return ("" if start else ".*") + inside + ("\\z" if end else "")
    return ("^" if start else "") + inside + ("\\z" if end else "")


def _node(node: RegexNode) -> str:
    match node:
        case Chars(ranges, negated):
            return _chars(ranges, negated)
        case Concat(parts):
            return "".join(_node(part) for part in parts)
        case Choice(branches):
            return f"(?:{'|'.join(_node(branch) for branch in branches)})"
        case Repeat(inner, least, most):
            inside = _node(inner)
            single = isinstance(inner, Chars)
            return (inside if single else f"(?:{inside})") + _times(least, most)


def _times(least: int, most: int | None) -> str:
    short = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
    if short is not None:
        return short
    return f"{{{least}}}" if most == least else f"{{{least},{'' if most is None else most}}}"


def _chars(ranges: tuple[Range, ...], negated: bool) -> str:
    if not ranges:
        return _ANY if negated else "(?!)"
    if not negated and len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _char(chr(ranges[0][0]))
    parts, backslash = _class_parts(ranges)
    found = "\\^" if parts == "^" and not negated else f"[{'^' if negated else ''}{parts}]"
    if not backslash:
        return found
    if negated:
        return f"(?!{_BACKSLASH}){found}" if parts else f"(?!{_BACKSLASH})."
    return f"(?:{found}|{_BACKSLASH})" if parts else _BACKSLASH


def _class_parts(ranges: tuple[Range, ...]) -> tuple[str, bool]:
    """The inside of a class, and whether a backslash is to be thought of outside it.

    The characters that mean something in a class stand where they mean nothing: ``]`` first,
    ``-`` last, ``^`` not first.
    """
    cut = [piece for low, high in ranges for piece in _cut(low, high)]
    singles = {low for low, high in cut if low == high}
    inside = "".join(
        _in_class(low) if low == high else f"{_in_class(low)}-{_in_class(high)}"
        for low, high in cut
        if low < high or chr(low) not in _IN_CLASS
    )
    first, opening, hat, dash = (char if ord(char) in singles else "" for char in "][^-")
    front = first + inside + (_code(ord(opening)) if opening else "")
    return (front + hat + dash if front else dash + hat), ord("\\") in singles


def _cut(low: int, high: int) -> list[Range]:
    """A range in pieces that neither begin nor end with a character of meaning."""
    for char in _IN_CLASS:
        point = ord(char)
        if point in (low, high):
            parts = [(low, point - 1), (point, point), (point + 1, high)]
            return [
                piece
                for start, end in parts
                if start <= end
                for piece in ([(start, end)] if start == end == point else _cut(start, end))
            ]
    return [(low, high)]


def _in_class(point: int) -> str:
    char = chr(point)
    return char if char.isascii() and char.isalnum() else _code(point)


def finds(test: Pattern | Regex, text: str) -> bool:
    """Whether the test finds in a text, as its rule means it; meant for short texts.

    >>> finds(Pattern((Wildcard.MANY, "UL", Wildcard.MANY)), "null")
    True
    """
    if isinstance(test, Regex):
        return re.search(python_pattern(test), text) is not None
    form = "".join(
        _wildcard(part) if isinstance(part, Wildcard) else re.escape(_folded(part, test.cased))
        for part in test.parts
    )
    return re.fullmatch(form, _folded(text, test.cased), re.DOTALL) is not None


def _folded(text: str, cased: bool) -> str:
    return text if cased else fold(text)
