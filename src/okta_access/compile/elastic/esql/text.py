"""An expression as a condition of ES|QL, true for fields with several values and with none.

``==``, ``IN`` and ``LIKE`` give null on a field with several values, and null under NOT stays null;
so they stand only where a field has exactly one value, which is ``eventType``. Elsewhere stand the
match operator ``:`` and ``qstr``, which ask the index as Lucene does: any value counts, and what
is not there does not match, so NOT of it does. ``{"lenient": false}`` makes the server say so where
it cannot build a query, instead of finding nothing. Tried on Elasticsearch 8.19.21.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from okta_access.catalog.model import EVENT_TYPE, FieldType
from okta_access.compile.elastic.fields import ElasticField, Fields
from okta_access.compile.elastic.lucene.query_string import has_one_case, query_string
from okta_access.compile.elastic.query_form import in_query_form
from okta_access.errors import Refused
from okta_access.rules.model import (
    Address,
    And,
    Atom,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Present,
    RefMode,
    SameAs,
    atoms,
    fields_of,
)

_INDENT = "    "


def condition(expr: Expr, fields: Fields, indent: int = 1, *, alone: bool = True) -> str:
    """The condition, with a line for each operand of its outermost AND.

    ``alone`` says that the query holds no other condition. Raises :class:`Refused` for what ES|QL
    cannot say truly.

    >>> from okta_access.catalog.load import load_catalog
    >>> from okta_access.errors import Span
    >>> here = Span("rule.yml")
    >>> atom = Atom("eventType", Pattern(("access.request.create",), cased=True), here, here)
    >>> condition(atom, Fields(load_catalog()))
    'okta.event_type == "access.request.create"'
    """
    whole = in_query_form(expr)
    parts = whole.operands if isinstance(whole, And) else (whole,)
    writer = _Writer(fields, frozenset(_asked_once(whole) if alone else ()))
    return f"\n{_INDENT * indent}AND ".join(map(writer.operand, parts))


def has_type(types: Sequence[str], fields: Fields) -> str:
    """The condition that an event is of one of these types."""
    name, values = fields.of(EVENT_TYPE).name, ", ".join(map(string, types))
    return f"{name} == {values}" if len(types) == 1 else f"{name} IN ({values})"


def string(text: str) -> str:
    r"""A string of ES|QL; raw, in triple quotes, where that spares escapes.

    >>> string('"hi" now') == '"' * 3 + '"hi" now' + '"' * 3
    True
    >>> print(string("a\n"))
    "a\n"
    """
    can_be_raw = '"""' not in text and not text.endswith('"') and not {"\n", "\r"} & {*text}
    if ('"' in text or "\\" in text) and can_be_raw:
        return f'"""{text}"""'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def _asked_once(expr: Expr) -> list[str]:
    asked = Counter(path for atom in atoms(expr) for path in fields_of(atom))
    return [path for path, times in asked.items() if times == 1]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes conditions; ``asked_once`` are the fields of which there is one question."""

    fields: Fields
    asked_once: frozenset[str]

    def operand(self, expr: Expr) -> str:
        """The expression, in parentheses where AND or NOT before it would tear it apart."""
        match expr:
            case Not(Atom(path, Present())) if self._may_be_null(path):
                return f"{self.fields.of(path).name} IS NULL"
            case Not(operand):
                return f"NOT {self.operand(operand)}"
            case Atom():
                return self._atom(expr)
            case Or(operands) if _names_event_types(operands):
                return has_type([_literal(operand) for operand in operands], self.fields)
            case And() | Or() if _index_can_tell(expr):
                return self._asked_of_index(expr)
            case And(operands):
                return f"({' AND '.join(map(self.operand, operands))})"
            case Or(operands):
                asked = tuple(operand for operand in operands if _index_can_tell(operand))
                others = [operand for operand in operands if operand not in asked]
                parts = [Or(asked, expr.span)] if len(asked) > 1 else [*asked]
                return f"({' OR '.join(map(self.operand, [*parts, *others]))})"

    def _atom(self, atom: Atom) -> str:
        field = self.fields.of(atom.field)
        match atom.test:
            case SameAs(other, mode):
                return _same(field, self.fields.of(other), mode)
            case _ if field.flattened:
                return self._asked_of_index(atom)
            case Present() if self._may_be_null(atom.field):
                return f"{field.name} IS NOT NULL"
            case Pattern() as pattern if _is_event_type(atom):
                return has_type([pattern.literal or ""], self.fields)
            case Pattern() as pattern if (
                field.is_text and pattern.literal and has_one_case(pattern)
            ):
                return f"{field.name} : {string(pattern.literal)}"
            case IsTrue(value) if field.type is FieldType.BOOLEAN:
                return f"{field.name} : {'true' if value else 'false'}"
            case Address(address) if field.type is FieldType.IP:
                return f"{field.name} : {string(str(address))}"
            case _:
                return self._asked_of_index(atom)

    def _may_be_null(self, path: str) -> bool:
        return path in self.asked_once and not self.fields.of(path).flattened

    def _asked_of_index(self, expr: Expr) -> str:
        return f'qstr({string(query_string(expr, self.fields))}, {{"lenient": false}})'


def _index_can_tell(expr: Expr) -> bool:
    return not any(isinstance(atom.test, SameAs) for atom in atoms(expr))


def _names_event_types(operands: tuple[Expr, ...]) -> bool:
    return all(isinstance(operand, Atom) and _is_event_type(operand) for operand in operands)


def _is_event_type(atom: Atom) -> bool:
    test = atom.test
    return atom.field == EVENT_TYPE and isinstance(test, Pattern) and bool(test.literal)


def _literal(expr: Expr) -> str:
    assert isinstance(expr, Atom)
    assert isinstance(expr.test, Pattern)
    return expr.test.literal or ""


def _same(field: ElasticField, other: ElasticField, mode: RefMode) -> str:
    """Two fields have a value in common if together they have fewer than each for itself."""
    for one in (field, other):
        if not one.is_text or one.flattened:
            what = "flattened" if one.flattened else f"of type {one.type}"
            raise Refused(f"`{one.path}` is {what} in Elastic, and cannot be compared as text")
    if mode is not RefMode.EQUALS:
        raise Refused(
            f"ES|QL cannot ask whether any of several values of `{field.path}` {mode} any of "
            f"`{other.path}`"
        )
    both = f"MV_COUNT(MV_DEDUPE(MV_APPEND({field.name}, {other.name})))"
    each = f"MV_COUNT(MV_DEDUPE({field.name})) + MV_COUNT(MV_DEDUPE({other.name}))"
    return f"COALESCE({both} < {each}, false)"
