"""An expression as Lucene text for Elasticsearch's ``query_string``, which Kibana sends.

Written for keyword, ip and boolean fields. Fully parenthesised, because ``A OR B AND C`` is no
Boolean algebra there; with ``*:*`` before what is only negative, because a purely negative query
finds nothing in raw Lucene. Terms of keyword fields are case-sensitive: a text whose case can vary
is left to ES|QL where that says it plainly, and else becomes a regular expression with both cases.
Every field may hold several values; then a clause asks for any of them, as a rule does. Each
construct was tried on Elasticsearch 8.19.21.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from okta_access.catalog.model import FieldType
from okta_access.compile.elastic.case import can_be_lowered, has_one_case
from okta_access.compile.elastic.fields import ElasticField, Fields
from okta_access.compile.elastic.networks import MAPPED
from okta_access.compile.elastic.query_form import in_query_form
from okta_access.compile.elastic.regexes import lucene_regex
from okta_access.errors import Refused
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
    Regex,
    SameAs,
    Wildcard,
)
from okta_access.rules.solver.languages import node_of

_EXISTS = "_exists_"
# What may stand without quotes: words of letters, digits, `_` and dots that are no operator.
_PLAIN = re.compile(r"(?!(?:AND|OR|NOT|TO)\Z)[A-Za-z0-9_][A-Za-z0-9_.]*", re.ASCII)


def query_string(expr: Expr, fields: Fields) -> str:
    """The whole query. Raises :class:`Refused` for what Lucene cannot say truly.

    >>> from okta_access.catalog.load import load_catalog
    >>> from okta_access.errors import Span
    >>> here = Span("rule.yml")
    >>> atom = Atom("actor.type", Pattern(("User",), cased=True), here, here)
    >>> query_string(Not(atom, here), Fields(load_catalog()))
    '*:* AND NOT okta.actor.type:User'
    """
    return _written(in_query_form(expr), fields)


def _written(expr: Expr, fields: Fields) -> str:
    match expr:
        case And(operands):
            only_negative = all(isinstance(operand, Not) for operand in operands)
            parts = [_operand(operand, fields) for operand in operands]
            return " AND ".join(["*:*", *parts] if only_negative else parts)
        case Or(operands):
            return " OR ".join(_alternatives(operands, fields))
        case Not():
            return f"*:* AND {_operand(expr, fields)}"
        case Atom():
            return _clause(expr, fields)


def _operand(expr: Expr, fields: Fields) -> str:
    """An operand of AND: negative ones begin with NOT."""
    match expr:
        case Atom():
            return _clause(expr, fields)
        case Not(operand):
            return f"NOT {_operand(operand, fields)}"
        case And():
            return f"({_written(expr, fields)})"
        case Or(operands):
            parts = _alternatives(operands, fields)
            return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _alternatives(operands: Iterable[Expr], fields: Fields) -> list[str]:
    """The operands of OR, those that ask one field for a value put together."""
    values: dict[str, list[str]] = {}
    order: list[str] = []
    for number, operand in enumerate(operands):
        if isinstance(operand, Atom) and not isinstance(operand.test, Present):
            key = fields.of(operand.field).name
            values.setdefault(key, []).extend(_terms(operand, fields))
        else:
            key = f"({number}"  # no field's name
            text = _written(operand, fields)
            values[key] = [text if isinstance(operand, Atom) else f"({text})"]
        if key not in order:
            order.append(key)
    return [values[key][0] if key[0] == "(" else _joined(key, values[key]) for key in order]


def _clause(atom: Atom, fields: Fields) -> str:
    if isinstance(atom.test, Present):
        return f"{_EXISTS}:{fields.of(atom.field).name}"
    return _joined(fields.of(atom.field).name, _terms(atom, fields))


def _joined(name: str, terms: list[str]) -> str:
    different = [*dict.fromkeys(terms)]
    return f"{name}:{different[0]}" if len(different) == 1 else f"{name}:({' OR '.join(different)})"


def _terms(atom: Atom, fields: Fields) -> list[str]:
    """What the field is asked for; of several any will do."""
    field = fields.of(atom.field)
    match atom.test:
        case SameAs():
            raise Refused(f"Lucene cannot compare `{atom.field}` with another field")
        case IsTrue(value) if field.type is FieldType.BOOLEAN:
            return ["true" if value else "false"]
        case Address(address) if field.type is FieldType.IP:
            return [quoted(str(address))]
        case Cidr(network) if field.type is FieldType.IP:
            return _network(network)
        case Pattern() as pattern if field.is_text:
            return [_flattened(pattern, field) if field.flattened else _pattern(pattern, field)]
        case Regex() as regex if field.is_text:
            if field.flattened:
                raise _no_pattern(field)
            return [f"/{lucene_regex(node_of(regex))}/"]
        case _:
            raise _mismatch(field)


def _pattern(pattern: Pattern, field: ElasticField) -> str:
    """A text with or without wildcards, whose case cannot vary.

    Else each letter is spelled out in both cases; only where a field may hold several values, for
    of one value ES|QL asks the same in plain words.
    """
    if not has_one_case(pattern):
        if not field.member and can_be_lowered(pattern):
            raise Refused(
                f"`{field.path}` is compared in any case, and Lucene compares a keyword as it "
                "stands",
                hint="elastic-esql says it with TO_LOWER",
            )
        return f"/{lucene_regex(node_of(pattern))}/"
    literal = pattern.literal
    if literal is not None:
        return term(literal)
    lucene_regex(node_of(pattern))  # the same limits hold for wildcards
    return "".join(p.value if isinstance(p, Wildcard) else _escaped(p) for p in pattern.parts)


def _flattened(pattern: Pattern, field: ElasticField) -> str:
    prefix = pattern.parts[1:] == (Wildcard.MANY,) and isinstance(pattern.parts[0], str)
    if not has_one_case(pattern) or not (pattern.literal or prefix):
        raise _no_pattern(field)
    return _pattern(pattern, field)


def term(text: str) -> str:
    """A text as a term: as it stands where it is a plain word, else in quotes.

    >>> term("DENY"), term("NOT"), term("10-1")
    ('DENY', '"NOT"', '"10-1"')
    """
    return text if _PLAIN.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    r"""A text in quotes, as the query parser reads it.

    >>> print(quoted('a"b'))
    "a\"b"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _escaped(text: str) -> str:
    """Outside quotes everything but letters, digits, ``_`` and ``.`` may mean something."""
    return "".join(c if c.isalnum() or c in "_." else f"\\{c}" for c in text)


