"""Rules as generated Python: the fast form of the reference evaluator, and equal to it.

A plan is one function for several expressions. It reads each field once from an event's record
(``matching.projection``), then asks each expression.

A reader is a function that takes the texts of some fields out of a record; a keeper hands on what
it takes out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from operator import attrgetter

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, Held
from okta_access.matching.events.projection import Projection
from okta_access.matching.events.writer import Writer
from okta_access.rules.model import Expr

BETWEEN = "\0"
"""Stands between texts that are looked up as one; a text may hold it too."""

Reader = Callable[[msgspec.Struct], tuple[Held, ...]]
"""From an event's record to what each of some fields holds."""

Keeper = Callable[[int, str | None, int, msgspec.Struct], None]
"""Takes in an event: time, uuid, source, and its record."""


class Plan(msgspec.Struct, frozen=True):
    """What several expressions come to, as one function.

    ``ask`` gives a number with bit n set where the n-th expression holds. It is called with an
    event's record and the event itself, which is looked at only where ``needs_event``.
    """

    ask: Callable[[msgspec.Struct, Event], int]
    needs_event: bool


class Waiting(msgspec.Struct, frozen=True):
    """Where a keeper puts times, uuids and sources; with ``most`` of them it calls ``settle``."""

    times: list[int]
    uuids: list[str | None]
    sources: list[int]
    most: int
    settle: Callable[[], None]


class Column(msgspec.Struct, frozen=True):
    """Where a keeper puts the number of what a group of fields holds, and how it has that number.

    ``known`` gives it, or None, for what the fields hold as one text, joined by :data:`BETWEEN`;
    ``new`` does for what was not known, and ``number`` for what the fields hold in any case.
    """

    add: Callable[[int], None]
    known: Callable[[Held], int | None]
    new: Callable[[Held, tuple[Held, ...]], int]
    number: Callable[[tuple[Held, ...]], int]


NewKeeper = Callable[[Waiting, Sequence[Column]], Keeper]
"""Makes a keeper with a column for each of some groups of fields."""


def generate_plan(exprs: Sequence[Expr | bool], projection: Projection, catalog: Catalog) -> Plan:
    """A function that says which of the expressions hold for an event of the plain shape.

    An expression that was settled beforehand is given as its answer.

    Raises :class:`RuleError` for a placeholder.
    """
    writer = Writer(projection, catalog)
    conditions = [
        str(expr) if isinstance(expr, bool) else writer.expression(expr) for expr in exprs
    ]
    lines = [*writer.reading, "hits = 0"]
    for index, condition in enumerate(conditions):
        lines.append(f"if {condition}: hits |= {1 << index}")
    ask = writer.function("record, event", [*lines, "return hits"])
    return Plan(ask, writer.needs_event)


def generate_reader(
    paths: Sequence[str],
    projection: Projection,
    catalog: Catalog,
    needed: Collection[str] | None = None,
) -> Reader | None:
    """A function that gives what these fields hold, or None where no record can carry them all.

    For a field that is not ``needed`` it gives nothing.
    """
    if any(projection.place(path) is None for path in paths):
        return None
    writer = Writer(projection, catalog)
    wanted = (needed is None or path in needed for path in paths)
    held = "".join(
        f"{writer.held(path) if want else '()'}, " for path, want in zip(paths, wanted, strict=True)
    )
    reader: Reader = writer.function("record", [*writer.reading, f"return ({held})"])
    return reader


def generate_keeper(
    groups: Sequence[Sequence[str]], projection: Projection, catalog: Catalog
) -> NewKeeper | None:
    """A function that makes keepers with a column for each of these groups of fields.

    None where no record can carry them all.
    """
    if any(projection.place(path) is None for paths in groups for path in paths):
        return None
    writer = Writer(projection, catalog)
    adding: list[str] = []
    for n, paths in enumerate(groups):
        held = [writer.held(path, "''") for path in paths]
        adding += _adding(n, held, any(map(writer.is_list, paths)))
    parts = "add{0}, known{0}, new{0}, number{0} = parts_of(columns[{0}])"
    lines = [
        *map(parts.format, range(len(groups))),
        "times, uuids, sources = waiting.times, waiting.uuids, waiting.sources",
        "add_time, add_uuid, add_source = times.append, uuids.append, sources.append",
        "most, settle = waiting.most, waiting.settle",
        "def keep(time, uuid, source, record):",
        *(f"    {line}" for line in (*writer.reading, *adding)),
        "    add_time(time)",
        "    add_uuid(uuid)",
        "    add_source(source)",
        "    if len(times) == most: settle()",
        "return keep",
    ]
    writer.constants |= {"join": BETWEEN.join, "parts_of": attrgetter(*Column.__struct_fields__)}
    new: NewKeeper = writer.function("waiting, columns", lines)
    return new


def _adding(n: int, held: Sequence[str], several: bool) -> list[str]:
    """Lines that put the number of what a group of fields holds into its column."""
    fields = f"({''.join(f'{one}, ' for one in held)})"
    if several and len(held) > 1:
        return [f"add{n}(number{n}({fields}))"]
    texts = ["held = " + fields, "texts = join(held)"] if len(held) > 1 else [f"texts = {held[0]}"]
    new = f"new{n}(texts, {'held' if len(held) > 1 else '(texts,)'})"
    return [
        *texts,
        f"number = known{n}(texts)",
        f"add{n}(number if number is not None else {new})",
    ]
