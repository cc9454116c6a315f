"""Searches in the words that pth_10 reads as Splunk does, by rewrites that keep the meaning.

What is changed, and because of which fault of pth_10 (each is shown in
:mod:`~engines.pth_10.known`):

* Fields have names without dots, with a prefix that keeps them apart from words of the language.
* ``field IN (a, b)`` is written ``(field=a OR field=b)``, as the Search Reference explains it.
* A value stands between two colons, in the event as in the search. So an absent field can be the
  empty text, which is no value, and no value looks like a number or ends in a space.
* ASCII letters are small, in the event as in the search.
* The commands behind the filter that only drop copies and arrange columns are left away: all
  events that it is asked about are different ones.

AND, OR, NOT, parentheses and their order stay as they stand: how these bind is for pth_10 to say.
That a rewritten search finds what the original finds is tested with our interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from okta_access.catalog.model import UUID
from okta_access.spl.syntax import Kind, Reader, Token, commands

_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_OF_THE_INDEX = ("index", "sourcetype")
_ARRANGING = ("dedup", "rename", "table")
# It reads these as parts of a regular expression; a backslash is none of our values' either.
_SIGNS = "[]{}?\\"


class NotAskedError(Exception):
    """The search says what pth_10 cannot be asked; the text says what."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A search for pth_10, and the names that the fields it reads have in the original."""

    text: str
    fields: frozenset[str]


def rewritten(search: str) -> Rewritten:
    """A search that filters events and arranges them.

    Raises :class:`NotAskedError`, and
    :class:`~okta_access.spl.beliefs.NotDocumentedError` for what is no search of ours.
    """
    terms, *rest = commands(search)
    for command in rest:
        if not command[0].is_word(*_ARRANGING):
            raise NotAskedError(f"`{command[0].text}` is not rewritten for pth_10")
    return _of(terms)


def rewritten_filter(search: str) -> Rewritten:
    """What stands before the first pipe of a search, where nothing behind it filters too.

    Raises as :func:`rewritten`.
    """
    terms, *rest = commands(search)
    if rest and rest[0][0].is_word("where"):
        raise NotAskedError("`where` is not rewritten for pth_10")
    return _of(terms)


def column(field: str) -> str:
    """The name that a field has for pth_10.

    >>> column("client.userAgent.rawUserAgent")
    'f_client_userAgent_rawUserAgent'
    """
    return f"f_{field.replace('.', '_')}"


def between(text: str) -> str:
    """A value as pth_10 is given it, in an event or in a search.

    >>> between("Mozilla*")
    ':mozilla*:'
    """
    return f":{text.translate(_SMALL)}:"


def _of(terms: tuple[Token, ...]) -> Rewritten:
    fields: set[str] = set()
    text = " ".join(_terms(Reader(terms), fields))
    if len({column(field) for field in fields}) < len(fields):
        raise NotAskedError("two of its fields have one name for pth_10")
    return Rewritten(f"{text} | table {UUID}", frozenset(fields))


def _terms(reader: Reader, fields: set[str]) -> Iterator[str]:
    while reader.next is not None:
        if reader.next.is_sign("(", ")") or reader.next.is_word("and", "or", "not"):
            yield reader.take().text.upper()
            continue
        field = reader.word()
        if field in _OF_THE_INDEX:
            reader.expect_sign("=")
            yield f'{field}="{reader.take().text}"'
            continue
        if "{" in field:
            raise NotAskedError(f"pth_10 cannot search {field}, a field of several values")
        fields.add(field)
        name = column(field)
        if reader.take_word("in"):
            yield f"({' OR '.join(f'{name}={value}' for value in _listed(reader))})"
        else:
            reader.expect_sign("=")
            yield f"{name}={_value(reader)}"


def _listed(reader: Reader) -> Iterator[str]:
    reader.expect_sign("(")
    yield _value(reader)
    while reader.take_sign(","):
        yield _value(reader)
    reader.expect_sign(")")


def _value(reader: Reader) -> str:
    token = reader.take()
    if token.kind is Kind.NAME or (token.kind is Kind.SIGN and token.text != "*"):
        raise NotAskedError(f"does not know the search value {token.text!r}")
    if _is_network(token.text):
        raise NotAskedError("pth_10 compares with a network as with any text")
    if any(sign in token.text for sign in _SIGNS):
        raise NotAskedError(f"pth_10 takes {token.text!r} for a regular expression")
    return f'"{between(token.text)}"'


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text
