"""Which texts do these expressions take together: finite automata over sets of characters.

An expression becomes a position automaton (Glushkov): one position per set of characters, without
empty moves. A :class:`Product` follows several of them at once, so it can find the shortest text
that all of ``wanted`` and none of ``unwanted`` take, or show that there is none. Characters that no
expression tells apart are one class, which keeps the search small.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from okta_access.rules.regex import (
    LAST_CODE_POINT,
    Chars,
    Choice,
    Concat,
    Range,
    RegexNode,
    Repeat,
)

MAX_POSITIONS = 6_000
MAX_STATES = 20_000
ANY_CHAR = Chars((), negated=True)

_SURROGATES = (0xD800, 0xDFFF)  # no JSON text in UTF-8 holds them
# What a class is shown by, the plainest first; the rest keeps quoting and escaping honest.
_PLAIN = "xaeiotnsrbcdfghjklmpquvwyz0123456789-_. @/XAEIOTNSRBCDFGHJKLMPQUVWYZ"
_ODD = "éß名😀ø'\"*?\\%|,:;()[]{}<>=!#$&+^`~\t"


class TooLarge(ValueError):
    """The search would take too many positions or states."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """Bit ``n`` of a mask is position ``n``; position 0 is the start, before any character.

    ``sets`` are the characters, each set once with its positions. From a position of ``settled``
    every longer text is taken too, whatever comes.
    """

    sets: tuple[tuple[Chars, int], ...]
    follow: tuple[int, ...]
    final: int
    settled: int


@lru_cache(maxsize=4096)
def automaton_of(node: RegexNode) -> Automaton:
    """The automaton that takes exactly the texts of an expression, as a whole.

    Raises :class:`TooLarge` for an expression of more than ``MAX_POSITIONS`` characters.
    """
    builder = _Builder()
    part = builder.build(node)
    builder.follow[0] = part.first
    final = part.last | (1 if part.empty else 0)
    sets: dict[Chars, int] = {}
    for position, chars in enumerate(builder.sets[1:], 1):
        sets[chars] = sets.get(chars, 0) | 1 << position
    return Automaton(tuple(sets.items()), tuple(builder.follow), final, _settled(builder, final))


def _settled(builder: _Builder, final: int) -> int:
    endless = 0
    for position in _bits(final):
        if builder.sets[position] == ANY_CHAR and builder.follow[position] >> position & 1:
            endless |= 1 << position
    return sum(1 << position for position in _bits(final) if builder.follow[position] & endless)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the expression: where it can begin and end, and whether it can be empty."""

    first: int
    last: int
    empty: bool


