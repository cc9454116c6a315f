"""One line of a selection (``field|modifiers: value``) → atoms.

pySigma reads modifiers, escapes and wildcards; this module turns what it read into the model, by
the type that the catalogue gives the field, and refuses what has no meaning here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from okta_access.catalog.model import EVENT_TYPE, Catalog, FieldType
from okta_access.errors import Problem, Span
from okta_access.rules.addresses import parse_address, unmapped_network
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
    Wildcard,
)
from okta_access.rules.reading.modifiers import (
    LIST_MODIFIERS,
    REGEX_FLAGS,
    modifier_problems,
    value_mistake,
)
from okta_access.rules.reading.source import Entry, Node, Scalar, Sequence
from okta_access.rules.regex import RegexRefused, parse_regex

if TYPE_CHECKING:
    from sigma.types import SigmaString


@dataclass(slots=True)
class ItemReader:
    """Reads the items of one rule's selections; ``problems`` collects what is wrong in them."""

    catalog: Catalog
    problems: list[Problem] = field(default_factory=list)

    def read(self, entry: Entry) -> Expr | None:
        """The expression of one item, or None where it is broken (then a problem says why)."""
        wrong = [*_key_problems(entry, self.catalog)]
        if wrong:
            self.problems.extend(wrong)
            return None
        item = _item(entry, self.catalog)
        parts: list[Expr] = []
        values = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        for value in values:
            try:
                parts.append(_value(item, value))
            except _BrokenError as error:
                self.problems.append(error.problem)
        if len(parts) < len(values):
            return None
        span = entry.key.span
        joined: Expr = parts[0]
        if len(parts) > 1:
            joined = And(tuple(parts), span) if "all" in item.modifiers else Or(tuple(parts), span)
        return Not(joined, span) if "neq" in item.modifiers else joined


