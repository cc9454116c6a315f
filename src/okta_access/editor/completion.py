"""What can be written at the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.attack import load_attack
from okta_access.catalog.model import EVENT_TYPE, Catalog, FieldType
from okta_access.editor.cursor import Cursor, Side, cursor_at, document_lines, keys_below
from okta_access.editor.hover import (
    assumption_words,
    attack_words,
    event_type_words,
    field_words,
)
from okta_access.editor.modifiers import MEANINGS, fitting
from okta_access.editor.projects import Kind
from okta_access.editor.text import Text
from okta_access.lint.facts.schema import (
    STATUSES,
    correlation_schema,
    detection_schema,
    filter_schema,
)
from okta_access.rules.model import CorrelationType, EventRule, Level, Profile, Runbook
from okta_access.rules.reading.document import RuleDocument

_BODIES = ("detection", "filter")
_NO_SELECTIONS = ("condition", "rules", "timeframe")
_OPERATORS = ("and", "or", "not", "1 of", "all of", "them")
_LISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "level": tuple(Level),
        "status": STATUSES,
        "profile": tuple(Profile),
    }
)
_ENTRY = ("why", "event", "without", "history", "alerts", "start")
_STEP = ("at", "event", "without", "repeat", "every")


class Sort(StrEnum):
    """What an offer is, for the editor's picture of it."""

    KEY = "key"
    FIELD = "field"
    VALUE = "value"
    MODIFIER = "modifier"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that can take the place of the one at the cursor."""

    word: str
    sort: Sort
    markdown: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """What can stand from ``start`` to ``end``, in code points."""

    words: tuple[Offer, ...]
    start: int
    end: int


def complete(
    text: Text, offset: int, kind: Kind, catalog: Catalog, rules: Iterable[RuleDocument]
) -> Offers:
    """What can be written at an offset of a rule or fixture; ``rules`` are the project's."""
    asked = _Asked(text, offset, cursor_at(text, offset), catalog, rules)
    cursor = asked.cursor
    if cursor.comment:
        words: Iterator[Offer] = iter(())
    elif kind is Kind.FIXTURE:
        words = _of_fixture(cursor, catalog)
    elif cursor.path[:1] == ("correlation",):
        words = _of_correlation(asked)
    elif cursor.path and cursor.path[0] in _BODIES:
        words = _of_body(asked)
    else:
        words = _of_metadata(asked)
    return Offers(tuple({one.word: one for one in words}.values()), cursor.start, cursor.end)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The place that is asked about, and what is known of the project."""

    text: Text
    offset: int
    cursor: Cursor
    catalog: Catalog
    rules: Iterable[RuleDocument]

    def below(self, key: str) -> Iterator[str]:
        """The keys directly below a key of the document at the place."""
        return keys_below(self.text, self.offset, key)


def _of_metadata(asked: _Asked) -> Iterator[Offer]:
    keys = asked.cursor.side is not Side.VALUE
    match asked.cursor.path:
        case () if keys:
            yield from _keys(_properties(asked))
        case ("logsource",) if keys:
            yield from _keys(("product", "service"))
        case ("logsource", "product" | "service"):
            yield Offer("okta", Sort.VALUE)
        case ("runbook",) if keys:
            yield from _keys(Runbook.__struct_fields__)
        case ("tags",):
            yield from _attack()
        case ("assumptions",):
            for one in assumptions().values():
                yield Offer(one.id, Sort.VALUE, assumption_words(one), one.statement)
        case (name,) if name in _LISTS:
            yield from (Offer(one, Sort.VALUE) for one in _LISTS[name])


def _of_body(asked: _Asked) -> Iterator[Offer]:
    cursor = asked.cursor
    match cursor.path:
        case (body, "condition"):
            for one in asked.below(body):
                if one not in _NO_SELECTIONS:
                    yield Offer(one, Sort.KEY)
            yield from (Offer(one, Sort.VALUE) for one in _OPERATORS)
        case ("filter", "rules"):
            yield Offer("any", Sort.VALUE)
            yield from _rules(asked.rules)
        case (body,) if cursor.side is not Side.VALUE:
            yield from _keys(("condition",) if body == "detection" else ("rules", "condition"))
        case (_, name, *inside) if name not in _NO_SELECTIONS:
            yield from _of_selection(cursor, inside, asked.catalog)


def _of_selection(cursor: Cursor, inside: Sequence[str], catalog: Catalog) -> Iterator[Offer]:
    if inside:
        yield from _values(inside[-1], catalog)
    elif cursor.parts:
        field, *before = cursor.parts
        for name in fitting(catalog.field(field), tuple(before)):
            yield Offer(name, Sort.MODIFIER, MEANINGS[name])
    elif cursor.side is not Side.VALUE:
        yield from _fields(catalog)


def _of_correlation(asked: _Asked) -> Iterator[Offer]:
    match asked.cursor.path[1:]:
        case () if asked.cursor.side is not Side.VALUE:
            yield from _keys(correlation_schema()["properties"]["correlation"]["properties"])
        case ("type",):
            yield from (Offer(one, Sort.VALUE) for one in CorrelationType)
        case ("rules",) | ("aliases", _):
            yield from _rules(asked.rules)
        case ("group-by",):
            yield from _fields(asked.catalog)
            yield from (Offer(one, Sort.KEY) for one in asked.below("aliases"))
        case ("condition",):
            yield from _keys(("gte", "gt", "field"))
        case ("condition", "field") | ("aliases", _, _):
            yield from _fields(asked.catalog)


def _of_fixture(cursor: Cursor, catalog: Catalog) -> Iterator[Offer]:
    path = cursor.path
    match path:
        case ():
            yield from _keys(("match", "miss", "lists"))
        case ("match" | "miss",):
            yield from _keys(_ENTRY)
        case ("match" | "miss", "history"):
            yield from _keys(_STEP)
        case ("match" | "miss", *_, "event"):
            yield from _fields(catalog, envelope=True)
        case ("match" | "miss", *_, "without"):
            yield from _fields(catalog, envelope=True)
        case ("match" | "miss", *_, "event", field):
            yield from _values(field, catalog)


def _values(key: str, catalog: Catalog) -> Iterator[Offer]:
    """What an item's key takes."""
    path, *modifiers = key.split("|")
    field = catalog.field(path)
    if "exists" in modifiers:
        yield from (Offer(one, Sort.VALUE) for one in ("true", "false"))
    elif "fieldref" in modifiers:
        yield from _fields(catalog)
    elif field is None or "re" in modifiers or "cidr" in modifiers:
        return
    elif field.path == EVENT_TYPE:
        for one in catalog.events.values():
            yield Offer(one.name, Sort.VALUE, event_type_words(one), one.description)
    elif field.type is FieldType.BOOLEAN:
        yield from (Offer(one, Sort.VALUE) for one in ("true", "false"))
    else:
        yield from (Offer(one, Sort.VALUE) for one in field.values)


