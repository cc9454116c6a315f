"""A search cut into tokens and commands (Search Manual, "About the search language").

Commands are separated by pipes outside of quotes. A double-quoted text is a value; its only
escapes here are those that :class:`Beliefs` speaks of. A single-quoted text is a field's name
(Search Reference, eval, "Usage": names with other characters than letters, digits and
underscores). Backquotes (macros) and subsearches are not known: they are expanded before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from okta_access.spl.beliefs import NotDocumentedError


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a search: its kind, and what stands inside its quotes."""

    kind: Kind
    text: str

    def is_word(self, *texts: str) -> bool:
        """Whether it is one of these words, in any case."""
        return self.kind is Kind.WORD and self.text.lower() in texts

    def is_sign(self, *texts: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind is Kind.SIGN and self.text in texts


Command = tuple[Token, ...]

_TOKEN = re.compile(
    r'"(?P<text>[^"\\]*(?:\\[^"\\][^"\\]*)*)"'
    r"|'(?P<name>[^'\\\"]+)'"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:(?:\.|\{\}\.)[A-Za-z_][A-Za-z0-9_]*)*|[0-9]+)"
    r"|(?P<sign><=|>=|!=|[=<>()+\-*.,|])"
)
_KINDS = {kind.value: kind for kind in Kind}
_BLANK = re.compile(r"[ \n]*")


def tokens(search: str) -> list[Token]:
    """The tokens of a search.

    Raises :class:`NotDocumentedError` at anything else, an escaped quote or a doubled backslash
    among it.
    """
    found: list[Token] = []
    at = 0
    while True:
        blank = _BLANK.match(search, at)
        assert blank is not None
        at = blank.end()
        if at == len(search):
            return found
        match = _TOKEN.match(search, at)
        if match is None or match.lastgroup is None:
            raise NotDocumentedError(f"cannot read {search[at : at + 40]!r}")
        found.append(Token(_KINDS[match.lastgroup], match[match.lastgroup]))
        at = match.end()


@lru_cache(maxsize=256)
def commands(search: str) -> tuple[Command, ...]:
    """The tokens of each command; the first is the implied search command's."""
    cut: list[list[Token]] = [[]]
    for token in tokens(search):
        if token.is_sign("|"):
            cut.append([])
        else:
            cut[-1].append(token)
    if not all(cut):
        raise NotDocumentedError("a pipe with nothing before or behind it")
    return tuple(map(tuple, cut))


def names_in(search: str) -> frozenset[str]:
    """Every text of a search that may be a field's name: there is no other way to read a field.

    Raises as :func:`tokens`.
    """
    return frozenset(token.text for token in tokens(search) if token.kind is not Kind.SIGN)


class Reader:
    """Tokens read from left to right."""

    def __init__(self, command: Sequence[Token]) -> None:
        self._tokens = command
        self._at = 0

    @property
    def next(self) -> Token | None:
        """The token ahead, or None at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> Token:
        """The token ahead, which is passed."""
        token = self.next
        if token is None:
            raise NotDocumentedError("a command ends too early")
        self._at += 1
        return token

    def take_sign(self, *texts: str) -> bool:
        """Passes the token ahead if it is one of these signs."""
        found = self.next is not None and self.next.is_sign(*texts)
        self._at += found
        return found

    def take_word(self, *texts: str) -> bool:
        """Passes the token ahead if it is one of these words."""
        found = self.next is not None and self.next.is_word(*texts)
        self._at += found
        return found

    def expect_sign(self, text: str) -> None:
        """Passes this sign, which must be ahead."""
        if not self.take_sign(text):
            raise NotDocumentedError(f"expected {text!r}, found {self._found()}")

    def word(self) -> str:
        """Passes a word."""
        token = self.take()
        if token.kind is not Kind.WORD:
            raise NotDocumentedError(f"expected a word, found {token.text!r}")
        return token.text

    def field(self) -> str:
        """Passes a field's name as commands take it: a word, or in double quotes."""
        token = self.take()
        if token.kind not in (Kind.WORD, Kind.TEXT):
            raise NotDocumentedError(f"expected a field, found {token.text!r}")
        return token.text

    def number(self) -> int:
        """Passes a whole number."""
        text = self.word()
        if not text.isdigit():
            raise NotDocumentedError(f"expected a number, found {text!r}")
        return int(text)

    def rest(self) -> Command:
        """Passes all that is left."""
        left = tuple(self._tokens[self._at :])
        self._at = len(self._tokens)
        return left

    def end(self) -> None:
        """Nothing may be left."""
        if self.next is not None:
            raise NotDocumentedError(f"does not know {self._found()} here")

    def _found(self) -> str:
        return "the end" if self.next is None else repr(self.next.text)
