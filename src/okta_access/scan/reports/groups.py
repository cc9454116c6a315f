"""Repeated alerts folded into one block each: by rule, by actor or by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from okta_access.logs.place import Place
from okta_access.rules.model import Level
from okta_access.scan.alerts import Alert
from okta_access.scan.context import Context
from okta_access.scan.reports.guides import guide_file
from okta_access.scan.reports.text import (
    Writer,
    counted,
    earlier,
    later,
    lines_of,
    places_text,
    shown,
    where_text,
)

_KEPT_PLACES = 4  # one more than is shown, to tell that there are more
_NOBODY = "nobody named"


class GroupBy(StrEnum):
    """What alerts of one group share."""

    RULE = "rule"
    ACTOR = "actor"
    DAY = "day"


class _Group(msgspec.Struct):
    title: str
    level: Level
    count: int = 0
    first: int | None = None
    last: int | None = None
    rules: Counter[str] = msgspec.field(default_factory=Counter)
    actors: Counter[str] = msgspec.field(default_factory=Counter)
    wheres: Counter[str] = msgspec.field(default_factory=Counter)
    guides: dict[str, None] = msgspec.field(default_factory=dict)
    places: list[Place] = msgspec.field(default_factory=list)


class Groups:
    """Alerts in, blocks of text out when all are there. Keeps counts, and no alert."""

    def __init__(self, by: GroupBy, writer: Writer) -> None:
        self._by = by
        self._writer = writer
        self._groups: dict[str, _Group] = {}

    def add(self, alert: Alert) -> None:
        """Count an alert in its group."""
        actor = _actor(alert.context)
        title = alert.meta.title if self._by is GroupBy.RULE else self._key(alert, actor)
        group = self._groups.setdefault(self._key(alert, actor), _Group(title, alert.level))
        group.level = max(group.level, alert.level, key=lambda level: level.rank)
        group.count += 1
        group.first = earlier(group.first, alert.time)
        group.last = later(group.last, alert.time)
        group.rules[alert.meta.name] += 1
        group.actors[actor] += 1
        where = where_text(alert.context)
        if where:
            group.wheres[where] += 1
        guide = guide_file(alert.event_types, self._writer.catalog)
        if guide is not None:
            group.guides[guide] = None
        new = [place for place in alert.source if place not in group.places]
        group.places += new[: _KEPT_PLACES - len(group.places)]

    def blocks(self) -> Iterator[str]:
        """One block a group: days in their order, else the gravest and the most frequent first."""
        groups = sorted(self._groups.items())
        if self._by is not GroupBy.DAY:
            groups.sort(key=lambda one: (-one[1].level.rank, -one[1].count))
        for _, group in groups:
            yield self._block(group)

    def _block(self, group: _Group) -> str:
        alerts = f"{group.count:,} alert{'' if group.count == 1 else 's'}"
        rows = [
            ("when", self._writer.times(group.first, group.last)),
            ("rule", counted(group.rules)),
        ]
        if self._by is not GroupBy.ACTOR:
            rows.append(("who", counted(group.actors)))
        rows += [
            ("where", counted(group.wheres)),
            ("line", places_text(group.places)),
            ("guide", ", ".join(group.guides)),
        ]
        head = f"{self._writer.level(group.level)}  {shown(group.title)}: {alerts}"
        return "\n".join([head, *lines_of(rows)])

    def _key(self, alert: Alert, actor: str) -> str:
        if self._by is GroupBy.RULE:
            return alert.meta.name
        if self._by is GroupBy.ACTOR:
            return actor
        return self._writer.day(alert.time)


def _actor(context: Context) -> str:
    """Who acted, if it was one."""
    if len(context.actors) != 1:
        return "several actors" if context.actors else _NOBODY
    (actor,) = context.actors
    return str(actor)