class _Builder:
    def __init__(self) -> None:
        self.sets: list[Chars] = [Chars(())]
        self.follow: list[int] = [0]

    def build(self, node: RegexNode) -> _Part:
        match node:
            case Chars():
                return self._position(node)
            case Concat(parts):
                return self._joined(self.build(part) for part in parts)
            case Choice(branches):
                built = [self.build(branch) for branch in branches]
                first = last = 0
                for part in built:
                    first, last = first | part.first, last | part.last
                return _Part(first, last, any(part.empty for part in built))
            case Repeat(inner, least, most):
                return self._joined(self._copies(inner, least, most))

    def _position(self, chars: Chars) -> _Part:
        if len(self.sets) > MAX_POSITIONS:
            raise TooLarge(f"more than {MAX_POSITIONS} characters to tell apart")
        self.sets.append(chars)
        self.follow.append(0)
        bit = 1 << (len(self.sets) - 1)
        return _Part(bit, bit, False)

    def _copies(self, inner: RegexNode, least: int, most: int | None) -> Iterator[_Part]:
        for _ in range(least):
            yield self.build(inner)
        if most is None:
            part = self.build(inner)
            self._link(part.last, part.first)
            yield _Part(part.first, part.last, True)
        else:
            for _ in range(most - least):
                part = self.build(inner)
                yield _Part(part.first, part.last, True)

    def _joined(self, parts: Iterator[_Part]) -> _Part:
        whole = _Part(0, 0, True)
        for part in parts:
            self._link(whole.last, part.first)
            whole = _Part(
                whole.first | (part.first if whole.empty else 0),
                part.last | (whole.last if part.empty else 0),
                whole.empty and part.empty,
            )
        return whole

    def _link(self, last: int, first: int) -> None:
        for position in _bits(last):
            self.follow[position] |= first


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Alphabet:
    """The classes of characters that some expressions tell apart, each with some members."""

    def __init__(self, sets: Sequence[Chars]) -> None:
        self.sets = tuple(dict.fromkeys(sets))
        edges = {0, LAST_CODE_POINT + 1}
        for chars in self.sets:
            for low, high in chars.ranges:
                edges.update((low, high + 1))
        self._starts = sorted(edges)[:-1]
        signatures = self._signatures()
        numbers: dict[int, int] = {}
        self._classes = [numbers.setdefault(signature, len(numbers)) for signature in signatures]
        self._signature = list(numbers)
        self.members = self._members()

    def __len__(self) -> int:
        return len(self.members)

    def class_of(self, char: str) -> int:
        """The number of a character's class."""
        return self._classes[bisect_right(self._starts, ord(char)) - 1]

    def masks(self, automaton: Automaton) -> list[int]:
        """For each class the positions of an automaton that take its characters."""
        positions = dict(automaton.sets)
        at = [positions.get(chars, 0) for chars in self.sets]
        return [sum(at[n] for n in _bits(signature)) for signature in self._signature]

    def _signatures(self) -> list[int]:
        signatures = [0] * len(self._starts)
        for n, chars in enumerate(self.sets):
            bit = 1 << n
            for low, high in chars.ranges:
                first = bisect_left(self._starts, low)
                for at in range(first, bisect_left(self._starts, high + 1)):
                    signatures[at] |= bit
            if chars.negated:
                signatures = [signature ^ bit for signature in signatures]
        return signatures

    def _members(self) -> tuple[tuple[str, ...], ...]:
        members: list[list[str]] = [[] for _ in self._signature]
        for char in _PLAIN + _ODD:
            members[self.class_of(char)].append(char)
        ends = [*self._starts[1:], LAST_CODE_POINT + 1]
        for start, end, number in zip(self._starts, ends, self._classes, strict=True):
            found = members[number]
            low = _first_scalar((start, end - 1))
            # A control character stands for its class only where nothing else does.
            if low is not None and len(found) < (8 if low >= 32 else 1) and chr(low) not in found:
                found.append(chr(low))
        return tuple(tuple(found) for found in members)


def _first_scalar(range_: Range) -> int | None:
    low, high = range_
    if _SURROGATES[0] <= low <= _SURROGATES[1]:
        low = _SURROGATES[1] + 1
    return low if low <= high else None


State = int
"""The number of a state of a product, in the order in which they were come to."""

_BEGIN: State = 0
_NOWHERE: State = -1  # no taken text is in reach
_UNKNOWN: State = -2
_START = 1
_SOME_TEXT = Repeat(ANY_CHAR, 1, None)


