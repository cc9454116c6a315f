"""The commands that group results, each after its page in the Search Reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from okta_access.spl.beliefs import NotDocumentedError
from okta_access.spl.statistics import Aggregate, aggregates
from okta_access.spl.syntax import Reader
from okta_access.spl.values import Row, Value

Key = tuple[Value, ...]
_MAX_STREAM_WINDOW = 10_000  # limits.conf, by default


def stats(reader: Reader) -> Callable[[list[Row]], list[Row]]:
    """stats: one result a group; results that lack a BY field are in none."""
    wanted, fields = _aggregation(reader)

    def run(rows: list[Row]) -> list[Row]:
        groups: dict[Key, list[Row]] = {}
        for row in rows:
            key = key_of(row, fields)
            if None not in key:
                groups.setdefault(key, []).append(row)
        return [
            {**dict(zip(fields, key, strict=True)), **_results(wanted, group)}
            for key, group in groups.items()
        ]

    return run


def eventstats(reader: Reader) -> Callable[[list[Row]], list[Row]]:
    """eventstats: the results of stats, added to each result of the group."""
    wanted, fields = _aggregation(reader)

    def run(rows: list[Row]) -> list[Row]:
        keys = [_known_key(row, fields) for row in rows]
        groups: dict[Key, list[Row]] = {}
        for key, row in zip(keys, rows, strict=True):
            groups.setdefault(key, []).append(row)
        results = {key: _results(wanted, group) for key, group in groups.items()}
        return [{**row, **results[key]} for key, row in zip(keys, rows, strict=True)]

    return run


def streamstats(reader: Reader) -> Callable[[list[Row]], list[Row]]:
    """streamstats: statistics over the results up to this one, in their order.

    ``window=N`` is over N results (before this one with ``current=f``), ``global=f`` keeps a
    window for each group. Without a window all results up to this one count.
    """
    current, window, apart = True, 0, False
    while reader.next is not None and reader.next.is_word("current", "window", "global"):
        option = reader.word()
        reader.expect_sign("=")
        if option == "window":
            window = reader.number()
        elif not reader.take_word("f"):
            raise NotDocumentedError(f"{option} with another value than f")
        elif option == "current":
            current = False
        else:
            apart = True
    wanted, fields = _aggregation(reader)
    if window and fields and not apart:
        raise NotDocumentedError("a window over all groups")

    def run(rows: list[Row]) -> list[Row]:
        if max(window, 0 if window else len(rows)) > _MAX_STREAM_WINDOW:
            raise NotDocumentedError(f"more than max_stream_window = {_MAX_STREAM_WINDOW} events")
        history: dict[Key, list[Row]] = {}
        found = []
        for row in rows:
            before = history.setdefault(_known_key(row, fields), [])
            before.append(row)
            seen = before if current else before[:-1]
            found.append({**row, **_results(wanted, seen[-window:] if window else seen)})
        return found

    return run


def key_of(row: Row, fields: Sequence[str]) -> Key:
    """The values of these fields; raises :class:`NotDocumentedError` where one has several."""
    key = tuple(map(row.get, fields))
    if tuple in map(type, key):
        raise NotDocumentedError("by a field of several values")
    return key


def _known_key(row: Row, fields: Sequence[str]) -> Key:
    key = key_of(row, fields)
    if None in key:
        raise NotDocumentedError("BY a field that is not there")
    return key


def _aggregation(reader: Reader) -> tuple[list[Aggregate], list[str]]:
    wanted = aggregates(reader)
    fields = []
    if reader.take_word("by"):
        fields.append(reader.word())
        while reader.take_sign(","):
            fields.append(reader.word())
    reader.end()
    return wanted, fields


def _results(wanted: Sequence[Aggregate], rows: Sequence[Row]) -> Row:
    found = {
        one.into: one.of([row.get(one.field) if one.field else None for row in rows])
        for one in wanted
    }
    return {name: value for name, value in found.items() if value is not None}
