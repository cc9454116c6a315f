"""What all correlations in ES|QL begin with: the events, their groups, times and steps.

``@timestamp`` is the time that the rule's window runs on. To slide it exactly without joining
every event with every other, time is cut into slots as long as the timespan, and each event is
seen in two pairs of neighbouring slots: every window lies within one pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.compile.aliases import AliasPlace, alias_places
from okta_access.compile.elastic.esql.context import context, gathered
from okta_access.compile.elastic.esql.text import condition, has_type
from okta_access.compile.elastic.fields import ElasticField, Fields
from okta_access.errors import Refused
from okta_access.rules.either import either
from okta_access.rules.model import Alias, Correlation, EventRule, Or
from okta_access.rules.solver.event_types import event_types

AT = "at"
PAIR = "pair"
EARLIER = "at / {slot} == pair"
_OWN = "Esql."  # columns that no event has
LATER = "at / {slot} > pair"


@dataclass(frozen=True, slots=True)
class Grouped:
    """A correlation in Elastic's terms: its rules, key fields, and its timespan in milliseconds.

    ``aliased`` says what the columns of aliased keys are made of. ``with_context``: rows say who,
    what and where.
    """

    correlation: Correlation
    rules: tuple[EventRule, ...]
    fields: Fields
    keys: tuple[ElasticField, ...]
    span: int
    aliased: tuple[str, ...] = ()
    with_context: bool = True

    @property
    def by(self) -> str:
        """The key columns, for BY and KEEP; a constant one where the correlation has no key."""
        return ", ".join(key.name for key in self.keys) or "Esql.group"

    @property
    def uuid(self) -> str:
        """The field that holds an event's uuid."""
        return self.fields.of(UUID).name

    @property
    def keys_are_there(self) -> str:
        """A condition that leaves out the groups of events that lack a key."""
        return _are_there(self.keys)

    @property
    def earlier(self) -> str:
        """A condition: the event lies in the first slot of its pair."""
        return EARLIER.format(slot=self.span)

    @property
    def later(self) -> str:
        """A condition: the event lies in the second slot of its pair."""
        return LATER.format(slot=self.span)

    @property
    def context(self) -> dict[str, str]:
        """The columns that say who, what and where, with the fields they hold."""
        if not self.with_context:
            return {}
        return context(self.fields, (key.name for key in self.keys))

    @property
    def in_pairs(self) -> list[str]:
        """The commands that put each event into the two pairs of slots that it takes part in."""
        return [
            f"// Slots of {self.correlation.timespan.text}; a window lies in two neighbours.",
            f"EVAL {PAIR} = MV_APPEND({AT} / {self.span}, {AT} / {self.span} - 1)",
            f"MV_EXPAND {PAIR}",
        ]


def grouped(correlation: Correlation, rules: tuple[EventRule, ...], fields: Fields) -> Grouped:
    """The correlation in Elastic's terms. Raises :class:`Refused` for keys it cannot group by."""
    places = alias_places(correlation, rules)
    keys = key_fields(correlation, fields)
    aliased = tuple(
        f"{key.name} = {_alias(places[key.path], fields)}" for key in keys if key.path in places
    )
    return Grouped(correlation, rules, fields, keys, correlation.timespan.seconds * 1000, aliased)


def key_fields(correlation: Correlation, fields: Fields) -> tuple[ElasticField, ...]:
    """The columns of the group keys. Raises :class:`Refused` for keys it cannot group by."""
    aliases = {alias.name: alias for alias in correlation.aliases}
    return tuple(
        _alias_field(aliases[key], fields) if key in aliases else groupable(key, fields)
        for key in correlation.group_by
    )


def _alias_field(alias: Alias, fields: Fields) -> ElasticField:
    found = [groupable(path, fields) for _, path in alias.fields]
    for one in found:
        if one.is_text != found[0].is_text or (not one.is_text and one.type != found[0].type):
            raise Refused(
                f"the fields of the alias `{alias.name}` are of different types in Elastic"
            )
    return ElasticField(
        alias.name, alias_column(alias.name), found[0].type, False, any(one.member for one in found)
    )


def alias_column(name: str) -> str:
    """The column of an aliased key."""
    return f"{_OWN}{name}_key"


def _alias(places: tuple[AliasPlace, ...], fields: Fields) -> str:
    """An aliased key from the field of the event's type."""
    *others, last = places
    value = fields.of(last.path).name
    cases = [f"{has_type(place.types, fields)}, {fields.of(place.path).name}" for place in others]
    return f"CASE({', '.join([*cases, value])})" if cases else value


