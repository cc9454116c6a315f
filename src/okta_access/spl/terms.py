"""The terms of the search command, implied or not (Search Reference, search).

Terms side by side must all hold; OR and NOT are known, and parentheses, which OR beside another
term must stand in, because it binds more strongly than what is side by side. ``field=value``,
``field IN (…)``, both with ``*`` for any characters, ``field=net`` for any address in a network
("CIDR matching", of IPv4 and IPv6), and ``field=*`` for any value at all.

"Search terms are not case-sensitive"; of which letters beyond ASCII this holds no page says. Any
value of a field with several will do, but below NOT such a field is an error. ``NOT field=value``
also finds events that lack the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from okta_access.spl.beliefs import NotDocumentedError
from okta_access.spl.syntax import Command, Kind, Reader, Token
from okta_access.spl.values import Row, Value, is_like_a_number, members

_ASCII = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_WITH_UNICODE = _ASCII | {0x212A: ord("k"), 0x17F: ord("s")}


@dataclass(frozen=True, slots=True)
class Term:
    """A field is asked for any of these values, lower-case and with ``*``; ``exact`` has none."""

    field: str
    wanted: tuple[str, ...]
    exact: frozenset[str]
    pattern: re.Pattern[str] | None
    network: IPv4Network | IPv6Network | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Terms of which all must hold, or any."""

    every: bool
    terms: tuple[Terms, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """A term that must not hold."""

    term: Terms


Terms = Term | Joined | Negated


class Asked:
    """Terms asked of many events.

    Nothing but the fields that they name decides, so it is found once for equal values of these.
    """

    def __init__(self, terms: Terms, *, unicode_case: bool) -> None:
        self.terms = terms
        self._unicode_case = unicode_case
        self._fields = tuple(dict.fromkeys(_fields(terms)))
        self._found: dict[tuple[Value, ...], bool] = {}

    def passed(self, rows: Iterable[Row]) -> list[Row]:
        """The events that pass, in their order."""
        passed = []
        for row in rows:
            values = tuple(map(row.get, self._fields))
            found = self._found.get(values)
            if found is None:
                found = self._found[values] = self._holds(values)
            if found:
                passed.append(row)
        return passed

    def _holds(self, values: tuple[Value, ...]) -> bool:
        row = dict(zip(self._fields, values, strict=True))
        return holds(self.terms, row, unicode_case=self._unicode_case)


@lru_cache(maxsize=32)
def asked_of(command: Command, unicode_case: bool) -> Asked:
    """The terms that a command's tokens are.

    Readings that differ in other things, and the next events, have the same answers.
    """
    reader = Reader(command)
    terms = _side_by_side(reader)
    reader.end()
    return Asked(terms, unicode_case=unicode_case)


def holds(
    terms: Terms, row: Mapping[str, Value], *, unicode_case: bool, below_not: bool = False
) -> bool:
    """Whether an event passes the terms."""
    match terms:
        case Term():
            return _finds(terms, row, unicode_case, below_not)
        case Negated(term):
            return not holds(term, row, unicode_case=unicode_case, below_not=True)
        case Joined(every, inner):
            found = [holds(o, row, unicode_case=unicode_case, below_not=below_not) for o in inner]
            return all(found) if every else any(found)


def needed(terms: Terms) -> list[Term]:
    """The terms that every event found must pass."""
    if isinstance(terms, Term):
        return [terms]
    if isinstance(terms, Joined) and terms.every:
        return [one for inner in terms.terms for one in needed(inner)]
    return []


def _fields(terms: Terms) -> Iterator[str]:
    match terms:
        case Term(field):
            yield field
        case Negated(term):
            yield from _fields(term)
        case Joined(_, inner):
            for one in inner:
                yield from _fields(one)


def _finds(term: Term, row: Mapping[str, Value], unicode_case: bool, below_not: bool) -> bool:
    value = row.get(term.field)
    if value is None:
        return False
    if below_not and isinstance(value, tuple):
        raise NotDocumentedError(f"NOT of {term.field}, which has several values")
    if isinstance(value, int | float):
        if term.wanted == ("*",):
            return True
        raise NotDocumentedError(f"the number {value!r} as a search term")
    if term.network is not None:
        return any(_is_in(one, term.network) for one in members(value))
    folded = (one.translate(_WITH_UNICODE if unicode_case else _ASCII) for one in members(value))
    return any(
        one in term.exact or (term.pattern is not None and term.pattern.fullmatch(one) is not None)
        for one in folded
    )


def _is_in(text: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(text) in network
    except ValueError:
        return False


def _side_by_side(reader: Reader) -> Terms:
    found = [_term(reader)]
    joint: str | None = None
    while reader.next is not None and not reader.next.is_sign(")"):
        this = "or" if reader.take_word("or") else ""
        if joint is not None and this != joint:
            raise NotDocumentedError("OR beside other terms without parentheses")
        joint = this
        found.append(_term(reader))
    return found[0] if len(found) == 1 else Joined(joint != "or", tuple(found))


def _term(reader: Reader) -> Terms:
    if reader.take_sign("("):
        inside = _side_by_side(reader)
        reader.expect_sign(")")
        return inside
    if reader.take_word("not"):
        return Negated(_term(reader))
    field = reader.word()
    if reader.take_word("in"):
        reader.expect_sign("(")
        values = [_value(reader)]
        while reader.take_sign(","):
            values.append(_value(reader))
        reader.expect_sign(")")
        return _asked(field, values)
    reader.expect_sign("=")
    if reader.take_sign("*"):
        return _asked(field, ["*"])
    value = _value(reader)
    if "/" in value:
        with suppress(ValueError):
            return Term(field, (value,), frozenset(), None, ip_network(value))
    return _asked(field, [value])


def _value(reader: Reader) -> str:
    token = reader.take()
    if token.kind not in (Kind.TEXT, Kind.WORD) or not _is_known(token):
        raise NotDocumentedError(f"does not know the search value {token.text!r}")
    return token.text.translate(_ASCII)


def _is_known(token: Token) -> bool:
    text = token.text
    is_number = is_like_a_number(text) and text.count(".") < 2
    return text.isascii() and "\\" not in text and not is_number


@lru_cache(maxsize=4096)
def _patterned(values: tuple[str, ...]) -> re.Pattern[str] | None:
    patterns = [".*".join(map(re.escape, one.split("*"))) for one in values if "*" in one]
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.DOTALL) if patterns else None


def _asked(field: str, values: list[str]) -> Term:
    exact = frozenset(one for one in values if "*" not in one)
    return Term(field, tuple(values), exact, _patterned(tuple(values)))
