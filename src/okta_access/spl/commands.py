"""The commands that are compiled here, each after its page in the Search Reference.

A command is read once, into the step that it is; the step is then run over results.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.evaluate import Evaluator
from okta_access.spl.expressions import Operation, expression
from okta_access.spl.grouping import Key, eventstats, key_of, stats, streamstats
from okta_access.spl.syntax import Command, Reader
from okta_access.spl.terms import asked_of
from okta_access.spl.values import Row, Value, members, number


@dataclass(slots=True)
class Session:
    """What steps need: an evaluator, and chance where no page gives an order."""

    evaluator: Evaluator
    chance: random.Random


PlainStep = Callable[[list[Row]], list[Row]]
Step = Callable[[list[Row], Session], list[Row]]


def where(reader: Reader, beliefs: Beliefs) -> Step:
    """where: keeps the results for which the expression is true.

    Of several joined by AND each must be: whatever AND makes of NULL, it is not TRUE.
    """
    question = expression(reader, beliefs)
    reader.end()
    match question:
        case Operation("AND", operands):
            asked = operands
        case _:
            asked = (question,)

    def run(rows: list[Row], session: Session) -> list[Row]:
        truth = session.evaluator.truth
        return [row for row in rows if all(truth(one, row) is True for one in asked)]

    return run


def search(reader: Reader, beliefs: Beliefs) -> Step:
    """search: keeps the results that pass the terms."""
    asked = asked_of(reader.rest(), beliefs.unicode_case)
    return lambda rows, _: asked.passed(rows)


def assign(reader: Reader, beliefs: Beliefs) -> Step:
    """eval: sets fields, of several expressions from left to right; NULL takes a field away."""
    assignments = []
    while True:
        name = reader.word()
        reader.expect_sign("=")
        assignments.append((name, expression(reader, beliefs)))
        if not reader.take_sign(","):
            break
    reader.end()

    def run(rows: list[Row], session: Session) -> list[Row]:
        for name, value in assignments:
            rows = [_set(row, name, session.evaluator.value(value, row)) for row in rows]
        return rows

    return run


def sort(reader: Reader, _: Beliefs) -> Step:
    """sort: by these fields, ``-`` for descending; 0 returns all results.

    Nothing is said of the order among equals: here it is left to chance.
    """
    if reader.number() != 0:
        raise NotDocumentedError("sort with a limit")
    keys = []
    while reader.next is not None:
        keys.append((reader.take_sign("-"), reader.word()))
        reader.take_sign(",")

    def run(rows: list[Row], session: Session) -> list[Row]:
        found = list(rows)
        session.chance.shuffle(found)
        for descending, field in reversed(keys):
            found.sort(key=partial(_sortable, field), reverse=descending)
        return found

    return run


def dedup(reader: Reader) -> PlainStep:
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

    def run(rows: list[Row]) -> list[Row]:
        seen: set[Key] = set()
        kept = []
        for row in rows:
            key = key_of(row, fields)
            if None in key or key not in seen:
                kept.append(row)
                seen.add(key)
        return kept

    return run


def rename(reader: Reader) -> PlainStep:
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
    names = dict(pairs)
    replaced = frozenset(names.values())
    if len({*names, *replaced}) < 2 * len(pairs):
        raise NotDocumentedError("rename that names a field twice: in which order?")
    return lambda rows: [
        {names.get(name, name): value for name, value in row.items() if name not in replaced}
        for row in rows
    ]


def table(reader: Reader) -> PlainStep:
    """table: only these fields; ``*`` after a name stands for what begins with it."""
    fields: list[str] = []
    starts: list[str] = []
    while reader.next is not None:
        name = reader.field()
        (starts if reader.take_sign("*") else fields).append(name)

    @cache
    def keeps(name: str) -> bool:
        return name in fields or name.startswith(tuple(starts))

    return lambda rows: [
        {name: value for name, value in row.items() if keeps(name)} for row in rows
    ]


def mvexpand(reader: Reader) -> PlainStep:
    """mvexpand: a result for each value; a result without the field stays as it is."""
    field = reader.word()
    reader.end()
    return lambda rows: [
        {**row, field: value} if value is not None else row
        for row in rows
        for value in (members(row.get(field)) or (None,))
    ]


_PLAIN: dict[str, Callable[[Reader], PlainStep]] = {
    "dedup": dedup,
    "eventstats": eventstats,
    "mvexpand": mvexpand,
    "rename": rename,
    "stats": stats,
    "streamstats": streamstats,
    "table": table,
}
_WITH_BELIEFS: dict[str, Callable[[Reader, Beliefs], Step]] = {
    "eval": assign,
    "search": search,
    "sort": sort,
    "where": where,
}


def step(command: Command, beliefs: Beliefs) -> Step:
    """What a command does.

    Raises :class:`NotDocumentedError` for what is not known; so does running the step.
    """
    reader = Reader(command)
    name = reader.word()
    if name in _PLAIN:
        plain = _PLAIN[name](reader)
        return lambda rows, _: plain(rows)
    if name in _WITH_BELIEFS:
        return _WITH_BELIEFS[name](reader, beliefs)
    raise NotDocumentedError(f"does not know the command {name}")


def _set(row: Row, name: str, value: Value) -> Row:
    if value is None:
        return {field: old for field, old in row.items() if field != name}
    return {**row, name: value}


def _sortable(field: str, row: Row) -> int | float:
    """The order of numbers; of anything else it is an error here (see sort, "Usage")."""
    found = number(row.get(field), "sort")
    if found is None:
        raise NotDocumentedError("sort by a field that is not there")
    return found
