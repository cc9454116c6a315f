"""What makes a rule fire, to look at: an event with its matching parts, or a history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, texts
from okta_access.matching.events.evaluate import Explanation, explain
from okta_access.rules.fixtures import Case
from okta_access.rules.model import And, Atom, EventRule, Expr, Or


@dataclass(frozen=True, slots=True)
class MarkedEvent:
    """An event's JSON text, and its lines (from 1) that hold what the rule asks for."""

    text: str
    lines: tuple[int, ...]


def marked_event(rule: EventRule, event: Event, catalog: Catalog) -> MarkedEvent:
    """The event as JSON, with the fields that made the rule match."""
    paths = {tuple(path.split(".")) for path in _reasons(explain(rule.expr, event, catalog))}
    written = [*_lines(event, (), "")]
    found = tuple(number for number, (_, path) in enumerate(written, 1) if path in paths)
    return MarkedEvent("\n".join(line for line, _ in written), found)


COLUMNS = ("actor.alternateId", "target.id", "outcome.result", "client.ipAddress")


def history_rows(case: Case, catalog: Catalog, most: int = 12) -> list[tuple[str, ...]]:
    """A row an event: its time, its type and the texts of :data:`COLUMNS`; at most so many."""
    return [
        (
            str(event.get("published", "")),
            str(event.get("eventType", "")),
            *(", ".join(texts(event, path, catalog)) for path in COLUMNS),
        )
        for event in case.events[:most]
    ]


def _reasons(verdict: Explanation) -> Iterator[str]:
    """The fields whose values speak for the match; what a rule merely excludes is none."""
    expr: Expr = verdict.expr
    if not verdict.holds:
        return
    match expr:
        case Atom():
            yield expr.field
        case And() | Or():
            for part in verdict.parts:
                yield from _reasons(part)


def _lines(value: Any, path: tuple[str, ...], tail: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The lines of ``json.dumps(value, indent=2)``, each with the path it speaks of."""
    indent = "  "
    if isinstance(value, dict) and value:
        yield "{", ()
        yield from _inside(
            [(f"{json.dumps(key)}: ", one, (*path, key)) for key, one in value.items()], indent
        )
        yield "}" + tail, ()
    elif isinstance(value, list) and value:
        yield "[", ()
        yield from _inside([("", one, path) for one in value], indent)
        yield "]" + tail, ()
    else:
        yield json.dumps(value, ensure_ascii=False) + tail, path


def _inside(
    members: list[tuple[str, Any, tuple[str, ...]]], indent: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for number, (key, one, path) in enumerate(members, 1):
        tail = "," if number < len(members) else ""
        for place, (line, spoken) in enumerate(_lines(one, path, tail)):
            yield f"{indent}{key if place == 0 else ''}{line}", spoken