def _fields(catalog: Catalog, *, envelope: bool = False) -> Iterator[Offer]:
    known = {**catalog.fields, **(catalog.envelope if envelope else {})}
    for one in known.values():
        yield Offer(one.path, Sort.FIELD, field_words(one), one.type)


def _rules(documents: Iterable[RuleDocument]) -> Iterator[Offer]:
    """The event rules, which correlations and filters can refer to."""
    for document in documents:
        rule = document.rule
        if isinstance(rule, EventRule):
            yield Offer(rule.name, Sort.RULE, rule.meta.description, rule.meta.title)


def _attack() -> Iterator[Offer]:
    attack = load_attack()
    for name in (*attack.tactics, *map(str.lower, attack.techniques)):
        tag = f"attack.{name}"
        words = attack_words(tag) or ""
        yield Offer(tag, Sort.VALUE, words, words.partition("\n")[0].replace("**", ""))


def _keys(names: Iterable[str]) -> Iterator[Offer]:
    yield from (Offer(name, Sort.KEY) for name in names)


def _properties(asked: _Asked) -> Iterable[str]:
    """The keys of the document at the place: those of its kind, once it says which it is."""
    starts = {
        asked.text.line(number).partition(":")[0]
        for number in document_lines(asked.text, asked.offset)
    }
    if "correlation" in starts:
        return [*correlation_schema()["properties"]]
    if "filter" in starts:
        return [*filter_schema()["properties"]]
    return [*detection_schema()["properties"], "correlation", "filter"]
