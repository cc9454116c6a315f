"""Which events can take part in an alert of a correlation at all: a count that never misses one.

Time is cut into lengths of the timespan. A window that fires lies in two neighbouring lengths, so
whatever these two hold of a group, counted too generously, must reach the threshold. The counts
stand in a table of fixed size, where groups may share a cell: then too much is counted, which
costs time and changes nothing. Most events of most logs fall out here and are never judged.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import product, repeat

import msgspec
from msgspec.structs import replace

from okta_access.matching.correlations.bases import shares_by_keys
from okta_access.matching.correlations.columns import append_all
from okta_access.matching.correlations.kinds import Kind
from okta_access.matching.correlations.texts import HASH_BITS, hash_of
from okta_access.rules.model import Correlation, CorrelationType

_FEWEST_CELLS = 1 << 10
_CELLS_PER_ROW = 4  # at least; at most twice as many
_AT_ONCE = 1 << 12
_WORDS = (("B", 1), ("H", 2), ("Q", 8))  # kinds of arrays, and the bytes of a number
_MOST_IN_A_BYTE = 255
_SALT = 0x1E3779B9  # any odd number with many digits


class _Share(msgspec.Struct, frozen=True):
    """Events of a kind, the rules that they matched, and the paths of these rules' group keys."""

    kind: Kind
    rules: int
    paths: tuple[str, ...]
    rows: Sequence[int]


def prefiltered(
    correlation: Correlation, kinds: Iterable[tuple[Kind, int]]
) -> list[tuple[Kind, int, Sequence[int]]]:
    """The events of which an alert may consist, by kind; all of those of an alert are among them.

    ``kinds`` come with the referenced rules that each of them matched, as bits, and are given back
    with them, those without any event left out.
    """
    given = [*kinds]
    left = [
        _Share(kind, share, paths, range(len(kind)))
        for kind, rules in given
        for paths, share in shares_by_keys(correlation.rules_by_keys, rules)
    ]
    if correlation.type in (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED):
        left = _of_groups_with_every_rule(left, len(correlation.references))
    count, salt = _rows_of(left), 1
    while count:
        rows = _prefiltered_once(correlation, left, salt)
        left = [replace(share, rows=some) for share, some in zip(left, rows, strict=True) if some]
        before, count = count, sum(map(len, rows))
        # Groups that only shared a cell mostly fall out once another salt spreads them anew.
        if 2 * count >= before:
            break
        salt = salt * _SALT & HASH_BITS
    found = ((kind, rules, [one.rows for one in left if one.kind is kind]) for kind, rules in given)
    return [(kind, rules, _joined(rows)) for kind, rules, rows in found if rows]


def _joined(rows: list[Sequence[int]]) -> Sequence[int]:
    """Rows that may be there several times: those of a rule with other group keys."""
    return rows[0] if len(rows) == 1 else array("I", sorted({*rows[0]}.union(*rows[1:])))


def _of_groups_with_every_rule(shares: list[_Share], rules: int) -> list[_Share]:
    """The events whose group keys, each by itself, occur with every one of the rules at some time.

    That takes no look at the time, and leaves little where one of the rules hardly ever matches.
    """
    if rules > _MOST_IN_A_BYTE:
        return shares
    shares = [*shares]
    keys = range(len(shares[0].paths)) if shares else range(0)
    for key in sorted(keys, key=lambda key: _different(shares, key), reverse=True):
        if any(_has_several(one, key) for one in shares):  # which, is not to be had quickly
            continue
        mask = _cells_for(shares) - 1
        met = bytearray(mask + 1)  # by how many of the rules, each after those before it
        by_rule = [
            [place for place, one in enumerate(shares) if one.rules >> rule & 1]
            for rule in range(rules)
        ]
        by_rule.sort(key=lambda places: sum(len(shares[place].rows) for place in places))
        for number, places in enumerate(by_rule):
            for place in places:
                if number:
                    shares[place] = _where(shares[place], key, met, number)
                for found in _hashes(shares[place], key):
                    met[found & mask] = number + 1
        shares = [_where(one, key, met, rules) for one in shares]
    return [one for one in shares if one.rows]


