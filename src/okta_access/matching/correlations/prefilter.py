"""Which events can take part in an alert of a correlation at all: a count that never misses one.

Time is cut into lengths of the timespan. A window that fires lies in two neighbouring lengths, so
whatever these two hold of a group, counted too generously, must reach the threshold. The counts
stand in a table of fixed size, where groups may share a cell: then too much is counted, which
costs time and changes nothing. Most events of most logs fall out here and are never judged.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import TypeAlias

from okta_access.catalog.paths import Held, texts_held
from okta_access.matching.correlations.bases import shares_by_keys
from okta_access.matching.correlations.columns import Numbered
from okta_access.rules.model import Correlation, CorrelationType

_FEWEST_CELLS = 1 << 10
_CELLS_PER_ROW = 4
_MOST_BITS = 64
_AT_ONCE = 1 << 14
_SALT = 0x9E3779B97F4A7C15  # any odd number with many digits
_SALTS = (1 << 62) - 1

_Kind: TypeAlias = "tuple[array[int], int, tuple[str, ...]]"
"""Rows, the rules that they matched, and the paths of these rules' group keys."""
_Keys: TypeAlias = "list[array[int]]"


@dataclass(frozen=True, slots=True)
class Table:
    """Events as columns: times in microseconds, and the numbers of the texts at each path.

    For each of these texts, ``hashes`` has a number by which groups are told apart, 0 for none or
    several, and ``weights`` how many there are.
    """

    times: array[int]
    columns: Mapping[str, array[int]]
    texts: Numbered[Held]
    hashes: array[int]
    weights: array[int]


def table(times: array[int], columns: Mapping[str, array[int]], texts: Numbered[Held]) -> Table:
    """The table of these columns."""
    weights = array("I", [1 if isinstance(one, str) else len(one) for one in texts])
    return Table(times, columns, texts, array("q", map(_hash_of, texts)), weights)


def prefiltered(
    correlation: Correlation, kinds: Iterable[tuple[array[int], int]], table: Table
) -> array[int]:
    """The rows of which an alert may consist, by row; all of those of an alert are among them.

    ``kinds`` gives rows with the referenced rules that each of them matched, as bits.
    """
    left = [
        (rows, share, paths)
        for rows, rules in kinds
        for paths, share in shares_by_keys(correlation.rules_by_keys, rules)
    ]
    count = sum(len(rows) for rows, _, _ in left)
    salt = 1
    while True:
        left = _prefiltered_once(correlation, left, table, salt)
        before, count = count, sum(len(rows) for rows, _, _ in left)
        # Groups that only shared a cell mostly fall out once another salt spreads them anew.
        if 2 * count >= before:
            found = sorted(chain.from_iterable(rows for rows, _, _ in left))
            return array("I", dict.fromkeys(found) if correlation.aliases else found)
        salt = salt * _SALT & _SALTS


def _prefiltered_once(
    correlation: Correlation, kinds: list[_Kind], table: Table, salt: int
) -> list[_Kind]:
    cells = _Cells(correlation, kinds, table, salt)
    found: list[list[int]]
    match correlation.type:
        case CorrelationType.EVENT_COUNT:
            found = _by_count(cells, correlation.threshold)
        case CorrelationType.VALUE_COUNT:
            assert correlation.value_field is not None
            values = table.columns[correlation.value_field]
            found = _by_values(cells, correlation.threshold, values, table.weights)
        case CorrelationType.TEMPORAL | CorrelationType.TEMPORAL_ORDERED:
            found = _by_rules(cells, len(correlation.references))
    return [
        (array("I", dict.fromkeys(rows)), rules, paths)
        for rows, (_, rules, paths) in zip(found, kinds, strict=True)
    ]


