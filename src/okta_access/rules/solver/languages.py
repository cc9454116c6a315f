"""What a test says of a text, as an expression over characters: the bridge to the automata."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network

from okta_access.rules.case import same_letters
from okta_access.rules.model import Pattern, RefMode, Regex, Wildcard
from okta_access.rules.regex import Chars, Choice, Concat, Range, RegexNode, Repeat, parse_regex
from okta_access.rules.solver.automata import ANY_CHAR, Product, automaton_of

TextTest = Pattern | Regex
ANY_TEXT = Repeat(ANY_CHAR, 0, None)


@lru_cache(maxsize=4096)
def node_of(test: TextTest) -> RegexNode:
    """The expression that takes, as a whole, exactly the texts for which the test holds.

    >>> Product([automaton_of(node_of(Pattern(("ab", Wildcard.MANY))))], []).shortest()
    'ab'
    """
    if isinstance(test, Pattern):
        parts = [node for part in test.parts for node in _pattern_part(part, cased=test.cased)]
        return Concat(tuple(parts))
    return Choice(
        tuple(
            Concat(
                (
                    *(() if branch.at_start else (ANY_TEXT,)),
                    branch.node,
                    *(() if branch.at_end else (ANY_TEXT,)),
                )
            )
            for branch in parse_regex(test)
        )
    )


def _pattern_part(part: str | Wildcard, *, cased: bool) -> list[RegexNode]:
    if part is Wildcard.MANY:
        return [ANY_TEXT]
    if part is Wildcard.ONE:
        return [ANY_CHAR]
    assert isinstance(part, str)
    return [_letter(char, cased=cased) for char in part]


def _letter(char: str, *, cased: bool) -> Chars:
    letters = (char,) if cased else same_letters(char)
    return Chars(tuple((ord(letter), ord(letter)) for letter in letters))


def related_pattern(text: str, mode: RefMode) -> Pattern:
    """What a field must look like to relate so to a field that holds ``text``.

    >>> related_pattern("u-1", RefMode.STARTS_WITH).parts
    ('u-1', <Wildcard.MANY: '*'>)
    """
    before = (Wildcard.MANY,) if mode in (RefMode.CONTAINS, RefMode.ENDS_WITH) else ()
    after = (Wildcard.MANY,) if mode in (RefMode.CONTAINS, RefMode.STARTS_WITH) else ()
    return Pattern((*before, text, *after), cased=True)


@lru_cache(maxsize=1024)
def dotted_node(network: IPv4Network) -> RegexNode:
    """The expression that takes exactly the dotted texts of a network's addresses.

    >>> Product([automaton_of(dotted_node(IPv4Network("10.0.0.0/31")))], []).shortest()
    '10.0.0.0'
    """
    low = network.network_address.packed
    high = network.broadcast_address.packed
    parts: list[RegexNode] = []
    for first, last in zip(low, high, strict=True):
        parts += [_letter(".", cased=True)] if parts else []
        parts.append(_octets(first, last))
    return Concat(tuple(parts))


@lru_cache(maxsize=1024)
def _octets(first: int, last: int) -> RegexNode:
    if (first, last) == (0, 255):
        return _ANY_OCTET
    return Choice(tuple(_spelled(str(octet)) for octet in range(first, last + 1)))


def _spelled(text: str) -> RegexNode:
    return Concat(tuple(_letter(char, cased=True) for char in text))


def _digits(low: str, high: str) -> Chars:
    span: Range = (ord(low), ord(high))
    return Chars((span,))


_ANY_OCTET = Choice(
    (
        _digits("0", "9"),
        Concat((_digits("1", "9"), _digits("0", "9"))),
        Concat((_digits("1", "1"), _digits("0", "9"), _digits("0", "9"))),
        Concat((_digits("2", "2"), _digits("0", "4"), _digits("0", "9"))),
        Concat((_digits("2", "2"), _digits("5", "5"), _digits("0", "5"))),
    )
)


def product_of(wanted: tuple[RegexNode, ...], unwanted: tuple[RegexNode, ...]) -> Product:
    """The texts that every expression of ``wanted`` takes and none of ``unwanted``.

    Raises :class:`~okta_access.rules.solver.automata.TooLarge`.
    """
    nothing = [automaton_of(Choice(unwanted))] if unwanted else []
    return Product([automaton_of(node) for node in wanted], nothing)