def _where(share: _Share, key: int, met: bytearray, number: int) -> _Share:
    """The events whose key was met at least so often."""
    mask = len(met) - 1
    both = zip(share.rows, _hashes(share, key), strict=True)
    rows = array("I", (row for row, found in both if met[found & mask] >= number))
    return replace(share, rows=rows)


def _different(shares: Iterable[_Share], key: int) -> int:
    return max(len(one.kind.numbers(one.paths[key])[1]) for one in shares)


def _rows_of(shares: Iterable[_Share]) -> int:
    return sum(len(one.rows) for one in shares)


def _has_several(share: _Share, key: int) -> bool:
    """Whether an event may hold several texts at a key."""
    _, texts, field = share.kind.numbers(share.paths[key])
    return bool(texts.several[field])


def _hashes(share: _Share, key: int) -> Iterable[int]:
    """Of each event's key the number that tells texts apart."""
    column, texts, field = share.kind.numbers(share.paths[key])
    return map(texts.hashes[field].__getitem__, _at(column, share.rows))


def _cells_for(shares: Iterable[_Share]) -> int:
    return max(_FEWEST_CELLS, 1 << (_CELLS_PER_ROW * _rows_of(shares)).bit_length())


def _prefiltered_once(
    correlation: Correlation, shares: list[_Share], salt: int
) -> list[Sequence[int]]:
    match correlation.type:
        case CorrelationType.EVENT_COUNT:
            return _by_count(correlation, shares, salt)
        case CorrelationType.VALUE_COUNT:
            return _by_values(correlation, shares, salt)
        case CorrelationType.TEMPORAL | CorrelationType.TEMPORAL_ORDERED:
            return _by_rules(correlation, shares, salt)