class Product:
    """Several automata followed at once: ``wanted`` must take a text, ``unwanted`` must not.

    The empty text is never taken: in an event it is no value. States are worked out when they are
    come to, and kept, as one product judges many texts.
    """

    def __init__(self, wanted: Sequence[Automaton], unwanted: Sequence[Automaton]) -> None:
        self._automata = (automaton_of(_SOME_TEXT), *wanted, *unwanted)
        self.wanted = 1 + len(wanted)
        self.alphabet = Alphabet([chars for a in self._automata for chars, _ in a.sets])
        self._masks = [self.alphabet.masks(automaton) for automaton in self._automata]
        self._reach: list[dict[int, int]] = [{} for _ in self._automata]
        # Of each state: the positions in each automaton, the state after each class, whether the
        # text up to there is taken.
        self._positions: list[tuple[int, ...]] = []
        self._after: list[list[State]] = []
        self._final: list[bool] = []
        self._numbers: dict[tuple[int, ...], State] = {}
        self._number((_START,) * len(self._automata))
        self._map: _Map | None = None

    def takes(self, text: str) -> bool:
        """Whether this text is taken."""
        state = _BEGIN
        for char in text:
            state = self._step(state, self.alphabet.class_of(char))
            if state == _NOWHERE:
                return False
        return self._final[state]

    def shortest(self) -> str | None:
        """A shortest text that is taken, or nothing where no text is.

        Raises :class:`TooLarge` where ``MAX_STATES`` states do not tell.
        """
        came: dict[State, tuple[State, int] | None] = {_BEGIN: None}
        queue = deque([_BEGIN])
        while queue:
            state = queue.popleft()
            for number, members in enumerate(self.alphabet.members):
                if not members:
                    continue
                after = self._step(state, number)
                if after == _NOWHERE or after in came:
                    continue
                came[after] = (state, number)
                if self._final[after]:
                    return self._spell(came, after)
                queue.append(after)
                if len(came) > MAX_STATES:
                    raise TooLarge(f"more than {MAX_STATES} states to search")
        return None

    def walk(self, index: Callable[[int], int], detour: int) -> str | None:
        """A text that is taken, found by ``detour`` steps anywhere and then the shortest way out.

        ``index(n)`` chooses one of ``n``; nothing is ever thrown away, because the steps stay
        where the way out is known. Gives nothing where no text is taken. Raises
        :class:`TooLarge`.
        """
        if self._map is None:
            self._map = self._survey()
        ways, exits = self._map.ways, self._map.exits
        state = _BEGIN
        if state not in ways:
            return None
        text: list[str] = []
        while detour > 0 or not self._final[state]:
            if detour > 0:
                numbers = ways[state]
                number = numbers[index(len(numbers))] if numbers else -1
                detour = detour - 1 if numbers else 0
            else:
                number = exits[state]
            if number < 0:
                break
            members = self.alphabet.members[number]
            text.append(members[index(len(members))])
            state = self._step(state, number)
            assert state != _NOWHERE
        return "".join(text)

    def _step(self, state: State, number: int) -> State:
        """The state after a character of that class."""
        after = self._after[state][number]
        if after == _UNKNOWN:
            after = self._after[state][number] = self._moved(self._positions[state], number)
        return after

    def _moved(self, state: tuple[int, ...], number: int) -> State:
        after = []
        for n, positions in enumerate(state):
            reach = self._reach[n].get(positions)
            if reach is None:
                follow = self._automata[n].follow
                reach = 0
                for position in _bits(positions):
                    reach |= follow[position]
                self._reach[n][positions] = reach
            moved = reach & self._masks[n][number]
            settled = moved & self._automata[n].settled
            if n < self.wanted:
                if not moved:
                    return _NOWHERE
                # All settled states are one: what comes cannot matter any more.
                moved = settled & -settled or moved
            elif settled:
                return _NOWHERE
            after.append(moved)
        return self._number(tuple(after))

    def _number(self, state: tuple[int, ...]) -> State:
        number = self._numbers.setdefault(state, len(self._numbers))
        if number == len(self._positions):
            self._positions.append(state)
            self._after.append([_UNKNOWN] * len(self.alphabet))
            self._final.append(
                all(
                    bool(positions & automaton.final) == (n < self.wanted)
                    for n, (positions, automaton) in enumerate(
                        zip(state, self._automata, strict=True)
                    )
                )
            )
        return number

    def _spell(self, came: dict[State, tuple[State, int] | None], state: State) -> str:
        text: list[str] = []
        step = came[state]
        while step is not None:
            before, number = step
            text.append(self.alphabet.members[number][0])
            step = came[before]
        return "".join(reversed(text))

    def _survey(self) -> _Map:
        """All states from which a final one can be reached, and the shortest way there."""
        back: dict[State, list[tuple[State, int]]] = {_BEGIN: []}
        queue = deque([_BEGIN])
        final: set[State] = set()
        while queue:
            state = queue.popleft()
            for number, members in enumerate(self.alphabet.members):
                after = self._step(state, number) if members else _NOWHERE
                if after == _NOWHERE:
                    continue
                if after not in back:
                    back[after] = []
                    queue.append(after)
                    if self._final[after]:
                        final.add(after)
                    if len(back) > MAX_STATES:
                        raise TooLarge(f"more than {MAX_STATES} states to search")
                back[after].append((state, number))
        return _map_of(back, final)


@dataclass(frozen=True, slots=True)
class _Map:
    """``ways``: classes that keep a way out open; ``exits``: the next class on the shortest."""

    ways: dict[State, list[int]]
    exits: dict[State, int]


def _map_of(back: dict[State, list[tuple[State, int]]], final: set[State]) -> _Map:
    ways: dict[State, list[int]] = {state: [] for state in back if state in final}
    exits: dict[State, int] = {}
    queue = deque(state for state in back if state in final)
    while queue:
        state = queue.popleft()
        for before, number in back[state]:
            if before not in ways:
                ways[before] = []
                queue.append(before)
                exits[before] = number
            ways[before].append(number)
    return _Map({state: sorted(numbers) for state, numbers in ways.items()}, exits)
