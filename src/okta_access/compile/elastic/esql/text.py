"""An expression as a condition of ES|QL, as one writes it by hand: ``==``, ``IN``, ``LIKE``.

These give null on a field that is not there, and null below NOT stays null; so there each field
stands in COALESCE with a value that no event has. On a field with several values they give null
too: what may hold several, as the targets do, is asked of the index, with the match operator ``:``
or with ``qstr``, where any value counts. ``{"lenient": false}`` makes the server say so where it
cannot build a query, instead of finding nothing. Tried on Elasticsearch 8.19.21.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from okta_access.catalog.model import EVENT_TYPE, FieldType
from okta_access.compile.elastic.case import can_be_lowered, has_one_case
from okta_access.compile.elastic.fields import ElasticField, Fields
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.compile.elastic.networks import without_mapped
from okta_access.compile.elastic.query_form import in_query_form
from okta_access.compile.elastic.regexes import lucene_regex
from okta_access.errors import Refused
from okta_access.rules.case import fold
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
    RefMode,
    Regex,
    SameAs,
    Wildcard,
    atoms,
)
from okta_access.rules.solver.languages import node_of

_INDENT = "    "
_LINE = 60  # beside the field, so that most lines end before column 100
_LONGEST = 90
_BREAK = f"\n{_INDENT * 2}"


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
    written = [writer.operand(part, below_not=False) for part in parts]
    return f"\n{_INDENT * indent}AND ".join(written)


def has_type(types: Sequence[str], fields: Fields) -> str:
    """The condition that an event is of one of these types."""
    return _one_of(fields.of(EVENT_TYPE).name, [*map(string, types)])


def _asked_once(expr: Expr) -> list[str]:
    asked = Counter(atom.field for atom in atoms(expr))
    asked.update(atom.test.other for atom in atoms(expr) if isinstance(atom.test, SameAs))
    return [path for path, times in asked.items() if times == 1]


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


@dataclass(frozen=True, slots=True)
class _Question:
    """A question to one field, and how its opposite is said."""

    text: str
    opposite: str


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes conditions; ``asked_once`` are the fields of which there is one question."""

    fields: Fields
    asked_once: frozenset[str]

    def operand(self, expr: Expr, *, below_not: bool) -> str:
        """The expression, in parentheses where AND or NOT before it would tear it apart."""
        match expr:
            case Not(operand):
                return self._negated(operand, below_not=below_not)
            case Atom():
                return _joined(self._alternatives((expr,), below_not=below_not))
            case And(operands):
                inner = [self.operand(one, below_not=below_not) for one in operands]
                return f"({' AND '.join(inner)})"
            case Or(operands):
                return _joined(self._alternatives(operands, below_not=below_not))

    def _negated(self, expr: Expr, *, below_not: bool) -> str:
        if isinstance(expr, Atom) and isinstance(expr.test, Present) and not below_not:
            return self._other(expr, below_not=False).opposite
        if isinstance(expr, Atom | Or):
            operands = expr.operands if isinstance(expr, Or) else (expr,)
            parts = self._alternatives(operands, below_not=True)
            if len(parts) == 1:
                return parts[0].opposite
            return f"NOT {_joined(parts)}"
        return f"NOT {self.operand(expr, below_not=True)}"

    def _alternatives(self, operands: tuple[Expr, ...], *, below_not: bool) -> list[_Question]:
        """The operands of OR, those that ask one field in one way put together."""
        values: dict[tuple[str, str], list[str]] = {}
        asked: list[Expr] = []
        others: list[_Question] = []
        for operand in operands:
            plain = self._plain(operand, below_not=below_not)
            if plain is not None:
                subject, operator, texts = plain
                values.setdefault((subject, operator), []).extend(texts)
            elif _of_index_only(operand, self.fields):
                asked.append(operand)
            else:
                others.append(self._other(operand, below_not=below_not))
        found = [
            _compared(subject, operator, [*dict.fromkeys(v)])
            for (subject, operator), v in values.items()
        ]
        if asked:
            text = _of_index(asked, self.fields)
            found.append(_Question(text, f"NOT {text}"))
        return [*found, *others]

    def _plain(self, expr: Expr, *, below_not: bool) -> tuple[str, str, list[str]] | None:
        """What is compared, how, and with what; None where a comparison would not say it."""
        if not isinstance(expr, Atom) or isinstance(expr.test, SameAs | Present):
            return None
        field = self.fields.of(expr.field)
        if field.member or field.flattened:
            return None
        match expr.test:
            case Pattern() as pattern if field.is_text:
                if not has_one_case(pattern) and not can_be_lowered(pattern):
                    return None
                return _text(pattern, field, below_not=below_not)
            case IsTrue(value) if field.type is FieldType.BOOLEAN:
                word, other = ("true", "false") if value else ("false", "true")
                subject = f"COALESCE({field.name}, {other})" if below_not else field.name
                return subject, "==", [word]
            case Address(address) if field.type is FieldType.IP and not below_not:
                return field.name, "==", [string(str(address))]
            case Address(address) if field.type is FieldType.IP:
                return field.name, "CIDR_MATCH or false", [string(str(ip_network(address)))]
            case Cidr(network) if field.type is FieldType.IP:
                operator = "CIDR_MATCH or false" if below_not else "CIDR_MATCH"
                return field.name, operator, [string(str(one)) for one in without_mapped(network)]
            case _:
                return None

    def _other(self, expr: Expr, *, below_not: bool) -> _Question:
        """What no plain comparison says."""
        match expr:
            case Atom(path, Present()) if not _of_index_only(expr, self.fields):
                name = self.fields.of(path).name
                # Beside IS NULL the server takes the field for null wherever else it stands.
                null = f"{name} IS NULL"
                if below_not or path not in self.asked_once:
                    null = f"COALESCE(MV_COUNT({name}), 0) == 0"
                there = f"NOT {null}" if below_not else f"{name} IS NOT NULL"
                return _Question(there, null)
            case Atom(path, SameAs(other, mode)):
                text = _same(self.fields.of(path), self.fields.of(other), mode)
            case Atom(path, Pattern() | Regex() as test) if not _of_index_only(expr, self.fields):
                text = f"{self.fields.of(path).name} RLIKE {string(lucene_regex(node_of(test)))}"
                text = f"COALESCE({text}, false)" if below_not else text
            case Atom():
                text = _of_index([expr], self.fields)
            case _:
                text = self.operand(expr, below_not=below_not)
        return _Question(text, f"NOT {text}")


