"""The grammar of conditions: a text read into a tree, with every fault at its word.

Reading goes on after a fault, as its author will have meant the text, so that one run names all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

_TOKEN = re.compile(r"(?P<word>[A-Za-z0-9_*-]+)|(?P<sign>&&|\|\||[()!|])|(?P<other>\S)")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PATTERN = re.compile(r"[A-Za-z0-9_*]+")
_BINARY = ("and", "or")
_OPERATORS = (*_BINARY, "not")
_QUANTIFIERS = ("1", "any", "all")
_IN_OTHER_LANGUAGES = {"&&": "and", "||": "or", "!": "not"}
_EXAMPLE = "for example: selection and not 1 of filter_*"


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a selection, and where in the condition it stands, from 0."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Selector:
    """``1 of PATTERN`` or ``all of PATTERN``; ``at`` is the pattern's place."""

    pattern: str
    all_of: bool
    at: int


@dataclass(frozen=True, slots=True)
class Negated:
    """``not`` and what follows it."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class Joined:
    """Operands with ``and`` (``all_of``) or ``or`` between them."""

    operands: tuple[Condition, ...]
    all_of: bool


Condition = Name | Selector | Negated | Joined


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which characters of the condition."""

    start: int
    end: int
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(slots=True)
class ConditionReader:
    """Reads one condition; ``faults`` collects what is wrong in it.

    ``names`` are the defined selections: a word that is one is never taken for a misspelt operator.
    """

    text: str
    names: frozenset[str]
    faults: list[Fault] = field(default_factory=list)
    _tokens: list[_Token] = field(default_factory=list)
    _next: int = 0

    def read(self) -> Condition | None:
        """The tree; None where nothing is left to make one of."""
        self._tokens = [*self._scanned()]
        if not self._tokens:
            self._fault(None, "the condition is empty", _EXAMPLE)
            return None
        tree = self._any_of()
        while (token := self._peek()) is not None:  # only a `)` stops the reading
            self._fault(token, "the parenthesis `)` closes nothing")
            self._next += 1
            if self._peek() is not None and self._peek_is(*_BINARY):
                self._next += 1
            if self._peek() is not None:
                self._any_of()
        return tree

    def _scanned(self) -> Iterator[_Token]:
        for found in _TOKEN.finditer(self.text):
            token = _Token(found.group(), found.start())
            if found["word"]:
                yield self._operator_of(token)
            elif token.text in "()":
                yield token
            elif token.text == "|":
                rest = _Token(self.text[token.start :].rstrip(), token.start)
                message = "a condition takes no aggregation behind `|`"
                self._fault(rest, message, "count in a correlation that refers to this rule")
                return
            elif token.text in _IN_OTHER_LANGUAGES:
                word = _IN_OTHER_LANGUAGES[token.text]
                self._fault(token, f"`{token.text}` is no operator of Sigma", f"write `{word}`")
                yield _Token(word, token.start)
            else:
                message = f"the character `{token.text}` has no place in a condition"
                self._fault(token, message, _EXAMPLE)

    def _operator_of(self, token: _Token) -> _Token:
        """The token, or the operator that it is in capitals."""
        word = token.text.lower()
        known = (*_OPERATORS, "of", "all", "any", "them")
        if word == token.text or word not in known or token.text in self.names:
            return token
        message = f"`{token.text}` is no operator: Sigma's words are in lower case"
        self._fault(token, message, f"write `{word}`")
        return _Token(word, token.start)

    def _any_of(self) -> Condition | None:
        return self._joined("or", self._all_of)

    def _all_of(self) -> Condition | None:
        return self._joined("and", self._negation)

    def _joined(self, operator: str, operand: Callable[[], Condition | None]) -> Condition | None:
        operands = [operand()]
        while self._goes_on(operator):
            operands.append(operand())
        whole = tuple(one for one in operands if one is not None)
        if len(whole) < 2:
            return whole[0] if whole else None
        return Joined(whole, operator == "and")

    def _goes_on(self, operator: str) -> bool:
        """Whether another operand of this operator follows, which is then the next to be read."""
        token = self._peek()
        if token is None or token.text == ")":
            return False
        if token.text not in _BINARY:
            token = self._mended(token)
        if token.text == operator:
            self._next += 1
            return True
        return token.text not in _BINARY  # only a missing one, which is read as the nearest

    def _mended(self, token: _Token) -> _Token:
        """Say that an operator is missing before this token, or that it is one, misspelt."""
        following = self._tokens[self._next + 1 : self._next + 2]
        close = get_close_matches(token.text.lower(), _BINARY, 1, 0.6)
        if close and token.text not in self.names and following and following[0].text != ")":
            self._fault(token, f"`{token.text}` is no operator", f"did you mean `{close[0]}`?")
            token = _Token(close[0], token.start)
            self._tokens[self._next] = token
        else:
            message = f"there is no operator before `{token.text}`"
            self._fault(token, message, "put `and` or `or` between them")
        return token

    def _negation(self) -> Condition | None:
        if not self._peek_is("not"):
            return self._operand()
        self._next += 1
        operand = self._negation()
        return None if operand is None else Negated(operand)

    def _operand(self) -> Condition | None:
        token = self._peek()
        if token is None or token.text == ")" or token.text in _OPERATORS:
            self._missing(token)
            return None
        self._next += 1
        if token.text == "(":
            return self._in_parentheses(token)
        if self._peek_is("of"):
            return self._selector(token)
        if token.text in ("all", "any") and token.text not in self.names:
            message = f"`{token.text}` selects nothing without `of`"
            self._fault(token, message, f"for example: {token.text} of selection_*")
            following = self._peek()
            if following is None or following.text in (")", *_OPERATORS):
                return None
            self._next += 1
            return Selector(following.text, token.text == "all", following.start)
        if not _NAME.fullmatch(token.text):
            message = f"the pattern `{token.text}` stands for several selections"
            hint = f"write `1 of {token.text}` or `all of {token.text}`"
            self._fault(token, message, hint)
            return Selector(token.text, False, token.start)
        if token.text == "them" and "them" not in self.names:
            self._fault(token, "`them` needs `1 of` or `all of` before it", "write `1 of them`")
            return Selector("them", False, token.start)
        return Name(token.text, token.start)

    def _in_parentheses(self, opened: _Token) -> Condition | None:
        if self._peek_is(")"):
            self._next += 1
            self._fault(opened, "the parentheses are empty", _EXAMPLE)
            return None
        inside = self._any_of()
        if self._peek_is(")"):
            self._next += 1
        else:
            self._fault(opened, "the parenthesis `(` is never closed")
        return inside

    def _selector(self, quantifier: _Token) -> Condition | None:
        self._next += 1
        if quantifier.text not in _QUANTIFIERS:
            message = f"`{quantifier.text} of` is no quantifier"
            self._fault(quantifier, message, "write `1 of` or `all of`")
        pattern = self._peek()
        if pattern is None or pattern.text in ("(", ")", *_OPERATORS):
            said = f"`{quantifier.text} of` names no selections"
            hint = f"for example: {quantifier.text} of selection_*, {quantifier.text} of them"
            self._fault(quantifier, said, hint)
            if pattern is not None and pattern.text == "(":
                self._operand()
            return None
        self._next += 1
        if not _PATTERN.fullmatch(pattern.text):
            message = (
                f"`{pattern.text}` behind `of` holds a hyphen, which Sigma reads in names only"
            )
            self._fault(pattern, message, "name the selections with `_`")
        return Selector(pattern.text, quantifier.text == "all", pattern.start)

    def _missing(self, token: _Token | None) -> None:
        """Say that a selection was expected before this token."""
        before = self._tokens[self._next - 1] if self._next else None
        if before is None:
            assert token is not None
            self._fault(token, f"there is no selection before `{token.text}`", _EXAMPLE)
        else:
            self._fault(before, f"there is no selection after `{before.text}`", _EXAMPLE)

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _peek_is(self, *texts: str) -> bool:
        token = self._peek()
        return token is not None and token.text in texts

    def _fault(self, token: _Token | None, message: str, hint: str | None = None) -> None:
        start, end = (0, len(self.text)) if token is None else (token.start, token.end)
        self.faults.append(Fault(start, end, message, hint))
