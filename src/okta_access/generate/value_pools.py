"""For each field and the tests it must pass: values by construction, the plainest first.

A pool is made once per question and then drawn from, so drawing never fails. It holds what a rule
names, what real events hold, texts found by walking the automata of the tests, other ways of
writing the same (letter case, notations of addresses) and the neighbours of what is forbidden.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address

from msgspec.structs import replace

from okta_access.catalog.model import EVENT_TYPE, Catalog, Field, FieldType
from okta_access.catalog.template import template_event
from okta_access.generate.vocabulary import OTHER_TYPES, seen_values
from okta_access.rules.addresses import parse_address
from okta_access.rules.case import same_letters
from okta_access.rules.model import Address, Cidr, Pattern, Regex, Test, Wildcard
from okta_access.rules.regex import RegexRefused, parse_regex
from okta_access.rules.solver.automata import TooLarge
from okta_access.rules.solver.field_values import Values, values_of
from okta_access.rules.solver.satisfy import Undecided

SIZE = 40
MAX_LENGTH = 255  # Okta's limit for its texts
_WALKS = 24
_MOST_PLAIN = 10
_FILLERS = ("", "x", "Zür-1 ", "*?")


class ValuePools:
    """The pools of one catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._made: dict[tuple[Field, tuple[Test, ...], tuple[Test, ...]], tuple[str, ...]] = {}

    def pool(
        self, field: Field, required: tuple[Test, ...] = (), forbidden: tuple[Test, ...] = ()
    ) -> tuple[str, ...]:
        """Values that pass every ``required`` test and no ``forbidden`` one; empty if none does.

        Raises :class:`~okta_access.rules.solver.satisfy.Undecided`.
        """
        key = (field, required, forbidden)
        if key not in self._made:
            try:
                self._made[key] = self._make(field, required, forbidden)
            except TooLarge as error:
                message = f"the tests of `{field.path}` are too large to decide: {error}"
                raise Undecided(message) from error
        return self._made[key]

    def _make(
        self, field: Field, required: tuple[Test, ...], forbidden: tuple[Test, ...]
    ) -> tuple[str, ...]:
        values = values_of(field, required, forbidden)
        for test in required:
            if isinstance(test, Pattern) and test.cased and test.literal is not None:
                return (test.literal,) if values.takes(test.literal) else ()
        found: dict[str, None] = {}
        for text in self._candidates(field, required, forbidden, values):
            if len(text) <= MAX_LENGTH and values.takes(text):
                found[text] = None
            if len(found) >= SIZE:
                break
        if not found:
            plainest = values.plainest()
            found.update({} if plainest is None else {plainest: None})
        return tuple(found)

    def _candidates(
        self, field: Field, required: tuple[Test, ...], forbidden: tuple[Test, ...], values: Values
    ) -> Iterator[str]:
        if field.path == EVENT_TYPE:
            yield from self._event_types(required, forbidden)
            return
        plain = (*_template_texts(self.catalog, field), *seen_values(field))
        yield from plain[:_MOST_PLAIN]
        if field.type is FieldType.BOOLEAN:
            return
        named = [text for test in required for text in _named(test, values)]
        yield from named
        yield from _written_otherwise(field, named)
        if any(isinstance(test, Pattern) and test.literal for test in required):
            return  # there are no others
        yield from _neighbours(text for test in forbidden for text in _named(test, values))
        yield from _walked(field, required, forbidden, values)
        yield from plain[_MOST_PLAIN:]

    def _event_types(
        self, required: tuple[Test, ...], forbidden: tuple[Test, ...]
    ) -> Iterator[str]:
        """Types are lower case in every event; nothing else is worth a test."""
        known = (*self.catalog.events, *OTHER_TYPES)
        texts = [text for test in required for text in _named(test, None)]
        near = _neighbours(text for test in forbidden for text in _named(test, None))
        mixed = [text for pair in zip(known, near) for text in pair]  # noqa: B905 - the shorter ends
        yield from (text for text in (*texts, *mixed, *known) if text == text.lower())


def _template_texts(catalog: Catalog, field: Field) -> tuple[str, ...]:
    node: object = template_event(catalog, "")
    for step in field.steps:
        node = node[0] if isinstance(node, list) and node else node
        node = node.get(step) if isinstance(node, dict) else None
    if isinstance(node, bool):
        return ("true" if node else "false",)
    return (node,) if isinstance(node, str) and node else ()