class _Cells:
    """The cells of rows: by group, and by the length of time, of which neighbours are adjacent.

    ``kinds`` gives rows, the cell of each, and the rules they matched; a row with several keys
    comes with the cell of each, one with none not at all.
    """

    def __init__(
        self,
        correlation: Correlation,
        kinds: list[_Kind],
        table: Table,
        salt: int,
    ) -> None:
        rows = sum(len(rows) for rows, _, _ in kinds)
        self.size = max(_FEWEST_CELLS, 1 << (_CELLS_PER_ROW * rows).bit_length())
        self.mask = self.size - 1
        self._table = table
        self._salt = salt
        self._span = correlation.timespan.microseconds
        self._hashes = table.hashes
        self.kinds = [(*self._placed(rows, paths), rules) for rows, rules, paths in kinds]

    def _placed(self, rows: array[int], paths: tuple[str, ...]) -> tuple[array[int], array[int]]:
        keys = [self._table.columns[path] for path in paths]
        plain, cells = array("I"), array("I")
        # Part by part, for a list takes ten times the memory of an array.
        for start in range(0, len(rows), _AT_ONCE):
            part = self._plain(rows[start : start + _AT_ONCE], keys)
            plain.extend(part)
            cells.extend(self._cells_of(part, keys))
        if len(plain) < len(rows):
            self._place_others(rows, keys, plain, cells)
        return plain, cells

    def _plain(self, rows: array[int], keys: _Keys) -> list[int]:
        """The rows that hold one text at each key."""
        hashes = self._hashes
        if len(keys) == 1:
            (key,) = keys
            return [row for row in rows if hashes[key[row]]]
        return [row for row in rows if all(hashes[key[row]] for key in keys)]

    def _cells_of(self, rows: list[int], keys: _Keys) -> list[int]:
        hashes, times = self._hashes, self._table.times
        span, mask, salt = self._span, self.mask, self._salt
        if len(keys) == 1:
            (key,) = keys
            return [((hashes[key[row]] * salt >> 32) + times[row] // span) & mask for row in rows]
        found = [hash(tuple([hashes[key[row]] for key in keys])) for row in rows]
        both = zip(found, rows, strict=True)
        return [((one * salt >> 32) + times[row] // span) & mask for one, row in both]

    def _place_others(
        self, rows: array[int], keys: _Keys, placed: array[int], cells: array[int]
    ) -> None:
        """Place rows that hold no text or several at a key."""
        hashes, texts = self._hashes, self._table.texts
        for row in rows:
            numbers = [key[row] for key in keys]
            if all(hashes[number] for number in numbers):
                continue
            for members in product(*(texts_held(texts[number]) for number in numbers)):
                found = [_hash_of(member) for member in members]
                whole = found[0] if len(found) == 1 else hash(tuple(found))
                placed.append(row)
                length = self._table.times[row] // self._span
                cells.append(((whole * self._salt >> 32) + length) & self.mask)


def _hash_of(held: Held) -> int:
    """Any number but 0 for one text; 0 for none or several."""
    return (hash(held) or 1) if isinstance(held, str) else 0


# The rows of each kind whose cell, with the one before it or after it, holds enough. Asked for
# every row of a log, so the three conditions are written out where they are asked.


def _by_count(cells: _Cells, threshold: int) -> list[list[int]]:
    counts = array("I", bytes(4 * cells.size))
    for _, placed, _ in cells.kinds:
        for cell in placed:
            counts[cell] += 1
    if 2 * max(counts) < threshold:
        return [[] for _ in cells.kinds]
    mask = cells.mask
    return [
        [
            row
            for row, cell in zip(rows, placed, strict=True)
            if counts[cell] + max(counts[cell - 1], counts[cell + 1 & mask]) >= threshold
        ]
        for rows, placed, _ in cells.kinds
    ]


def _by_values(
    cells: _Cells, threshold: int, values: array[int], weights: array[int]
) -> list[list[int]]:
    """By changes of the counted value, of which there are no fewer than different values."""
    changes = array("I", bytes(4 * cells.size))
    last = array("I", bytes(4 * cells.size))  # a value's number and one more
    for rows, placed, _ in cells.kinds:
        for row, cell in zip(rows, placed, strict=True):
            value = values[row] + 1
            if last[cell] != value and (weight := weights[value - 1]):
                last[cell] = value
                changes[cell] += weight
    mask = cells.mask
    return [
        [
            row
            for row, cell in zip(rows, placed, strict=True)
            # A value that was the last in both cells was counted twice.
            if changes[cell] + changes[cell - 1] - (last[cell] == last[cell - 1]) >= threshold
            or changes[cell] + changes[after := cell + 1 & mask] - (last[cell] == last[after])
            >= threshold
        ]
        for rows, placed, _ in cells.kinds
    ]


def _by_rules(cells: _Cells, rules: int) -> list[list[int]]:
    every = (1 << rules) - 1
    seen = [0] * cells.size if rules > _MOST_BITS else array("Q", bytes(8 * cells.size))
    for _, placed, matched in cells.kinds:
        for cell in placed:
            seen[cell] |= matched
    mask = cells.mask
    return [
        [
            row
            for row, cell in zip(rows, placed, strict=True)
            if seen[cell] | seen[cell - 1] == every or seen[cell] | seen[cell + 1 & mask] == every
        ]
        for rows, placed, _ in cells.kinds
    ]
