"""Regular expressions over texts that an attacker may write, a user agent for example.

Python's own search tries one way after another, and a text can be made for which the ways are
endless: ``a.*a.*a.*z`` takes seconds on 400 characters and hours on 4,000. So it is used where
that cannot happen, and an automaton, which takes one step a character, elsewhere. The two agree.
"""

from __future__ import annotations

import re

from okta_access.matching.events.wildcards import TextTest
from okta_access.rules.model import Regex
from okta_access.rules.regex import (
    Chars,
    Choice,
    Concat,
    RegexNode,
    Repeat,
    parse_regex,
    python_pattern,
)
from okta_access.rules.solver.automata import Alphabet, TooLarge, automaton_of
from okta_access.rules.solver.languages import node_of

_SHORT = 256  # up to here trying all places for one repetition costs next to nothing
_MOST_STATES = 2_000
_MOST_CHARACTERS = 4_096
_START = 1


def regex_test(regex: Regex) -> TextTest:
    """Whether the expression is found in a text.

    >>> regex_test(Regex("a.*a.*a.*z"))("a" * 10_000)
    False
    """
    search = re.compile(python_pattern(regex)).search
    choices = max(_choices(branch.node) for branch in parse_regex(regex))
    if choices == 0:
        return lambda text: search(text) is not None
    try:
        machine = Machine(regex)
    except TooLarge:
        return lambda text: search(text) is not None
    if choices > 1:
        return machine.finds
    return lambda text: search(text) is not None if len(text) <= _SHORT else machine.finds(text)


class Machine:
    """An expression as an automaton, whose states are made when a text first leads to them.

    Raises :class:`TooLarge` for an expression of thousands of characters.
    """

    def __init__(self, regex: Regex) -> None:
        self._automaton = automaton_of(node_of(regex))
        self._alphabet = Alphabet([chars for chars, _ in self._automaton.sets])
        self._masks = self._alphabet.masks(self._automaton)
        self._classes: dict[str, int] = {}
        self._rows: dict[int, list[int | None]] = {}

    def finds(self, text: str) -> bool:
        """Whether the expression is found in the text."""
        state = _START
        for char in text:
            if state & self._automaton.settled:
                return True
            kind = self._classes.get(char)
            if kind is None:
                kind = self._class_of(char)
            row = self._rows.get(state) or self._new_row(state)
            following = row[kind]
            if following is None:
                following = row[kind] = self._step(state, kind)
            state = following
        return bool(state & self._automaton.final)

    def _class_of(self, char: str) -> int:
        if len(self._classes) >= _MOST_CHARACTERS:
            self._classes.clear()
        kind = self._classes[char] = self._alphabet.class_of(char)
        return kind

    def _new_row(self, state: int) -> list[int | None]:
        if len(self._rows) >= _MOST_STATES:
            self._rows.clear()
        row = self._rows[state] = [None] * len(self._masks)
        return row

    def _step(self, state: int, kind: int) -> int:
        reached = 0
        while state:
            low = state & -state
            reached |= self._automaton.follow[low.bit_length() - 1]
            state ^= low
        return reached & self._masks[kind]


def _choices(node: RegexNode) -> int:
    """How often a search through the expression can go one way or another; 2 stands for more."""
    match node:
        case Chars():
            return 0
        case Concat(parts):
            return sum(map(_choices, parts))
        case Choice(branches):
            return 1 + sum(map(_choices, branches))
        case Repeat(inner, least, most):
            again = most is None or most > 1
            return (least != most) + (2 if again else 1) * _choices(inner)