def groupable(path: str, fields: Fields) -> ElasticField:
    """A field that can be grouped by and counted. Raises :class:`Refused` for another."""
    field = fields.of(path)
    if path == PUBLISHED:
        raise Refused("events are not grouped by their times")
    if field.flattened:
        raise Refused(f"`{path}` may be a key of a flattened field, and then is no column")
    return field


def matching(of: Grouped) -> list[str]:
    """The commands that leave the events of any of the rules, in groups that are there."""
    expr = either(tuple(rule.expr for rule in of.rules))
    where = condition(expr, of.fields, alone=False)
    plain = [key for key in of.keys if not key.name.startswith(_OWN)]
    keys = f"\n    AND {_are_there(plain)}" if plain else ""
    aliased = [key for key in of.keys if key.name.startswith(_OWN)]
    if isinstance(expr, Or):
        where = f"({where})" if keys and not where.startswith("(") else where
    return [
        f"FROM {', '.join(of.fields.settings.index)} METADATA _id, _index",
        f"WHERE {where}{keys}",
        *([f"EVAL {', '.join(of.aliased)}", f"WHERE {_are_there(aliased)}"] if aliased else []),
        *([] if of.keys else ['EVAL Esql.group = "all events"']),
    ]


def _are_there(keys: Iterable[ElasticField]) -> str:
    return " AND ".join(f"{key.name} IS NOT NULL" for key in keys)


def events(of: Grouped) -> list[str]:
    """The commands that leave the events of any of the rules, each with its time ``at``."""
    return [*matching(of), f"EVAL {AT} = TO_LONG(@timestamp)"]


def identity(fields: Fields) -> str:
    """An event as its copies share it: uuid, type and time; without a uuid, the document."""
    uuid, event_type = fields.of(UUID).name, fields.of(EVENT_TYPE).name
    who = f'COALESCE({uuid}, CONCAT(_index, " ", _id))'
    return f'CONCAT({who}, " ", {event_type}, " ", TO_STRING({AT}))'


def can_be_one_event(rule: EventRule, other: EventRule) -> bool:
    """Whether one event may match both rules, as far as their event types tell."""
    types, others = event_types(rule.expr), event_types(other.expr)
    return types is None or others is None or not types.isdisjoint(others)


def steps(of: Grouped, column: str) -> list[str]:
    """The commands that give each event the numbers of the rules it matched, in a column.

    A number where the rules' event types tell them apart, else (a rule's condition may stand in
    WHERE and STATS only) the numbers as texts, after one row for each event and group.
    """
    if are_told_by_type(of.rules):
        cases = [f'{has_its_type(rule, of)}, "{n}"' for n, rule in enumerate(of.rules, 1)]
        return [f"EVAL {column} = CASE({', '.join(cases)})"]
    flags = [
        f"rule{number} = COUNT(*) WHERE ({condition(rule.expr, of.fields, 2, alone=False)})"
        for number, rule in enumerate(of.rules, 1)
    ]
    texts = ", ".join(
        f'CASE(rule{number} > 0, "{number} ", "")' for number in range(1, len(of.rules) + 1)
    )
    return [
        f"EVAL event = {identity(of.fields)}",
        stats([*flags, *gathered(of.context)], of.by, "event", AT),
        f'EVAL {column} = SPLIT(TRIM(CONCAT({texts})), " ")',
    ]


def are_told_by_type(rules: tuple[EventRule, ...]) -> bool:
    """Whether no event can match two of the rules, as their event types tell."""
    return not any(can_be_one_event(a, b) for a, b in combinations(rules, 2))


def has_its_type(rule: EventRule, of: Grouped) -> str:
    """A condition that tells the events of a rule from those of the others."""
    if are_told_by_type(of.rules):
        return has_type(sorted(event_types(rule.expr) or ()), of.fields)
    return f"({condition(rule.expr, of.fields, 2, alone=False)})"


def stats(columns: list[str], *by: str) -> str:
    """A STATS command, a line for each column."""
    return "STATS " + ",\n    ".join(columns) + f"\n    BY {', '.join(by)}"


def text(commands: list[str]) -> str:
    """The commands as a query, a line or more for each; ``//`` begins a comment on the next."""
    lines = [f"| {command}" if number else command for number, command in enumerate(commands)]
    return "\n".join(line.removeprefix("| ") if line.startswith("| //") else line for line in lines)
