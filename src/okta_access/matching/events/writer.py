"""Writes what rules ask of a record as Python source.

Nothing of a rule is ever written into the source: values, patterns and tests are constants, passed
in by names of our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import boolean_text
from okta_access.errors import RuleError
from okta_access.matching.events.evaluate import matches, related, text_test
from okta_access.matching.events.projection import Place, Projection
from okta_access.matching.events.wildcards import folded
from okta_access.rules.case import fold
from okta_access.rules.model import (
    Absent,
    And,
    Atom,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    SameAs,
    Test,
    Wildcard,
    atoms,
    depth,
    fields_of,
)

_DEEPEST = 40  # Python's parser gives up at about 90 nested parentheses
_BOOLEANS = {value: boolean_text(value) for value in (None, True, False, "true", "false")}


class Writer:
    """Writes expressions; ``reading`` and ``constants`` are what they rest on."""

    def __init__(self, projection: Projection, catalog: Catalog) -> None:
        self.projection = projection
        self.catalog = catalog
        self.reading: list[str] = []
        self.constants: dict[str, object] = {
            "fold": fold,
            "BOOLEANS": _BOOLEANS,
            "members_at": _members_at,
        }
        self.variables: dict[tuple[str, bool], str] = {}
        self.owners: dict[tuple[str, ...], str] = {(): "record"}
        self.needs_event = False

    def function(self, parameters: str, lines: Sequence[str]) -> Any:
        """The function of these lines."""
        source = "\n    ".join([f"def generated({parameters}):", *lines])
        names: dict[str, Any] = {**self.constants}
        exec(compile(source, "<generated>", "exec"), names)  # noqa: S102 - see the module's text
        return names["generated"]

    def held(self, field: str, nothing: str = "()") -> str:
        """What a field holds, as Python: a text, a tuple of several, or what stands for nothing."""
        if self.is_list(field):
            variable = self._variable(field)
            several = f"tuple({variable}) if {variable} else {nothing}"
            return f"({variable}[0] if len({variable}) == 1 else {several})"
        place = self._place(field)
        owner = self._owner(tuple(step.attribute for step in place.steps))
        value = f"{owner}.{place.attribute}"
        value = f"BOOLEANS[{value}]" if place.boolean else value
        text = f"({value} or {nothing})"
        return text if owner == "record" else f"({nothing} if {owner} is None else {text})"

    def expression(self, expr: Expr) -> str:
        """The expression as Python; asked of the reference where no record can carry it."""
        plain = all(self._is_placed(atom) for atom in atoms(expr))
        if plain and depth(expr) < _DEEPEST:
            return self._write(expr)
        self.needs_event = True
        return f"{self._constant(partial(matches, expr, catalog=self.catalog))}(event)"

    def _write(self, expr: Expr) -> str:
        match expr:
            case Atom():
                return self._atom(expr)
            case Not(operand):
                return f"(not {self._write(operand)})"
            case And(operands):
                return f"({' and '.join(self._write(operand) for operand in operands)})"
            case Or(operands):
                return f"({' or '.join(self._alternatives(operands))})"

    def _alternatives(self, operands: tuple[Expr, ...]) -> list[str]:
        """Operands of an Or; equalities with several texts of one field become one look-up."""
        equal: dict[tuple[str, bool], list[str]] = {}
        others: list[str] = []
        for operand in operands:
            literal = _literal_of(operand)
            if literal is None:
                others.append(self._write(operand))
            else:
                field, cased, text = literal
                equal.setdefault((field, cased), []).append(text)
        return [self._is_one_of(*key, texts) for key, texts in equal.items()] + others

    def _is_one_of(self, field: str, cased: bool, texts: list[str]) -> str:
        variable = self._variable(field, lower=not cased)
        if self.is_list(field):
            return f"(not {self._constant(frozenset(texts))}.isdisjoint({variable}))"
        if len(texts) == 1:
            return f"{variable} == {self._constant(texts[0])}"
        return f"{variable} in {self._constant(frozenset(texts))}"

    def _atom(self, atom: Atom) -> str:
        literal = _literal_of(atom)
        if literal is not None:
            field, cased, text = literal
            return self._is_one_of(field, cased, [text])
        match atom.test:
            case Absent():
                return f"(not {self._variable(atom.field)})"
            case Present():
                return self._variable(atom.field)
            case SameAs(other, mode):
                relates = self._constant(partial(_relates, mode))
                return f"{relates}({self._variable(atom.field)}, {self._variable(other)})"
            case Placeholder(name):
                raise RuleError(f"the list `%{name}%` has not been filled in", (), span=atom.span)
            case test if self.is_list(atom.field):
                return f"any(map({self._constant(text_test(test))}, {self._variable(atom.field)}))"
            case test:
                return self._test_of_one(atom.field, test)

    def _test_of_one(self, field: str, test: Test) -> str:
        """A test of a field that holds one text or None."""
        assert not isinstance(test, Absent | Present | SameAs | Placeholder)
        if isinstance(test, Pattern):
            variable = self._variable(field, lower=not test.cased)
            match folded(test).parts:
                case (Wildcard.MANY, str(text), Wildcard.MANY):
                    return f"({variable} is not None and {self._constant(text)} in {variable})"
                case (str(text), Wildcard.MANY):
                    starts = f"{variable}.startswith({self._constant(text)})"
                    return f"({variable} is not None and {starts})"
                case (Wildcard.MANY, str(text)):
                    ends = f"{variable}.endswith({self._constant(text)})"
                    return f"({variable} is not None and {ends})"
        variable = self._variable(field)
        return f"({variable} is not None and {self._constant(text_test(test))}({variable}))"

    def _variable(self, field: str, *, lower: bool = False) -> str:
        """The variable with a field's text or None, or with the list of its texts."""
        known = self.variables.get((field, lower))
        if known is not None:
            return known
        value = self._lowered(field) if lower else self._read(self._place(field))
        variable = self.variables[field, lower] = f"v{len(self.variables)}"
        self.reading.append(f"{variable} = {value}")
        return variable

    def _lowered(self, field: str) -> str:
        raw = self._variable(field)
        if self.is_list(field):
            return f"[fold(x) for x in {raw}]"
        return f"None if {raw} is None else {raw}.lower() if {raw}.isascii() else fold({raw})"

    def _read(self, place: Place) -> str:
        array = next((n for n, step in enumerate(place.steps) if step.array), None)
        if array is not None:
            owner = self._owner(tuple(step.attribute for step in place.steps[: array + 1]))
            inside = (*(step.attribute for step in place.steps[array + 1 :]), place.attribute)
            if len(inside) == 1 and not place.boolean:
                value = f"(value := record.{place.attribute})"
                return f"[value for record in {owner} or () if record is not None and {value}]"
            found = f"members_at({owner}, {self._constant(inside)})"
            return f"[BOOLEANS[x] for x in {found}]" if place.boolean else found
        owner = self._owner(tuple(step.attribute for step in place.steps))
        value = f"{owner}.{place.attribute}"
        value = f"BOOLEANS[{value}]" if place.boolean else f"({value} or None)"
        return value if owner == "record" else f"None if {owner} is None else {value}"

    def _owner(self, attributes: tuple[str, ...]) -> str:
        """The variable with the record (or list of records) that these steps lead to, or None."""
        known = self.owners.get(attributes)
        if known is not None:
            return known
        above = self._owner(attributes[:-1])
        value = f"{above}.{attributes[-1]}"
        owner = self.owners[attributes] = f"r{len(self.owners)}"
        guarded = value if above == "record" else f"None if {above} is None else {value}"
        self.reading.append(f"{owner} = {guarded}")
        return owner

    def _constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def _place(self, field: str) -> Place:
        place = self.projection.place(field)
        assert place is not None
        return place

    def is_list(self, field: str) -> bool:
        """Whether a record holds a list of this field's texts."""
        return any(step.array for step in self._place(field).steps)

    def _is_placed(self, atom: Atom) -> bool:
        return all(self.projection.place(field) is not None for field in fields_of(atom))


def _literal_of(expr: Expr) -> tuple[str, bool, str] | None:
    """Field, casedness and (unless cased, folded) text of an equality; None for all else."""
    match expr:
        case Atom(field, Pattern() as pattern):
            text = folded(pattern).literal
            return None if text is None else (field, pattern.cased, text)
        case Atom(field, IsTrue(value)):
            return field, True, "true" if value else "false"
        case _:
            return None


def _members_at(records: list[Any] | None, attributes: tuple[str, ...]) -> list[Any]:
    """What these attributes hold, one after another, from the records of a list; None left out.

    The second attribute and those after it may again lead to lists.
    """
    level: list[Any] = records or []
    for attribute in attributes:
        found: list[Any] = []
        for record in level:
            value = None if record is None else getattr(record, attribute)
            if isinstance(value, list):
                found.extend(value)
            else:
                found.append(value)
        level = found
    return [value for value in level if value is not None and value != ""]


def _relates(mode: RefMode, these: str | list[str] | None, others: str | list[str] | None) -> bool:
    return related(mode, _as_texts(these), _as_texts(others))


def _as_texts(found: str | list[str] | None) -> tuple[str, ...]:
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else tuple(found)
