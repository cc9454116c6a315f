"""The commands that are compiled here, each after its page in the Search Reference."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.evaluate import Evaluator
from okta_access.spl.expressions import Expression, Operation, expression
from okta_access.spl.statistics import Aggregate, aggregates
from okta_access.spl.syntax import Reader, Token
from okta_access.spl.terms import holds, read_terms
from okta_access.spl.values import Value, members, number

Command = tuple[Token, ...]
Row = dict[str, Value]
Key = tuple[Value, ...]
_MAX_STREAM_WINDOW = 10_000  # limits.conf, by default


@dataclass(slots=True)
class Session:
    """What commands need: an evaluator, and chance where no page gives an order."""

    evaluator: Evaluator
    chance: random.Random


def run_where(command: Command, rows: list[Row], session: Session) -> list[Row]:
    """where: keeps the results for which the expression is true.

    Of several joined by AND each must be: whatever AND makes of NULL, it is not TRUE.
    """
    question = _question(command, session.evaluator.beliefs)
    match question:
        case Operation("AND", operands):
            asked = operands
        case _:
            asked = (question,)
    truth = session.evaluator.truth
    return [row for row in rows if all(truth(one, row) is True for one in asked)]


def run_search(command: Command, rows: list[Row], session: Session) -> list[Row]:
    """search: keeps the results that pass the terms."""
    terms = read_terms(_arguments(command))
    unicode_case = session.evaluator.beliefs.unicode_case
    return [row for row in rows if holds(terms, row, unicode_case=unicode_case)]


@lru_cache(maxsize=1024)
def _question(command: Command, beliefs: Beliefs) -> Expression:
    reader = _arguments(command)
    question = expression(reader, beliefs)
    reader.end()
    return question


def run_eval(command: Command, rows: list[Row], session: Session) -> list[Row]:
    """eval: sets fields, of several expressions from left to right; NULL takes a field away."""
    for name, value in _assignments(command, session.evaluator.beliefs):
        rows = [_set(row, name, session.evaluator.value(value, row)) for row in rows]
    return rows


@lru_cache(maxsize=1024)
def _assignments(command: Command, beliefs: Beliefs) -> tuple[tuple[str, Expression], ...]:
    reader = _arguments(command)
    found = []
    while True:
        name = reader.word()
        reader.expect_sign("=")
        found.append((name, expression(reader, beliefs)))
        if not reader.take_sign(","):
            reader.end()
            return tuple(found)


def _arguments(command: Command) -> Reader:
    """What follows a command's name."""
    reader = Reader(command)
    reader.word()
    return reader


def run_dedup(reader: Reader, rows: list[Row]) -> list[Row]:
    """dedup: keeps the first result of each combination of values.

    With keepempty=true also every result that lacks one of the fields.
    """
    fields: list[str] = []
    while not reader.take_word("keepempty"):
        fields.append(reader.field())
    reader.expect_sign("=")
    if not reader.take_word("true"):
        raise NotDocumentedError("dedup other than with keepempty=true")
    reader.end()
    seen: set[Key] = set()
    kept = []
    for row in rows:
        key = tuple(row.get(field) for field in fields)
        if any(isinstance(value, tuple) for value in key):
            raise NotDocumentedError("dedup by a field of several values")
        if None in key or key not in seen:
            kept.append(row)
            seen.add(key)
    return kept


def run_sort(command: Command, rows: list[Row], session: Session) -> list[Row]:
    """sort: by these fields, ``-`` for descending; 0 returns all results.

    Nothing is said of the order among equals: here it is left to chance.
    """
    reader = _arguments(command)
    if reader.number() != 0:
        raise NotDocumentedError("sort with a limit")
    keys = []
    while reader.next is not None:
        keys.append((reader.take_sign("-"), reader.word()))
        reader.take_sign(",")
    found = list(rows)
    session.chance.shuffle(found)
    for descending, field in reversed(keys):
        found.sort(key=partial(_sortable, field), reverse=descending)
    return found


