"""Rules with one slip each: what a test of the rule must notice.

A mutant that the rule's fixtures and generated events all judge like the rule itself shows a gap
in them, unless it means the same as the rule on every event of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from msgspec.structs import replace

from okta_access.catalog.model import EVENT_TYPE, Catalog
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
    Present,
    RefMode,
    Regex,
    SameAs,
    Test,
    Wildcard,
)
from okta_access.rules.regex import RegexRefused, parse_regex
from okta_access.rules.words import describe


@dataclass(frozen=True, slots=True)
class Mutant:
    """The rule's expression with one slip, and which."""

    slip: str
    expr: Expr


def mutants(expr: Expr, catalog: Catalog) -> tuple[Mutant, ...]:
    """All slips in an expression: one for each place and kind, none equal to the expression."""
    found: dict[Expr, str] = {}
    for slip, mutated in (*_slips(expr), *_types_added(expr, catalog)):
        if mutated is not None and mutated != expr:
            found.setdefault(mutated, slip)
    return tuple(Mutant(slip, mutated) for mutated, slip in found.items())


def _slips(expr: Expr) -> Iterator[tuple[str, Expr | None]]:
    """Slips at this node and below it; nothing is left where the last operand is dropped."""
    match expr:
        case Atom():
            yield f"dropped: {describe(expr)}", None
            yield f"negated: {describe(expr)}", Not(expr, expr.span)
            for test in _other_tests(expr):
                changed = replace(expr, test=test)
                yield f"{describe(expr)} became {describe(changed)}", changed
        case Not(operand):
            yield "NOT dropped", operand
            for slip, mutated in _slips(operand):
                yield slip, None if mutated is None else replace(expr, operand=mutated)
        case And(operands) | Or(operands):
            if len(operands) > 1:
                swapped = Or if isinstance(expr, And) else And
                yield f"{type(expr).__name__.upper()} swapped", swapped(operands, expr.span)
            for place, operand in enumerate(operands):
                for slip, mutated in _slips(operand):
                    kept = () if mutated is None else (mutated,)
                    yield slip, _joined(expr, (*operands[:place], *kept, *operands[place + 1 :]))


def _joined(expr: And | Or, operands: tuple[Expr, ...]) -> Expr | None:
    if len(operands) < 2:
        return operands[0] if operands else None
    return replace(expr, operands=operands)


def _types_added(expr: Expr, catalog: Catalog) -> Iterator[tuple[str, Expr | None]]:
    """One more event type beside those that a part of the rule names."""
    for place in _type_lists(expr):
        first, named = place
        for name in catalog.events:
            if name not in named:
                added = replace(first, test=Pattern((name,), cased=True))
                both = Or((first, added), first.span)
                yield f"added: {describe(added)}", _substituted(expr, first, both)


def _type_lists(expr: Expr) -> Iterator[tuple[Atom, set[str]]]:
    """For each list of event types its first atom and all its names."""
    operands = expr.operands if isinstance(expr, Or) else (expr,)
    own = [one for one in operands if isinstance(one, Atom) and _type_of(one) is not None]
    if own:
        yield own[0], {str(_type_of(one)) for one in own}
    for part in operands if isinstance(expr, Or) else _parts(expr):
        if not isinstance(part, Atom):
            yield from _type_lists(part)
        elif not isinstance(expr, Or) and _type_of(part) is not None:
            yield part, {str(_type_of(part))}


def _parts(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Not(operand):
            return (operand,)
        case And(operands) | Or(operands):
            return operands
        case _:
            return ()


def _type_of(atom: Atom) -> str | None:
    if atom.field == EVENT_TYPE and isinstance(atom.test, Pattern):
        return atom.test.literal
    return None


def _substituted(expr: Expr, old: Atom, new: Expr) -> Expr:
    match expr:
        case Atom():
            return new if expr == old else expr
        case Not(operand):
            return replace(expr, operand=_substituted(operand, old, new))
        case And(operands) | Or(operands):
            return replace(expr, operands=tuple(_substituted(o, old, new) for o in operands))


def _other_tests(atom: Atom) -> Iterator[Test]:
    """The atom's test with its value, operator or case changed."""
    match atom.test:
        case Pattern():
            yield from _other_patterns(atom.test, cased_only=atom.field == EVENT_TYPE)
        case Regex():
            yield from _other_regexes(atom.test)
        case Address(address):
            step = -1 if int(address) else 1
            yield Address(type(address)(int(address) + step))
        case Cidr(network):
            lengths = (network.prefixlen - 1, network.prefixlen + 1)
            for length in lengths:
                if 0 <= length <= network.max_prefixlen:
                    wider = ip_network((int(network.network_address), length), strict=False)
                    yield Cidr(wider)
        case IsTrue(value):
            yield IsTrue(not value)
        case Absent():
            yield Present()
        case Present():
            yield Absent()
        case SameAs(other, mode):
            yield from (SameAs(other, one) for one in RefMode if one is not mode)


def _other_patterns(pattern: Pattern, *, cased_only: bool) -> Iterator[Pattern]:
    parts = pattern.parts
    if not cased_only:
        yield Pattern(parts, not pattern.cased)
    for at in (0, -1):
        end = parts[at]
        if end is not Wildcard.MANY:
            grown = (Wildcard.MANY, *parts) if at == 0 else (*parts, Wildcard.MANY)
            yield Pattern(grown, pattern.cased)
        elif len(parts) > 1:
            yield Pattern(parts[1:] if at == 0 else parts[:-1], pattern.cased)
    for place, part in enumerate(parts):
        if isinstance(part, str):
            for text in (part[:-1], part[1:], f"{part}x"):
                changed = (text,) if text else ()
                kept = (*parts[:place], *changed, *parts[place + 1 :])
                if any(isinstance(one, str) for one in kept):
                    yield Pattern(kept, pattern.cased)


def _other_regexes(regex: Regex) -> Iterator[Regex]:
    yield replace(regex, ignore_case=not regex.ignore_case)
    for pattern in (regex.pattern[1:], regex.pattern[:-1]):
        changed = replace(regex, pattern=pattern)
        try:
            parse_regex(changed)
        except RegexRefused:
            continue
        yield changed
