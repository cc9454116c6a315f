"""Regular expressions in Lucene's own syntax, which Lucene, ES|QL and EQL queries share.

Lucene matches whole terms, knows no flags and no anchors, and has operators that others lack
(``~ & # @ < > "``); so expressions arrive here as trees (``rules.regex``) and each character is
written so that it can be nothing but itself. Reference: the Javadoc of
``org.apache.lucene.util.automaton.RegExp``, 9.12.

A query that Elasticsearch finds too large would not be an error there: ``query_string`` is
lenient without a default field, drops what it cannot build, and finds nothing. So what is too
large is refused here.
"""

from __future__ import annotations

from functools import lru_cache

from okta_access.errors import Refused
from okta_access.rules.regex import Chars, Choice, Concat, Range, RegexNode, Repeat
from okta_access.rules.solver.automata import ANY_CHAR, Alphabet, Automaton, TooLarge, automaton_of

MAX_UNITS = 1000
"""``index.max_regex_length`` of Elasticsearch, counted in UTF-16 code units."""

MAX_EFFORT = 40_000
"""The most work that making the expression deterministic may take: sizes of states, summed up.

Lucene gives up at 100,000 of the same (``Operations.determinize`` with its work limit of 10,000);
tried on Elasticsearch 8.19.21, which took 94,209 and dropped 131,073.
"""

# What the syntax reserves; letters, digits and everything beyond ASCII are always themselves.
_OPERATORS = frozenset('.?+*|{}[]()"\\#@&<>~/^$-')
_SURROGATES = (0xD800, 0xDFFF)
_FIRST, _LAST = 0, 0x10FFFF


@lru_cache(maxsize=4096)
def lucene_regex(node: RegexNode) -> str:
    """The expression as Lucene reads it, without the slashes around it.

    Raises :class:`Refused` for one that Elasticsearch would not take.

    >>> lucene_regex(Concat((Chars(((97, 97),)), Repeat(ANY_CHAR, 0, None))))
    'a.*'
    """
    text = _written(node)
    units = len(text.encode("utf-16-le")) // 2
    if units > MAX_UNITS:
        raise Refused(
            f"as a regular expression with both cases it is {units} characters long, and "
            f"Elasticsearch takes {MAX_UNITS}"
        )
    _check_effort(node)
    return text


def _written(node: RegexNode) -> str:
    match node:
        case Chars():
            return _class(node)
        case Concat(parts):
            return "".join(_grouped(part, Choice) for part in parts) or "()"
        case Choice(branches):
            return "|".join(_written(branch) for branch in branches)
        case Repeat(inner, least, most):
            return _grouped(inner, Choice, Concat, Repeat) + _count(least, most)


def _grouped(node: RegexNode, *kinds: type) -> str:
    """The node's text, in parentheses where it is of one of these kinds."""
    text = _written(node)
    return f"({text})" if isinstance(node, kinds) and text != "()" else text


def _count(least: int, most: int | None) -> str:
    match least, most:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case _, None:
            return f"{{{least},}}"
        case _:
            return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _class(chars: Chars) -> str:
    if chars == ANY_CHAR:
        return "."
    ranges = _without_surrogates(chars.ranges)
    if not ranges:
        if chars.ranges and chars.negated:
            return "."
        raise Refused("a class of characters is empty, or holds surrogates alone")
    if chars.negated and ranges == ((_FIRST, _SURROGATES[0] - 1), (_SURROGATES[1] + 1, _LAST)):
        raise Refused("a class of characters excludes every character")
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1] and not chars.negated:
        return _literal(ranges[0][0])
    inside = "".join(_range(low, high) for low, high in ranges)
    return f"[{'^' if chars.negated else ''}{inside}]"


def _without_surrogates(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """The ranges without half characters, which no text in UTF-8 can hold, and no query either."""
    found: list[Range] = []
    for low, high in ranges:
        below, above = (low, min(high, _SURROGATES[0] - 1)), (max(low, _SURROGATES[1] + 1), high)
        found += [part for part in (below, above) if part[0] <= part[1]]
    return tuple(found)


def _range(low: int, high: int) -> str:
    """A range of characters; one that begins or ends in an escape would not be read as one."""
    if high - low < 2:
        return "".join(_member(point) for point in range(low, high + 1))
    if chr(low) in _OPERATORS:
        return _member(low) + _range(low + 1, high)
    if chr(high) in _OPERATORS:
        return _range(low, high - 1) + _member(high)
    return f"{chr(low)}-{chr(high)}"


def _literal(point: int) -> str:
    """A character outside a class. A backslash goes into a class of its own.

    The query parser takes ``\\/`` for a slash inside the expression, so no backslash may come to
    stand before the slash that ends it.
    """
    char = chr(point)
    if char == "\\":
        return r"[\\]"
    return char if char == "-" else _member(point)


def _member(point: int) -> str:
    char = chr(point)
    return f"\\{char}" if char in _OPERATORS else char


def _check_effort(node: RegexNode) -> None:
    try:
        automaton = automaton_of(node)
        effort = _effort(automaton)
    except TooLarge:
        effort = MAX_EFFORT
    if effort >= MAX_EFFORT:
        raise Refused("the expression is too complex: Elasticsearch would find nothing with it")


def _effort(automaton: Automaton) -> int:
    """The sizes of all states together that making it deterministic visits, up to the limit."""
    masks = Alphabet([chars for chars, _ in automaton.sets]).masks(automaton)
    seen = {1}
    waiting = [1]
    effort = 0
    while waiting and effort < MAX_EFFORT:
        state = waiting.pop()
        effort += state.bit_count()
        reach = 0
        rest = state
        while rest:
            low = rest & -rest
            reach |= automaton.follow[low.bit_length() - 1]
            rest ^= low
        for mask in masks:
            after = reach & mask
            if after and after not in seen:
                seen.add(after)
                waiting.append(after)
    return effort