def run_rename(reader: Reader, rows: list[Row]) -> list[Row]:
    """rename: a field takes another's place, also where it is absent ("may cause data loss")."""
    pairs = []
    while True:
        old = reader.field()
        if not reader.take_word("as"):
            raise NotDocumentedError("rename without AS")
        pairs.append((old, reader.word()))
        if not reader.take_sign(","):
            break
    reader.end()
    if {old for old, _ in pairs} & {new for _, new in pairs}:
        raise NotDocumentedError("rename from and to one name: in which order?")
    gone = {name for pair in pairs for name in pair}
    return [
        {name: value for name, value in row.items() if name not in gone}
        | {new: row[old] for old, new in pairs if old in row}
        for row in rows
    ]


def run_table(reader: Reader, rows: list[Row]) -> list[Row]:
    """table: only these fields; ``*`` after a name stands for what begins with it."""
    fields: list[str] = []
    starts: list[str] = []
    while reader.next is not None:
        name = reader.field()
        (starts if reader.take_sign("*") else fields).append(name)
    return [
        {
            field: value
            for field, value in row.items()
            if field in fields or field.startswith(tuple(starts))
        }
        for row in rows
    ]


def run_mvexpand(reader: Reader, rows: list[Row]) -> list[Row]:
    """mvexpand: a result for each value; a result without the field stays as it is."""
    field = reader.word()
    reader.end()
    return [
        {**row, field: value} if value is not None else row
        for row in rows
        for value in (members(row.get(field)) or (None,))
    ]


def run_stats(reader: Reader, rows: list[Row]) -> list[Row]:
    """stats: one result a group; results that lack a BY field are in none."""
    wanted, fields = _aggregation(reader)
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        key = _key(row, fields)
        if key is not None:
            groups.setdefault(key, []).append(row)
    if not rows:
        return []
    return [
        {**dict(zip(fields, key, strict=True)), **_results(wanted, group)}
        for key, group in groups.items()
    ]


def run_eventstats(reader: Reader, rows: list[Row]) -> list[Row]:
    """eventstats: the results of stats, added to each result of the group."""
    wanted, fields = _aggregation(reader)
    keys = [_known_key(row, fields) for row in rows]
    groups: dict[Key, list[Row]] = {}
    for key, row in zip(keys, rows, strict=True):
        groups.setdefault(key, []).append(row)
    results = {key: _results(wanted, group) for key, group in groups.items()}
    return [{**row, **results[key]} for key, row in zip(keys, rows, strict=True)]


def run_streamstats(reader: Reader, rows: list[Row]) -> list[Row]:
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


PLAIN: dict[str, Callable[[Reader, list[Row]], list[Row]]] = {
    "dedup": run_dedup,
    "eventstats": run_eventstats,
    "mvexpand": run_mvexpand,
    "rename": run_rename,
    "stats": run_stats,
    "streamstats": run_streamstats,
    "table": run_table,
}
WITH_SESSION: dict[str, Callable[[Command, list[Row], Session], list[Row]]] = {
    "eval": run_eval,
    "search": run_search,
    "sort": run_sort,
    "where": run_where,
}


def run(command: Command, rows: list[Row], session: Session) -> list[Row]:
    """The results of one command."""
    reader = Reader(command)
    name = reader.word()
    if name in PLAIN:
        return PLAIN[name](reader, rows)
    if name in WITH_SESSION:
        return WITH_SESSION[name](command, rows, session)
    raise NotDocumentedError(f"does not know the command {name}")


def _set(row: Row, name: str, value: Value) -> Row:
    if value is None:
        return {field: old for field, old in row.items() if field != name}
    return {**row, name: value}


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


def _key(row: Row, fields: Sequence[str]) -> Key | None:
    key = tuple(row.get(field) for field in fields)
    if any(isinstance(value, tuple) for value in key):
        raise NotDocumentedError("BY a field of several values")
    return None if None in key else key


def _known_key(row: Row, fields: Sequence[str]) -> Key:
    key = _key(row, fields)
    if key is None:
        raise NotDocumentedError("BY a field that is not there")
    return key


def _sortable(field: str, row: Row) -> int | float:
    """The order of numbers; of anything else it is an error here (see sort, "Usage")."""
    found = number(row.get(field), "sort")
    if found is None:
        raise NotDocumentedError("sort by a field that is not there")
    return found