class _BrokenError(Exception):
    """A part that has no meaning here; raised and caught within this module."""

    def __init__(self, span: Span, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(span, code, message, hint)


@dataclass(frozen=True, slots=True)
class _Item:
    """The key of an item, taken apart."""

    key: Scalar
    field: str
    type: FieldType
    modifiers: tuple[str, ...]

    @property
    def value_modifiers(self) -> tuple[str, ...]:
        """The modifiers that change each value, in their order."""
        return tuple(name for name in self.modifiers if name not in LIST_MODIFIERS)

    @property
    def is_exact(self) -> bool:
        """Whether a plain value is one of a known list, which Okta writes in one spelling."""
        return self.type is FieldType.ENUM and not self.value_modifiers


def _key_problems(entry: Entry, catalog: Catalog) -> Iterator[Problem]:
    span = entry.key.span
    if entry.name.split("|")[0] == "":
        hint = "name the field, for example actor.displayName|contains"
        yield Problem(span, "OA108", "a keyword without a field is not supported", hint)
    if isinstance(entry.value, Sequence) and not entry.value.items:
        yield Problem(span, "OA102", f"`{entry.name}` has an empty list of values")
    yield from modifier_problems(entry.key, catalog)


def _item(entry: Entry, catalog: Catalog) -> _Item:
    name, *modifiers = entry.name.split("|")
    known = catalog.field(name)
    return _Item(entry.key, name, known.type if known else FieldType.STRING, tuple(modifiers))


def _value(item: _Item, value: Node) -> Expr:
    if not isinstance(value, Scalar):
        message = f"`{item.key.text}` takes a value or a list of values"
        raise _BrokenError(value.span, "OA102", message)
    if value.value == "" and "re" not in item.modifiers:
        message = (
            f"`{item.field}` is compared with the empty string, "
            "which no engine keeps apart from an absent value"
        )
        raise _BrokenError(value.span, "OA116", message, f"write `{item.field}: null`")
    mistake = value_mistake(item.modifiers, value.value)
    if mistake:
        raise _BrokenError(value.span, "OA107", *mistake)
    if "re" in item.modifiers:
        tests: tuple[Test, ...] = (_regex(item, value),)
    else:
        tests = tuple(_test(item, sigma, value) for sigma in _sigma_values(item, value))
    found = tuple(Atom(item.field, test, value.span, item.key.span) for test in tests)
    return found[0] if len(found) == 1 else Or(found, value.span)


def _sigma_values(item: _Item, value: Scalar) -> list[Any]:
    """The value as pySigma reads it; an expansion (``base64offset``) gives several."""
    from sigma.exceptions import SigmaError
    from sigma.rule import SigmaDetectionItem
    from sigma.types import SigmaExpansion

    try:
        key = "|".join(("field", *item.value_modifiers))
        read = SigmaDetectionItem.from_mapping(key, value.value)
    except SigmaError as error:
        raise _BrokenError(value.span, "OA107", *_refused(item, value)) from error
    found: list[Any] = []
    for one in read.value:
        found.extend(one.values if isinstance(one, SigmaExpansion) else [one])
    return found


def _refused(item: _Item, value: Scalar) -> tuple[str, str | None]:
    """Why pySigma does not take this value, in words."""
    if "cidr" in item.modifiers:
        return f"`{value.text}` is no network", "for example 10.0.0.0/8 or 2001:db8::/32"
    modifiers = ", ".join(f"`{name}`" for name in item.modifiers)
    return f"{modifiers or 'a plain value'} cannot be `{value.text}`", None


def _test(item: _Item, sigma: Any, value: Scalar) -> Test:
    from sigma.types import (
        SigmaBool,
        SigmaCasedString,
        SigmaCIDRExpression,
        SigmaExists,
        SigmaFieldReference,
        SigmaNull,
        SigmaNumber,
        SigmaString,
    )

    match sigma:
        case SigmaNull():
            return Absent()
        case SigmaExists():
            return Present() if bool(sigma) else Absent()
        case SigmaCIDRExpression():
            if item.type is not FieldType.IP:
                message = f"`cidr` needs an ip field, and `{item.field}` is a {item.type} field"
                raise _BrokenError(value.span, "OA107", message)
            return Cidr(unmapped_network(sigma.network))
        case SigmaFieldReference():
            return SameAs(sigma.field, _ref_mode(starts=sigma.starts_with, ends=sigma.ends_with))
        case SigmaBool() if item.type is FieldType.BOOLEAN:
            return IsTrue(bool(sigma))
        case SigmaBool() | SigmaNumber():
            return Pattern((json.dumps(value.value),))
        case SigmaString():
            cased = isinstance(sigma, SigmaCasedString) or item.field == EVENT_TYPE
            return _string(item, sigma, value, cased=cased)
        case _:
            message = f"`{item.key.text}` is not supported"
            raise _BrokenError(value.span, "OA109", message)


def _string(item: _Item, text: SigmaString, value: Scalar, *, cased: bool) -> Test:
    from sigma.types import Placeholder as SigmaPlaceholder
    from sigma.types import SpecialChars

    parts: list[str | Wildcard] = []
    for part in text.s:
        match part:
            case SpecialChars.WILDCARD_MULTI:
                if parts[-1:] != [Wildcard.MANY]:
                    parts.append(Wildcard.MANY)
            case SpecialChars.WILDCARD_SINGLE:
                parts.append(Wildcard.ONE)
            case SigmaPlaceholder(name=name):
                if len(text.s) > 1:
                    message = "a placeholder must be the whole value"
                    hint = "for example `%corporate_egress%`"
                    raise _BrokenError(value.span, "OA109", message, hint)
                return Placeholder(name)
            case str() if parts and isinstance(parts[-1], str):
                parts[-1] += part
            case str():
                parts.append(part)
    pattern = Pattern(tuple(parts), cased)
    if item.is_exact and pattern.literal is not None:
        pattern = replace(pattern, cased=True)
    return _typed(item.type, pattern)


def _typed(type_: FieldType, pattern: Pattern) -> Test:
    """A plain text on a boolean or ip field is read as the boolean or address it writes."""
    literal = pattern.literal
    if literal is not None and type_ is FieldType.BOOLEAN and literal.lower() in ("true", "false"):
        return IsTrue(literal.lower() == "true")
    address = parse_address(literal) if literal is not None and type_ is FieldType.IP else None
    return pattern if address is None else Address(address)


def _regex(item: _Item, value: Scalar) -> Regex:
    if not isinstance(value.value, str):
        message = "a regular expression must be a text"
        raise _BrokenError(value.span, "OA107", message, "put it in quotes")
    flags = {REGEX_FLAGS[name] for name in item.modifiers if name in REGEX_FLAGS}
    regex = Regex(
        value.value,
        ignore_case="ignore_case" in flags,
        multiline="multiline" in flags,
        dot_all="dot_all" in flags,
    )
    try:
        parse_regex(regex)
    except RegexRefused as error:
        raise _BrokenError(value.span, "OA107", f"the regular expression: {error}") from error
    return regex


def _ref_mode(*, starts: bool, ends: bool) -> RefMode:
    if starts and ends:
        return RefMode.CONTAINS
    if starts:
        return RefMode.STARTS_WITH
    return RefMode.ENDS_WITH if ends else RefMode.EQUALS
