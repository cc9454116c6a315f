r"""Expressions as conditions of Splunk's where and eval, true or false for every event.

eval knows a third answer, NULL, for what an absent field is compared with, and nowhere says what
NOT, AND and OR make of it. So no test written here can be NULL: ``mvfind`` gives a number where a
value of the field is found and NULL where none is, and ``isnotnull`` turns both into an answer. It
also looks at every value of a field with several. What is "not there" may show in Splunk as no
field, as an empty one or, for a JSON null, as the text "null": all three are held for the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network

from okta_access.catalog.model import EVENT_TYPE
from okta_access.compile.splunk.query.addresses import network_pieces
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pcre import (
    NULL_TEXT,
    Piece,
    finds,
    join,
    pattern_piece,
    regex_pieces,
    word_piece,
)
from okta_access.errors import Refused
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

VALUE = f"(?s)^(?!{NULL_TEXT}\\z)."  # finds whatever is there
_BOOLEANS = ("true", "false")
NEVER, ALWAYS = "1=0", "1=1"
# An event type that can stand in quotes and is no number, so that eval compares texts.
_PLAIN_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:/-]*", re.ASCII)


def condition(expr: Expr, names: Names) -> str:
    r"""The expression as one condition.

    Raises :class:`Refused` for what Splunk cannot be asked truly.

    >>> from okta_access.catalog.load import load_catalog
    >>> from okta_access.errors import Span
    >>> here = Span("rule.yml")
    >>> own = Atom("outcome.result", Pattern(("DENY",)), here, here)
    >>> condition(Not(own, here), Names(load_catalog()))
    'isnull(mvfind(\'outcome.result\', "(?i)^DENY\\z"))'
    """
    return " AND ".join(conditions(expr, names))


def conditions(expr: Expr, names: Names) -> tuple[str, ...]:
    """The expression as conditions that must all hold; each can stand beside AND."""
    if isinstance(expr, And):
        parts = [part for operand in expr.operands for part in conditions(operand, names)]
    elif isinstance(expr, Not) and isinstance(expr.operand, Or):
        parts = list(_operands(expr.operand.operands, names, holds=False))
    elif isinstance(expr, Not) and isinstance(expr.operand, Not):
        parts = list(conditions(expr.operand.operand, names))
    else:
        parts = [_text(expr, names, inside=True)]
    return tuple(dict.fromkeys(parts))


def is_plain_type(text: str) -> bool:
    """Whether an event type can stand in quotes, in a search as in an expression."""
    return _PLAIN_TYPE.fullmatch(text) is not None


def _text(expr: Expr, names: Names, *, inside: bool, holds: bool = True) -> str:
    """``inside``: the text becomes an operand, so what is joined needs parentheses.

    With ``holds`` False it is the text of the opposite. Opposites are pushed down to the tests,
    so that nothing depends on how strongly NOT binds.
    """
    match expr:
        case Not(operand):
            return _text(operand, names, inside=inside, holds=not holds)
        case Atom():
            return _joined(_operands((expr,), names, holds), holds, inside)
        case Or(operands):
            return _joined(_operands(operands, names, holds), holds, inside)
        case And() if holds:
            return _joined(conditions(expr, names), False, inside)
        case And(operands):
            parts = [_text(one, names, inside=True, holds=False) for one in operands]
            return _joined(parts, True, inside)


def _joined(parts: Iterable[str], any_of: bool, inside: bool) -> str:
    known = list(dict.fromkeys(parts))
    text = (" OR " if any_of else " AND ").join(known)
    return f"({text})" if inside and len(known) > 1 else text


def _operands(operands: tuple[Expr, ...], names: Names, holds: bool) -> Iterator[str]:
    """The operands of an Or, or their opposites; tests of one field become one test."""
    tests: dict[str, list[Test]] = {}
    for operand in operands:
        if isinstance(operand, Atom):
            tests.setdefault(operand.field, []).append(operand.test)
    for operand in operands:
        if not isinstance(operand, Atom):
            yield _text(operand, names, inside=True, holds=holds)
        elif operand.field in tests:
            yield from _atoms(operand.field, tests.pop(operand.field), names, holds)


def _atoms(field: str, tests: list[Test], names: Names, holds: bool) -> list[str]:
    """Conditions of which any holds where the field passes any of the tests.

    With ``holds`` False: which all hold where it passes none of them.
    """
    types = [one for test in tests if (one := _plain_type(field, test))]
    parts = _of_type(types, names, holds) if types else []
    for test in tests:
        if isinstance(test, Absent | Present):
            parts.append(_is_there(field, names, isinstance(test, Present) == holds))
        elif isinstance(test, SameAs):
            parts.append(_same(field, test, names, holds))
    find = _boolean if names.is_boolean(field) else partial(_pieces, field)
    pieces = [piece for test in tests for piece in find(test)]
    if not names.is_boolean(field):
        pieces += network_pieces(_network(t) for t in tests if isinstance(t, Address | Cidr))
    if pieces:
        parts.append(_finds(field, join(pieces), names, holds))
    return parts or [NEVER if holds else ALWAYS]


def _plain_type(field: str, test: Test) -> str | None:
    """The event type that a test names, where it can stand in quotes."""
    named = test.literal if field == EVENT_TYPE and isinstance(test, Pattern) else None
    return named if named and is_plain_type(named) else None


def _network(test: Address | Cidr) -> IPv4Network | IPv6Network:
    return test.network if isinstance(test, Cidr) else ip_network(test.address)


def _pieces(field: str, test: Test) -> tuple[Piece, ...]:
    """What a test on text looks for; nothing for the tests that are asked otherwise."""
    match test:
        case Pattern():
            return () if _plain_type(field, test) else (_pattern(field, test),)
        case Regex():
            return regex_pieces(test)
        case IsTrue(value):
            return (word_piece([_BOOLEANS[not value]]),)
        case Placeholder(name):
            raise Refused(f"the list `%{name}%` has not been filled in")
        case _:
            return ()


def _finds(field: str, regex: str, names: Names, holds: bool) -> str:
    word = "isnotnull" if holds else "isnull"
    return f'{word}(mvfind({names.quoted(field)}, "{regex}"))'


def _is_there(field: str, names: Names, there: bool) -> str:
    return _finds(field, value(field, names), names, there)


def value(field: str, names: Names) -> str:
    """A regular expression that finds whatever the field may hold, and not that it is not there."""
    return join([word_piece(_BOOLEANS)]) if names.is_boolean(field) else VALUE


def _of_type(types: list[str], names: Names, holds: bool) -> list[str]:
    """The event type is one text in every event, and compares exactly."""
    name = names.quoted(EVENT_TYPE)
    known = [f'"{one}"' for one in dict.fromkeys(types)]
    if not holds or len(known) == 1:
        return [f"{name}{'=' if holds else '!='}{one}" for one in known]
    return [f"in({name}, {', '.join(known)})"]


def is_type(types: list[str], names: Names) -> str:
    """The condition that an event is of one of these types."""
    return _of_type(types, names, True)[0]


def _boolean(test: Test) -> tuple[Piece, ...]:
    """What a test finds in a boolean field, which holds one of two words or nothing."""
    match test:
        case IsTrue(value):
            words = [_BOOLEANS[not value]]
        case Pattern() | Regex():
            words = [word for word in _BOOLEANS if finds(test, word)]
        case Placeholder():
            return _pieces("", test)
        case _:
            words = []
    return (word_piece(words),) if words else ()


def _pattern(field: str, pattern: Pattern) -> Piece:
    literal = pattern.literal
    if literal is not None and literal.lower() == NULL_TEXT:
        raise Refused(
            f'`{field}` is compared with the text "{literal}", '
            "which Splunk may also show where Okta wrote a JSON null"
        )
    return pattern_piece(pattern)


def _same(field: str, test: SameAs, names: Names, holds: bool) -> str:
    """Whether two fields share a value: together they hold fewer different ones than apart.

    ``mvfilter`` leaves out what is not there; where that is all, the sum is NULL, and so 0.
    """
    if test.mode is not RefMode.EQUALS:
        raise Refused(
            f"`{field}|fieldref|{test.mode}`: Splunk has no function that looks for one field's "
            "text inside another's"
        )
    this, other = (
        f'mvfilter(match({names.quoted(path)}, "{value(path, names)}"))'
        for path in (field, test.other)
    )
    return (
        f"coalesce(mvcount(mvdedup({this})) + mvcount(mvdedup({other}))"
        f" - mvcount(mvdedup(mvappend({this}, {other}))), 0) {'>' if holds else '='} 0"
    )
