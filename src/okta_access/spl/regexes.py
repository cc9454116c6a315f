r"""PCRE, as far as it is compiled here, read for Python's ``re`` (PCRE's own manual, pcrepattern).

Case is spelled out, letter by letter, because Python pairs letters in its own way: ``(?i)i`` finds
U+0130 there and does not in PCRE. Under ``(?i)`` only ASCII may stand, apart from characters that
have no case.
"""

from __future__ import annotations

import re
from functools import lru_cache

from okta_access.spl.beliefs import NotDocumentedError

_UNICODE_PAIRS = {"k": "\u212a", "s": "\u017f"}  # CaseFolding.txt, C and S, to an ASCII letter
_FLAGS = re.compile(r"\(\?([is]+)\)")
_PIECE = re.compile(
    r"(?P<open>\((?:\?:|\?!|\?=|\?-i:|(?!\?)))"
    r"|(?P<close>\))"
    r"|(?P<plain>[|^.]|\\z|[*+?]|\{[0-9]+(?:,[0-9]*)?\})"
    r"|(?P<code>\\x(?:[0-9a-f]{2}|\{[0-9a-f]+\}))"
    r"|(?P<control>\\[tnr])"
    r"|(?P<escaped>\\[.^*+?(){}])"
    r"|(?P<set>\[\^?\]?(?:[^\]\\[]|\\x(?:[0-9a-f]{2}|\{[0-9a-f]+\})|\[)*\])"
    r"|(?P<literal>[^\\\[\](){}*+?.^$|])",
    re.DOTALL,
)
_MEMBER = re.compile(r"\\x(?:\{([0-9a-f]+)\}|([0-9a-f]{2}))|(.)", re.DOTALL)
_CONTROLS = {"\\t": "\t", "\\n": "\n", "\\r": "\r"}


@lru_cache(maxsize=4096)
def compiled(pattern: str, unicode_case: bool) -> re.Pattern[str]:
    r"""The pattern for Python's :func:`re.search`.

    Raises :class:`NotDocumentedError` for anything that is not compiled here.

    >>> compiled(r"(?i)^ask\z", True).pattern
    '^[Aa][Ss\\U0000017f][Kk\\U0000212a]\\Z'
    """
    flags = _FLAGS.match(pattern)
    letters = flags[1] if flags else ""
    found: list[str] = []
    caseless = ["i" in letters]
    at = flags.end() if flags else 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            raise NotDocumentedError(f"cannot read {pattern[at:]!r} in a regular expression")
        at = piece.end()
        if piece["open"]:
            caseless.append(caseless[-1] and piece["open"] != "(?-i:")
            found.append(piece["open"].replace("(?-i:", "(?:"))
        elif piece["close"]:
            caseless.pop()
            found.append(")")
        else:
            fold = unicode_case if caseless[-1] else None
            found.append(_written(piece, fold, dot_all="s" in letters))
    if len(caseless) != 1:
        raise NotDocumentedError(f"parentheses do not match in {pattern!r}")
    return re.compile("".join(found))


def _written(piece: re.Match[str], fold: bool | None, *, dot_all: bool) -> str:
    """``fold``: how case is ignored (None: it counts)."""
    if piece["plain"]:
        return {"\\z": r"\Z", ".": r"[\s\S]" if dot_all else r"[^\n]"}.get(
            piece["plain"], piece["plain"]
        )
    if piece["set"]:
        return _set(piece["set"], fold)
    if piece["code"]:
        char = chr(int(piece["code"][2:].strip("{}"), 16))
    elif piece["control"]:
        char = _CONTROLS[piece["control"]]
    else:
        char = piece["escaped"][1] if piece["escaped"] else piece["literal"]
    same = _same(char, fold)
    return f"[{''.join(map(_point, same))}]" if len(same) > 1 else _point(char)


def _set(text: str, fold: bool | None) -> str:
    """A class. In it ``]`` is a character where it stands first, ``-`` where first or last."""
    if any(posix in text[1:] for posix in ("[:", "[.", "[=")):
        raise NotDocumentedError(f"{text!r} looks like a POSIX class")
    negated = text.startswith("[^")
    members = [
        chr(int(m[1] or m[2], 16)) if m[3] is None else m[3]
        for m in _MEMBER.finditer(text[2 if negated else 1 : -1])
    ]
    ranges: list[tuple[str, str]] = []
    at = 0
    while at < len(members):
        if at + 2 < len(members) and members[at + 1] == "-":
            ranges.append((members[at], members[at + 2]))
            at += 3
        else:
            ranges.append((members[at], members[at]))
            at += 1
    inside = "".join(
        f"{_point(low)}-{_point(high)}{_other_case(low, high, fold)}" for low, high in ranges
    )
    return f"[{'^' if negated else ''}{inside}]"


def _other_case(low: str, high: str, fold: bool | None) -> str:
    if fold is None:
        return ""
    if ord(high) > 127 and low != high:
        raise NotDocumentedError("a range beyond ASCII under (?i)")
    chars = map(chr, range(ord(low), ord(high) + 1))
    return "".join(_point(same) for char in chars for same in _same(char, fold) if same != char)


def _same(char: str, fold: bool | None) -> list[str]:
    """The characters that a character of the pattern finds."""
    if fold is None or (char.isascii() and not char.isalpha()):
        return [char]
    if not char.isascii():
        if char.lower() == char.upper():
            return [char]
        raise NotDocumentedError(f"{char!r} under (?i): PCRE's pairs of letters are not known here")
    more = _UNICODE_PAIRS.get(char.lower(), "") if fold else ""
    return [char.upper(), char.lower(), *more]


def _point(char: str) -> str:
    return char if char.isascii() and char.isalnum() else f"\\U{ord(char):08x}"