def _joined(parts: Sequence[_Question]) -> str:
    """The questions with OR between them, a line each where one line would be too long."""
    texts = [part.text for part in parts]
    line = " OR ".join(texts)
    if len(line) > _LONGEST and len(texts) > 1:
        line = f"{_BREAK}OR ".join(texts)
    return line if len(texts) == 1 else f"({line})"


def _compared(subject: str, operator: str, values: list[str]) -> _Question:
    match operator:
        case "CIDR_MATCH" | "CIDR_MATCH or false":
            text = f"CIDR_MATCH({subject}, {', '.join(values)})"
            text = text if operator == "CIDR_MATCH" else f"COALESCE({text}, false)"
            return _Question(text, f"NOT {text}")
        case "==":
            opposite = "!=" if len(values) == 1 else "NOT IN"
            return _Question(_one_of(subject, values), f"{subject} {opposite} {_list(values)}")
        case "contains" if len(values) > 1:
            written = f"RLIKE {string(_words(values))}"
            return _Question(f"{subject} {written}", f"{subject} NOT {written}")
        case _:
            (value,) = values
            like = string(f"*{_escaped(value)}*" if operator == "contains" else value)
            return _Question(f"{subject} LIKE {like}", f"{subject} NOT LIKE {like}")


def _words(texts: list[str]) -> str:
    """A regular expression for any of these texts anywhere; a list for LIKE soon is too complex."""
    found = (lucene_regex(node_of(Pattern((text,), cased=True))) for text in texts)
    return f".*({'|'.join(found)}).*".replace("\\/", "/")


def _one_of(subject: str, values: Sequence[str]) -> str:
    return f"{subject} {'==' if len(values) == 1 else 'IN'} {_list(values)}"


def _list(values: Sequence[str]) -> str:
    """The value, or several in parentheses: a line each where one line would be too long."""
    if len(values) == 1:
        return values[0]
    line = ", ".join(values)
    return f"({line})" if len(line) <= _LINE else f"({_BREAK}{f',{_BREAK}'.join(values)})"


def _text(pattern: Pattern, field: ElasticField, below_not: bool) -> tuple[str, str, list[str]]:
    """In any case: in lower case. A lone ``TO_LOWER(f) == "k"`` would miss the Kelvin sign.

    The server makes a comparison of its own of it, which knows the letters of ASCII only.
    """
    any_case = not has_one_case(pattern)
    literal = pattern.literal
    subject = f"TO_LOWER({field.name})" if any_case else field.name
    if below_not or (any_case and literal is not None):
        subject = f'COALESCE({subject}, "")'
    if literal is not None:
        return subject, "==", [string(fold(literal) if any_case else literal)]
    match pattern.parts:
        case (Wildcard.MANY, str() as word, Wildcard.MANY):
            return subject, "contains", [fold(word) if any_case else word]
    written = "".join(
        part.value if isinstance(part, Wildcard) else _escaped(fold(part) if any_case else part)
        for part in pattern.parts
    )
    return subject, f"LIKE {written}", [written]


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "*?\\" else char for char in text)


def _of_index_only(expr: Expr, fields: Fields) -> bool:
    if not isinstance(expr, Atom) or isinstance(expr.test, SameAs):
        return False
    field = fields.of(expr.field)
    if field.member or field.flattened:
        return True
    return not isinstance(expr.test, Present) and not (
        field.is_text and isinstance(expr.test, Pattern | Regex)
    )


def _of_index(asked: Sequence[Expr], fields: Fields) -> str:
    first = asked[0]
    if len(asked) == 1 and isinstance(first, Atom) and isinstance(first.test, Pattern):
        field, literal = fields.of(first.field), first.test.literal
        if literal and has_one_case(first.test) and not field.flattened and field.is_text:
            return f"{field.name} : {string(literal)}"
    expr = first if len(asked) == 1 else Or(tuple(asked), first.span)
    return f'QSTR({string(query_string(expr, fields))}, {{"lenient": false}})'


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