class _Placed:
    """The cells of events: by group, and by the length of time, of which neighbours are adjacent.

    ``rows`` and ``cells`` run in parallel; an event with several keys comes with the cell of each,
    one with none not at all. ``odd`` says whether there may be such events.
    """

    def __init__(self, share: _Share, span: int, mask: int, salt: int) -> None:
        self.rows = array("I")
        self.cells = array("I")
        self._span = span
        self._mask = mask
        self._salt = salt
        self.odd = False
        self._place(share)

    def parts(self) -> Iterator[tuple[array[int], array[int]]]:
        """Rows and cells part by part, for a list takes ten times the memory of an array."""
        for start in range(0, len(self.rows), _AT_ONCE):
            yield self.rows[start : start + _AT_ONCE], self.cells[start : start + _AT_ONCE]

    def _place(self, share: _Share) -> None:
        kind, keys = share.kind, [share.kind.numbers(path) for path in share.paths]
        times = kind.rows.times
        self.odd = any(texts.several[field] for _, texts, field in keys)
        for start in range(0, len(share.rows), _AT_ONCE):
            rows = share.rows[start : start + _AT_ONCE]
            hashes = [
                [*map(texts.hashes[field].__getitem__, _at(column, rows))]
                for column, texts, field in keys
            ]
            if self.odd:
                plain = [all(of_one) for of_one in zip(*hashes, strict=True)]
                self._place_others(kind, share.paths, rows, plain)
                rows = [row for row, one in zip(rows, plain, strict=True) if one]
                hashes = [
                    [found for found, one in zip(of_key, plain, strict=True) if one]
                    for of_key in hashes
                ]
            append_all(self.rows, rows)
            append_all(self.cells, self._cells_of(hashes, _at(times, rows)))

    def _cells_of(self, hashes: list[list[int]], times: Iterable[int]) -> list[int]:
        span, mask, salt = self._span, self._mask, self._salt
        groups: Iterable[int] = repeat(0)
        for number, of_key in enumerate(hashes):
            both = zip(groups, of_key, strict=False)
            groups = [one * 31 + other & HASH_BITS for one, other in both] if number else of_key
        both = zip(times, groups, strict=False)
        if salt == 1:
            return [(group + time // span) & mask for time, group in both]
        return [((group * salt >> 16) + time // span) & mask for time, group in both]

    def _place_others(
        self, kind: Kind, paths: tuple[str, ...], rows: Sequence[int], plain: Sequence[bool]
    ) -> None:
        """Place events that hold no text or several at a key."""
        for row, is_plain in zip(rows, plain, strict=True):
            if is_plain:
                continue
            for members in product(*(kind.texts(row, path) for path in paths)):
                hashes = [[hash_of(member)] for member in members]
                self.rows.append(row)
                self.cells.extend(self._cells_of(hashes, (kind.rows.times[row],)))


def _at(column: array[int], rows: Sequence[int]) -> Iterable[int]:
    if isinstance(rows, range):
        return column[rows.start : rows.stop]
    return map(column.__getitem__, rows)


def _placed(correlation: Correlation, shares: list[_Share], salt: int) -> tuple[int, list[_Placed]]:
    """The mask of the table, and where in it these events are."""
    cells = _cells_for(shares)
    span = correlation.timespan.microseconds
    return cells - 1, [_Placed(share, span, cells - 1, salt) for share in shares]


# The events of each share whose cell, with the one before it or after it, holds enough. Asked for
# every event of a log, so the three conditions are written out where they are asked.


def _by_count(correlation: Correlation, shares: list[_Share], salt: int) -> list[Sequence[int]]:
    mask, placed = _placed(correlation, shares, salt)
    threshold = correlation.threshold
    counts = array("I", bytes(4 * (mask + 1)))
    for one in placed:
        for cell in one.cells:
            counts[cell] += 1
    if 2 * max(counts) < threshold:
        return [array("I") for _ in placed]
    return [
        _left(
            one,
            (
                [
                    row
                    for row, cell in zip(rows, cells, strict=True)
                    if counts[cell] + counts[cell - 1] >= threshold
                    or counts[cell] + counts[cell + 1 & mask] >= threshold
                ]
                for rows, cells in one.parts()
            ),
        )
        for one in placed
    ]


def _by_values(correlation: Correlation, shares: list[_Share], salt: int) -> list[Sequence[int]]:
    """By changes of the counted value, of which there are no fewer than different values."""
    assert correlation.value_field is not None
    threshold = correlation.threshold
    mask, placed = _placed(correlation, shares, salt)
    changes = array("I", bytes(4 * (mask + 1)))
    last = array("I", bytes(4 * (mask + 1)))  # a value's number and one more
    for share, one in zip(shares, placed, strict=True):
        values, texts, field = share.kind.numbers(correlation.value_field)
        several = texts.several[field]
        for row, cell in zip(one.rows, one.cells, strict=True):
            value = values[row]
            if last[cell] != value + 1 and (weight := several.get(value, 1)):
                last[cell] = value + 1
                changes[cell] += weight
    return [
        _left(
            one,
            (
                [
                    row
                    for row, cell in zip(rows, cells, strict=True)
                    # A value that was the last in both cells was counted twice.
                    if changes[cell] + changes[cell - 1] - (last[cell] == last[cell - 1])
                    >= threshold
                    or changes[cell]
                    + changes[after := cell + 1 & mask]
                    - (last[cell] == last[after])
                    >= threshold
                ]
                for rows, cells in one.parts()
            ),
        )
        for one in placed
    ]


def _by_rules(correlation: Correlation, shares: list[_Share], salt: int) -> list[Sequence[int]]:
    rules = len(correlation.references)
    every = (1 << rules) - 1
    code, size = next(((code, size) for code, size in _WORDS if rules <= 8 * size), ("", 8))
    mask, placed = _placed(correlation, shares, salt)
    seen = array(code, bytes(size * (mask + 1))) if code else [0] * (mask + 1)
    for share, one in zip(shares, placed, strict=True):
        matched = share.rules
        for cell in one.cells:
            seen[cell] |= matched
    return [
        _left(
            one,
            (
                [
                    row
                    for row, cell in zip(rows, cells, strict=True)
                    if seen[cell] | seen[cell - 1] == every
                    or seen[cell] | seen[cell + 1 & mask] == every
                ]
                for rows, cells in one.parts()
            ),
        )
        for one in placed
    ]


def _left(one: _Placed, parts: Iterable[list[int]]) -> Sequence[int]:
    """The rows of these parts; one with several keys comes several times, and is left once."""
    found = array("I")
    for rows in parts:
        found.extend(rows)
    return array("I", sorted({*found})) if one.odd else found
