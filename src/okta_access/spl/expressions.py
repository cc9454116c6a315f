"""Expressions of eval and where (Search Reference, eval and where; Search Manual, "Expressions").

What binds how strongly is not relied on: AND beside OR, or ``.`` beside ``+``, without parentheses
is refused, and so is NOT, which is never compiled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.syntax import Kind, Reader, Token

_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|([tnr]))")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number as it is written."""

    value: str | int


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field of the event."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands joined by one operator: AND, OR, a comparison, ``.``, or ``+``, ``-``, ``*``."""

    operator: str
    operands: tuple[Expression, ...]


Expression = Literal | FieldName | Call | Operation


def expression(reader: Reader, beliefs: Beliefs) -> Expression:
    """Reads one expression."""
    return _Parser(reader, beliefs).boolean()


class _Parser:
    def __init__(self, reader: Reader, beliefs: Beliefs) -> None:
        self.reader = reader
        self.beliefs = beliefs

    def boolean(self) -> Expression:
        operands = [self._comparison()]
        words: set[str] = set()
        while self.reader.next is not None and self.reader.next.is_word("and", "or"):
            word = self.reader.word()
            if not word.isupper():
                raise NotDocumentedError(f"`{word}` is not capitalized")
            words.add(word)
            operands.append(self._comparison())
        if len(words) > 1:
            raise NotDocumentedError("AND and OR side by side without parentheses")
        return Operation(words.pop(), tuple(operands)) if words else operands[0]

    def _comparison(self) -> Expression:
        left = self._sum()
        if self.reader.next is not None and self.reader.next.is_sign(*_COMPARISONS):
            operator = self.reader.take().text
            return Operation(operator, (left, self._sum()))
        return left

    def _sum(self) -> Expression:
        found = self._product()
        joined: str | None = None
        while self.reader.next is not None and self.reader.next.is_sign("+", "-", "."):
            operator = self.reader.take().text
            if joined is not None and "." in (joined, operator) and joined != operator:
                raise NotDocumentedError("`.` beside `+` or `-` without parentheses")
            joined = operator
            found = Operation(operator, (found, self._product()))
        return found

    def _product(self) -> Expression:
        found = self._single()
        while self.reader.take_sign("*"):
            found = Operation("*", (found, self._single()))
        return found

    def _single(self) -> Expression:
        if self.reader.take_sign("("):
            inside = self.boolean()
            self.reader.expect_sign(")")
            return inside
        token = self.reader.take()
        if token.kind is Kind.TEXT:
            return Literal(self._text(token))
        if token.kind is Kind.NAME:
            return FieldName(token.text)
        if token.kind is Kind.WORD and token.text.isdigit():
            return Literal(int(token.text))
        if token.kind is not Kind.WORD or token.is_word("not", "xor"):
            raise NotDocumentedError(f"does not know `{token.text}` in an expression")
        if self.reader.take_sign("("):
            return Call(token.text, self._arguments())
        if token.is_word("in", "like", "true", "false", "null"):
            raise NotDocumentedError(f"does not know `{token.text}` as a field")
        if "." in token.text or "{" in token.text:
            raise NotDocumentedError(f"the field `{token.text}` needs single quotes")
        return FieldName(token.text)

    def _arguments(self) -> tuple[Expression, ...]:
        if self.reader.take_sign(")"):
            return ()
        found = [self.boolean()]
        while self.reader.take_sign(","):
            found.append(self.boolean())
        self.reader.expect_sign(")")
        return tuple(found)

    def _text(self, token: Token) -> str:
        if not self.beliefs.escapes:
            return token.text
        return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _CONTROLS[m[2]], token.text)
