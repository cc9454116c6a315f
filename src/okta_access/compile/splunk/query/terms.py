"""What a rule asks as search terms: what stands before the first pipe, and reads as a rule does.

``field=value``, ``field=net``, ``IN``, ``NOT`` and ``*`` (Search Reference, "search"). Terms find a
value in any case; the fields that compare exactly are written in one spelling by Okta. Taken as
terms is only what says the same in every installation: plain ASCII, since Splunk looks a value up
as it stands in the JSON, escaped or not; no number, which may compare as one; nothing that the text
"null" passes; below NOT no field of several values. What is left over is for ``where``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_network

from okta_access.catalog.model import EVENT_TYPE, FieldType
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pcre import NULL_TEXT, finds
from okta_access.rules.model import (
    Address,
    And,
    Atom,
    Cidr,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Present,
    Wildcard,
)

_SAFE = re.compile(r"[A-Za-z0-9_ .:/@+,;()#-]*", re.ASCII)
_NUMBER_LIKE = re.compile(r"[^A-Za-z]*|0x.*|inf.*|nan|[0-9.+-]+e[0-9+-]+", re.IGNORECASE)
_WORD = re.compile(r"(?!(?:AND|OR|NOT|IN|BY|AS)\Z)[A-Za-z][A-Za-z0-9_.]*", re.ASCII | re.IGNORECASE)
_TEXTS = (FieldType.STRING, FieldType.ENUM)
_LINE = 80  # beside the field, so that most lines end before column 100
_BREAK = "\n    "
NOTHING = f'("", {NULL_TEXT})'


def split(expr: Expr, names: Names) -> tuple[list[str], list[Expr]]:
    """Terms that must all hold, and the rest of the expression, which must hold as well."""
    terms: list[str] = []
    rest: list[Expr] = []
    for part in _conjuncts(expr):
        text = _said(part, names, below_not=False)
        if text is None:
            rest.append(part)
        else:
            terms.append(text)
    return [*dict.fromkeys(terms)], rest


def value(text: str) -> str:
    """A value of a term: a word as it stands, anything else in quotes.

    >>> value("DENY"), value("*curl/*"), value("not")
    ('DENY', '"*curl/*"', '"not"')
    """
    return text if _WORD.fullmatch(text) else f'"{text}"'


def one_of(name: str, texts: Iterable[str]) -> str:
    """A term that any of these texts passes.

    >>> one_of("outcome.result", ["FAILURE", "DENY"])
    'outcome.result IN (FAILURE, DENY)'
    """
    values = [value(text) for text in dict.fromkeys(texts)]
    if len(values) == 1:
        return f"{name}={values[0]}"
    line = ", ".join(values)
    listed = line if len(line) <= _LINE else _BREAK + f",{_BREAK}".join(values)
    return f"{name} IN ({listed})"


def there(name: str) -> str:
    """Terms that a field passes which holds something, whatever is made of nulls."""
    return f"{name}=* NOT {name} IN {NOTHING}"


def _conjuncts(expr: Expr) -> list[Expr]:
    match expr:
        case And(operands):
            return [part for operand in operands for part in _conjuncts(operand)]
        case Not(Or(operands), span=span):
            groups: dict[str, list[Expr]] = {}
            for number, operand in enumerate(operands):
                key = operand.field if isinstance(operand, Atom) else f"({number}"
                groups.setdefault(key, []).append(operand)
            return [Not(Or(tuple(g), span) if len(g) > 1 else g[0], span) for g in groups.values()]
        case Not(Not(operand)):
            return _conjuncts(operand)
        case _:
            return [expr]


def _said(expr: Expr, names: Names, *, below_not: bool) -> str | None:
    """The expression as one term, in parentheses where it needs them; None where it cannot be."""
    match expr:
        case Atom():
            return _any_of((expr,), names, below_not=below_not)
        case Or(operands):
            return _any_of(operands, names, below_not=below_not)
        case Not(operand):
            inner = _said(operand, names, below_not=True)
            return None if inner is None else f"NOT {inner}"
        case And(operands):
            parts = [_said(one, names, below_not=below_not) for one in operands]
            return None if None in parts else f"({' '.join(filter(None, parts))})"


def _any_of(operands: tuple[Expr, ...], names: Names, *, below_not: bool) -> str | None:
    values: dict[str, list[str]] = {}
    others: list[str] = []
    for operand in operands:
        if isinstance(operand, Atom) and isinstance(operand.test, Address | Cidr):
            others.append(f'{names.event(operand.field)}="{_network(operand.test)}"')
            continue
        if isinstance(operand, Atom) and not isinstance(operand.test, Present):
            text = _text(operand, names, below_not=below_not)
            if text is None:
                return None
            values.setdefault(names.event(operand.field), []).append(text)
            continue
        if isinstance(operand, Atom):
            other = _present(operand, names)
        else:
            other = _said(operand, names, below_not=below_not)
        if other is None:
            return None
        others.append(other)
    parts = [*(one_of(name, texts) for name, texts in values.items()), *others]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _network(test: Address | Cidr) -> str:
    """``field=net`` compares addresses; one of IPv6 may be written in several ways."""
    if isinstance(test, Cidr):
        return str(test.network)
    return str(test.address if test.address.version == 4 else ip_network(test.address))


def _present(atom: Atom, names: Names) -> str | None:
    return None if names.is_member(atom.field) else f"({there(names.event(atom.field))})"


def _text(atom: Atom, names: Names, *, below_not: bool) -> str | None:
    """The value that a term gives the field, with ``*`` where the rule has it."""
    if below_not and names.is_member(atom.field):
        return None
    match atom.test:
        case IsTrue(truth):
            return "true" if truth else "false"
        case Pattern(parts, cased) if names.type_of(atom.field) in _TEXTS:
            literal = atom.test.literal
            exact = atom.field == EVENT_TYPE or names.type_of(atom.field) is FieldType.ENUM
            if cased and not (exact and literal is not None and _is_as_written(atom, names)):
                return None
            if Wildcard.ONE in parts or finds(atom.test, NULL_TEXT) or finds(atom.test, ""):
                return None
            text = "".join("*" if isinstance(part, Wildcard) else part for part in parts)
            texts = [part for part in parts if isinstance(part, str)]
            if not all(_SAFE.fullmatch(one) for one in texts) or _NUMBER_LIKE.fullmatch(text):
                return None
            return text if text == text.strip() else None
        case _:
            return None


def _is_as_written(atom: Atom, names: Names) -> bool:
    """Whether the value is no other spelling of one that Okta writes; a term would find that."""
    assert isinstance(atom.test, Pattern)
    literal = atom.test.literal or ""
    if atom.field == EVENT_TYPE:
        return literal == literal.lower()
    known = names.catalog.field(atom.field)
    values = known.values if known is not None else ()
    return literal in values or literal.lower() not in {value.lower() for value in values}
