"""An expression as an EQL query, ``any where …``.

Never run: no EQL engine can be had outside Elastic's full distribution. So the text keeps to what
Elastic's EQL syntax reference says, and is true under both readings of what it leaves open: below
``not`` a comparison stands with the question whether its field is there, because a comparison with
nothing may be false or null. ``:`` folds ASCII letters alone, so the Kelvin sign is no ``k`` to it;
a text with letters beyond ASCII becomes a regular expression with both cases.

https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax
"""

from __future__ import annotations

from ipaddress import ip_network

from okta_access.catalog.model import EVENT_TYPE, FieldType
from okta_access.compile.elastic.case import has_one_case
from okta_access.compile.elastic.esql.text import string
from okta_access.compile.elastic.fields import ElasticField, Fields
from okta_access.compile.elastic.networks import without_mapped
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


def eql_query(expr: Expr, fields: Fields) -> str:
    """The whole query. Raises as :func:`eql_condition`."""
    return f"any where {eql_condition(expr, fields)}"


def eql_condition(expr: Expr, fields: Fields) -> str:
    """The condition after ``where``. Raises :class:`Refused` for what EQL cannot say truly.

    >>> from okta_access.catalog.load import load_catalog
    >>> from okta_access.errors import Span
    >>> here = Span("rule.yml")
    >>> atom = Atom("actor.type", Pattern(("User",)), here, here)
    >>> eql_condition(Not(atom, here), Fields(load_catalog()))
    'not (?okta.actor.type != null and okta.actor.type : "User")'
    """
    whole = in_query_form(expr)
    parts = whole.operands if isinstance(whole, And) else (whole,)
    return "\n  and ".join(_operand(part, fields, below_not=False) for part in parts)


def _operand(expr: Expr, fields: Fields, *, below_not: bool) -> str:
    match expr:
        case Not(Atom(path, Present())):
            return f"?{_field(path, fields).name} == null"
        case Not(operand):
            return f"not {_operand(operand, fields, below_not=True)}"
        case And(operands):
            inner = [_operand(operand, fields, below_not=below_not) for operand in operands]
            return f"({' and '.join(inner)})"
        case Or(operands):
            parts = _alternatives(operands, fields, below_not=below_not)
            return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"
        case Atom():
            return _alternatives((expr,), fields, below_not=below_not)[0]


def _alternatives(operands: tuple[Expr, ...], fields: Fields, *, below_not: bool) -> list[str]:
    """The operands of OR, those that ask one field in one way put together."""
    values: dict[tuple[str, str], list[str]] = {}
    others: list[str] = []
    for operand in operands:
        if not isinstance(operand, Atom):
            others.append(_operand(operand, fields, below_not=below_not))
        elif isinstance(operand.test, Present):
            others.append(f"?{_field(operand.field, fields).name} != null")
        else:
            operator, found = _asked(operand, fields)
            values.setdefault((operand.field, operator), []).extend(found)
    asked = [
        _comparison(_field(path, fields), operator, found, below_not=below_not)
        for (path, operator), found in values.items()
    ]
    return [*asked, *others]


def _comparison(field: ElasticField, operator: str, values: list[str], *, below_not: bool) -> str:
    different = [*dict.fromkeys(values)]
    listed = ", ".join(different)
    if operator == "cidrMatch":
        text = f"cidrMatch({field.name}, {listed})"
    elif len(different) == 1:
        text = f"{field.name} {operator} {listed}"
    else:
        text = f"{field.name} {'in' if operator == '==' else operator} ({listed})"
    return f"(?{field.name} != null and {text})" if below_not else text


def _asked(atom: Atom, fields: Fields) -> tuple[str, list[str]]:
    """The operator and the values, of which any will do."""
    field = _field(atom.field, fields)
    match atom.test:
        case SameAs():
            raise Refused(f"EQL cannot compare `{atom.field}` with another field")
        case IsTrue(value) if field.type is FieldType.BOOLEAN:
            return "==", ["true" if value else "false"]
        case Address(address) if field.type is FieldType.IP:
            return "cidrMatch", [string(str(ip_network(address)))]
        case Cidr(network) if field.type is FieldType.IP:
            return "cidrMatch", [string(str(one)) for one in without_mapped(network)]
        case Pattern() as pattern if field.is_text:
            return _pattern(pattern, exact=atom.field == EVENT_TYPE)
        case Regex() as regex if field.is_text:
            return "regex", [string(lucene_regex(node_of(regex)))]
        case _:
            raise Refused(f"`{atom.field}` is of type {field.type}, and is compared with a text")


def _pattern(pattern: Pattern, *, exact: bool) -> tuple[str, list[str]]:
    literal = pattern.literal
    if literal is not None and (exact or has_one_case(pattern)):
        return "==", [string(literal)]
    texts = [part for part in pattern.parts if isinstance(part, str)]
    special = any(char in "*?\\" for text in texts for char in text)
    if not special and (pattern.cased or _folds_as_ascii(texts)):
        written = "".join(p.value if isinstance(p, Wildcard) else p for p in pattern.parts)
        if literal is not None:
            return ":", [string(written)]
        return ("like" if pattern.cased else "like~"), [string(written)]
    return "regex", [string(lucene_regex(node_of(pattern)))]


def _folds_as_ascii(texts: list[str]) -> bool:
    return all(text.isascii() for text in texts)


def _field(path: str, fields: Fields) -> ElasticField:
    field = fields.of(path)
    if field.flattened:
        raise Refused(f"`{path}` may be a key of a flattened field, unknown to EQL")
    return field
