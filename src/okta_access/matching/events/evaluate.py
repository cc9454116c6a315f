"""THE reference: what a rule means for one event, written after docs/semantics.md.

Everything else that judges events (the generated matchers, compiled queries) is held to this.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, texts
from okta_access.errors import RuleError
from okta_access.matching.events.wildcards import TextTest, pattern_test
from okta_access.rules.addresses import parse_address
from okta_access.rules.model import (
    Absent,
    Address,
    And,
    Atom,
    Cidr,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    SameAs,
    Test,
)

_LONGEST_ADDRESS = 45  # ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255


def matches(expr: Expr, event: Event, catalog: Catalog) -> bool:
    """Whether the expression holds for the event.

    Raises :class:`RuleError` for a placeholder: tuning resolves those before anything is matched.
    """
    match expr:
        case And(operands):
            return all(matches(operand, event, catalog) for operand in operands)
        case Or(operands):
            return any(matches(operand, event, catalog) for operand in operands)
        case Not(operand):
            return not matches(operand, event, catalog)
        case Atom():
            other = _other_texts(expr.test, event, catalog)
            return _holds(expr, texts(event, expr.field, catalog), other)


class Explanation(msgspec.Struct, frozen=True):
    """Whether a part of a rule holds, and why.

    ``texts`` are those an atom's field holds, ``other_texts`` those of the field it is compared
    with; both are empty for And, Or and Not, whose reasons are in ``parts``.
    """

    expr: Expr
    holds: bool
    parts: tuple[Explanation, ...] = ()
    texts: tuple[str, ...] = ()
    other_texts: tuple[str, ...] = ()


def explain(expr: Expr, event: Event, catalog: Catalog) -> Explanation:
    """The verdict on the expression and, unlike :func:`matches`, on every part of it.

    Raises :class:`RuleError` for a placeholder.
    """
    match expr:
        case And(operands):
            parts = tuple(explain(operand, event, catalog) for operand in operands)
            return Explanation(expr, all(part.holds for part in parts), parts)
        case Or(operands):
            parts = tuple(explain(operand, event, catalog) for operand in operands)
            return Explanation(expr, any(part.holds for part in parts), parts)
        case Not(operand):
            part = explain(operand, event, catalog)
            return Explanation(expr, not part.holds, (part,))
        case Atom():
            found = texts(event, expr.field, catalog)
            other = _other_texts(expr.test, event, catalog)
            return Explanation(expr, _holds(expr, found, other), (), found, other)


def _other_texts(test: Test, event: Event, catalog: Catalog) -> tuple[str, ...]:
    return texts(event, test.other, catalog) if isinstance(test, SameAs) else ()


def _holds(atom: Atom, found: tuple[str, ...], other: tuple[str, ...]) -> bool:
    match atom.test:
        case Absent():
            return not found
        case Present():
            return bool(found)
        case SameAs(_, mode):
            return related(mode, found, other)
        case Placeholder(name):
            raise RuleError(f"the list `%{name}%` has not been filled in", (), span=atom.span)
        case test:
            return any(map(text_test(test), found))


def related(mode: RefMode, these: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether any of these texts relates to any of the others; compared exactly.

    >>> related(RefMode.STARTS_WITH, ("ab", "cd"), ("c",))
    True
    """
    match mode:
        case RefMode.EQUALS:
            return not set(these).isdisjoint(others)
        case RefMode.CONTAINS:
            return any(other in text for text in these for other in others)
        case RefMode.STARTS_WITH:
            return any(text.startswith(others) for text in these)
        case RefMode.ENDS_WITH:
            return any(text.endswith(others) for text in these)


@lru_cache(maxsize=4096)
def text_test(test: Pattern | Regex | Address | Cidr | IsTrue) -> TextTest:
    """The question of an atom as a test on one text."""
    match test:
        case Pattern():
            return pattern_test(test)
        case Regex():  # automata, which most rules do without
            from okta_access.matching.events.regexes import regex_test

            return regex_test(test)
        case Address(address):
            return lambda text: len(text) <= _LONGEST_ADDRESS and parse_address(text) == address
        case Cidr(network):

            def inside(text: str) -> bool:
                found = parse_address(text) if len(text) <= _LONGEST_ADDRESS else None
                # An address of the other version is in no network of this one.
                return found is not None and found in network

            return inside
        case IsTrue(value):
            word = "true" if value else "false"
            return lambda text: text == word