def _network(network: IPv4Network | IPv6Network) -> list[str]:
    """A network; one of IPv6 without the IPv4 addresses that an ip field keeps among them."""
    if isinstance(network, IPv4Network) or not network.supernet_of(MAPPED):
        return [quoted(str(network))]
    below = (network.network_address, MAPPED.network_address - 1)
    above = (MAPPED.broadcast_address + 1, network.broadcast_address)
    parts = [_addresses(low, high) for low, high in (below, above) if low <= high]
    if not parts:
        raise Refused(f"{network} holds no IPv6 address", hint="write it as an IPv4 network")
    return parts


def _addresses(low: IPv4Address | IPv6Address, high: IPv4Address | IPv6Address) -> str:
    return f"[{quoted(str(low))} TO {quoted(str(high))}]"


def _no_pattern(field: ElasticField) -> Refused:
    return Refused(
        f"`{field.path}` may be a key of a flattened field, which answers to exact "
        "texts and to prefixes only, and to no pattern and no other case",
        hint='targets are none with elastic.targets = "group", for data since version 3',
    )


def _mismatch(field: ElasticField) -> Refused:
    holds = "addresses" if field.type is FieldType.IP else f"values of type {field.type}"
    hint = "use `cidr`" if field.type is FieldType.IP else None
    return Refused(
        f"`{field.path}` holds {holds} in Elastic, and is compared with a text", hint=hint
    )