def edges_of(test: Test) -> tuple[str, ...]:
    """Texts one step from what a test takes: a letter less or more, the address next door.

    >>> edges_of(Pattern(("ab", Wildcard.MANY)))[:4]
    ('a', 'abx', 'b', 'xab')
    """
    if isinstance(test, Pattern):
        plain = tuple(part for part in test.parts if part is not Wildcard.MANY)
        return tuple(dict.fromkeys(_neighbours([_filled(plain, "")])))
    return tuple(dict.fromkeys(_neighbours(_named(test, None))))


def wider_tests(test: Test) -> tuple[Test, ...]:
    """Tests that take a little more: text before or after, letters in any case.

    >>> wider_tests(Regex("^a"))
    (Regex(pattern='a', ignore_case=False, multiline=False, dot_all=False), \
Regex(pattern='^a', ignore_case=True, multiline=False, dot_all=False))
    """
    match test:
        case Pattern(parts, cased):
            found: list[Test] = []
            if parts[0] is not Wildcard.MANY:
                found.append(Pattern((Wildcard.MANY, *parts), cased))
            if parts[-1] is not Wildcard.MANY:
                found.append(Pattern((*parts, Wildcard.MANY), cased))
            return (*found, Pattern(parts)) if cased else tuple(found)
        case Regex(pattern):
            loose = [pattern[1:]] if pattern.startswith("^") else []
            loose += [pattern[:-1]] if pattern.endswith("$") else []
            wider = [replace(test, pattern=text) for text in loose]
            wider += [] if test.ignore_case else [replace(test, ignore_case=True)]
            return tuple(one for one in wider if _is_regex(one))
        case _:
            return ()


def _is_regex(regex: Regex) -> bool:
    try:
        parse_regex(regex)
    except RegexRefused:
        return False
    return True


def _named(test: Test, values: Values | None) -> list[str]:
    """Texts that the test's own words suggest, whether or not other tests agree."""
    match test:
        case Pattern(parts):
            return list(dict.fromkeys(_filled(parts, filler) for filler in _FILLERS))
        case Address(address):
            return [str(address)]
        case Cidr(network):
            size = network.num_addresses
            return [str(network[n]) for n in dict.fromkeys((min(1, size - 1), 0, size - 1))]
        case Regex() if values is not None:
            plainest = values.plainest()
            return [plainest] if plainest else []
        case _:
            return []


def _filled(parts: tuple[str | Wildcard, ...], filler: str) -> str:
    texts = (
        part if isinstance(part, str) else filler if part is Wildcard.MANY else filler[:1] or "x"
        for part in parts
    )
    return "".join(texts)


def _written_otherwise(field: Field, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if field.type is FieldType.IP:
            yield from _notations(text)
        yield from (text.upper(), text.lower(), text.swapcase(), text.title())
        for at, char in enumerate(text):
            others = [letter for letter in _letters(char) if not letter.isascii()]
            yield from (text[:at] + letter + text[at + 1 :] for letter in others)


def _letters(char: str) -> tuple[str, ...]:
    """Characters that count as the same; the long table is not made for a filler's sake."""
    return same_letters(char) if char.isascii() else ()


def _notations(text: str) -> Iterator[str]:
    address = parse_address(text)
    if isinstance(address, IPv4Address):
        yield f"::ffff:{address}"
        yield f"::FFFF:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"
    elif isinstance(address, IPv6Address):
        yield from (address.exploded, str(address).upper(), address.exploded.upper())


def _neighbours(texts: Iterable[str]) -> Iterator[str]:
    """Texts one step away: what a slip in a comparison would take for the same."""
    for text in texts:
        address = parse_address(text)
        if address is not None:
            end = 2**address.max_prefixlen
            steps = (int(address) - 1, int(address) + 1)
            yield from (str(type(address)(number)) for number in steps if 0 <= number < end)
            continue
        middle = len(text) // 2
        yield from (text[:-1], f"{text}x", text[1:], f"x{text}", f"{text} ", f" {text}")
        yield from (text[:middle] + "-" + text[middle + 1 :], f"{text}, {text}x", text.swapcase())


def _walked(
    field: Field, required: tuple[Test, ...], forbidden: tuple[Test, ...], values: Values
) -> Iterator[str]:
    # A seed from the question, so that the pool does not depend on what was asked before.
    seed = zlib.crc32(repr((field.path, required, forbidden)).encode("utf-8", "backslashreplace"))
    index = random.Random(seed).randrange  # noqa: S311 - no secret
    for n in range(_WALKS):
        try:
            text = values.walk(index, n % 12)
        except TooLarge:
            return
        if text is not None:
            yield text
