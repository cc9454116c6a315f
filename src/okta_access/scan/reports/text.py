"""Alerts for people: who did what from where, where to read on, and a table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.catalog.times import time_text
from okta_access.logs.place import Place
from okta_access.reporting.printable import printable
from okta_access.rules.model import Level
from okta_access.scan.alerts import Alert
from okta_access.scan.context import Context
from okta_access.scan.reports.guides import guide_file

Paint = Callable[[str, Level], str]
"""Gives a text the colour of a level, where colours are shown."""

_NO_TIME = "(no readable time)"
_LEVEL_WIDTH = 8  # informational ones stand out, and are seldom asked for
_PLACES = 3
_NAMED = 5
_LONGEST = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Writer(msgspec.Struct, frozen=True):
    """Writes alerts; ``paint`` colours their levels, ``zone`` is that of the times shown."""

    catalog: Catalog
    paint: Paint
    zone: tzinfo = UTC

    def block(self, alert: Alert) -> str:
        """One alert in some lines."""
        level = self.level(alert.level, _LEVEL_WIDTH)
        head = f"{self.time(alert.time)}  {level}  {shown(alert.meta.title)}"
        rows = [("rule", shown(alert.meta.name)), ("who", who_text(alert.context))]
        if alert.kind == "correlation":
            rows += self._correlation(alert)
        else:
            rows.append(("what", _what(alert.event_types[0], alert.context)))
        rows.append(("where", where_text(alert.context)))
        rows.append(("line", places_text(alert.source)))
        guide = guide_file(alert.event_types, self.catalog)
        if guide is not None:
            rows.append(("guide", guide))
        return "\n".join([head, *lines_of(rows)])

    def level(self, level: Level, width: int = 0) -> str:
        """A level, as a column of that width."""
        return self.paint(f"{level:<{width}}", level)

    def time(self, time: int | None) -> str:
        """A time (microseconds since 1970) in the zone, or that it cannot be read; of one width."""
        width = len(self._written(0))
        return (_NO_TIME if time is None else self._written(time)).ljust(width)

    def times(self, first: int | None, last: int | None) -> str:
        """From when to when; one time where it is all there is."""
        ends = dict.fromkeys((self.time(first).rstrip(), self.time(last).rstrip()))
        return " to ".join(ends)

    def day(self, time: int | None) -> str:
        """The day of a time in the zone."""
        return "no readable time" if time is None else self._written(time)[:10]

    def _written(self, time: int) -> str:
        if self.zone is UTC:
            return time_text(time)
        try:
            moment = (_EPOCH + timedelta(microseconds=time)).astimezone(self.zone)
        except OverflowError:  # the first or last hours that there are
            return time_text(time)
        return moment.isoformat(timespec="milliseconds")

    def _correlation(self, alert: Alert) -> list[tuple[str, str]]:
        others = [(key, text) for key, text in alert.group if not key.startswith("actor.")]
        group = ("group", ", ".join(f"{key} {shown(text)}" for key, text in others))
        if alert.steps:
            return [group, ("what", alert.amount), *self._steps(alert)]
        types = counted(Counter(alert.event_types))
        return [
            group,
            ("what", f"{alert.amount}: {types}{_outcome(alert.context)}"),
            ("on", _listed(alert.context.targets)),
            ("when", self.times(alert.first, alert.time)),
        ]

    def _steps(self, alert: Alert) -> Iterator[tuple[str, str]]:
        """A row for each step; who took it and from where is told where that is not one."""
        people, addresses = alert.context.actors, alert.context.addresses
        for step, kind in zip(alert.steps, alert.event_types, strict=True):
            who = f", by {who_text(step.context)}" if len(people) > 1 else ""
            where = f", from {where_text(step.context)}" if len(addresses) > 1 else ""
            what = _what(kind, step.context)
            yield "step", f"{self.time(step.time).rstrip()}  {what}{who}{where}"


def lines_of(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Labels and texts as indented lines; a row without a text is left out."""
    return (f"    {label:<5}  {text}" for label, text in rows if text)


def places_text(places: Sequence[Place]) -> str:
    """The first places, and that there are more."""
    more = ", …" if len(places) > _PLACES else ""
    return ", ".join(shown(str(place)) for place in places[:_PLACES]) + more


def counted(counts: Counter[str], most: int = 5) -> str:
    """What was counted, the most frequent first.

    >>> counted(Counter({"b": 2, "a": 2, "c": 1}), 2)
    'a (2), b (2) and 1 more'
    """
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    alone = len(ordered) == 1
    named = [f"{shown(name)}{'' if alone else f' ({n})'}" for name, n in ordered[:most]]
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return ", ".join(named) + more


def shown(text: str) -> str:
    """A value out of a log, cut where it is very long; what is no character of a text is escaped.

    >>> shown("a\\x1b[31m")
    'a\\\\x1b[31m'
    """
    plain = printable(text[:_LONGEST])
    return f"{plain}… ({len(text):,} characters)" if len(text) > _LONGEST else plain


def who_text(context: Context) -> str:
    """Who acted: login, name, id and type."""
    return _listed([str(actor) for actor in context.actors]) or "nobody named"


def where_text(context: Context) -> str:
    """From which addresses and countries; empty where events tell neither."""
    places = (_listed(context.addresses), _listed(context.countries))
    return ", ".join(place for place in places if place)


def _listed(texts: Sequence[str]) -> str:
    """The first of these texts, and how many more there are."""
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(map(shown, texts[:_NAMED])) + more


def _outcome(context: Context) -> str:
    return f": {_listed(context.outcomes)}" if context.outcomes else ""


def _what(event_type: str, context: Context) -> str:
    """What an event was, on what, and how it ended."""
    target = f" on {_listed(context.targets)}" if context.targets else ""
    return f"{shown(event_type)}{target}{_outcome(context)}"


class Summary:
    """The table at the end: level, rule, number of alerts, the times of the first and the last."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Level, str], tuple[int, int | None, int | None]] = {}

    def add(self, alert: Alert) -> None:
        """Count an alert."""
        key = alert.level, alert.meta.name
        count, first, last = self._rows.get(key, (0, None, None))
        self._rows[key] = count + 1, earlier(first, alert.time), later(last, alert.time)

    def lines(self, writer: Writer) -> Iterator[str]:
        """The table, the highest level first; nothing where there was no alert."""
        if not self._rows:
            return
        width = max(len(rule) for _, rule in self._rows)
        levels = max(len(level) for level, _ in self._rows)
        first_width = len(writer.time(None))
        yield f"{'level':<{levels}}  {'rule':<{width}}  alerts  {'first':<{first_width}}  last"
        ordered = sorted(self._rows.items(), key=lambda row: (-row[0][0].rank, row[0][1]))
        for (level, rule), (count, first, last) in ordered:
            times = f"{writer.time(first)}  {writer.time(last)}".rstrip()
            yield f"{writer.level(level, levels)}  {shown(rule):<{width}}  {count:>6}  {times}"


def earlier(one: int | None, other: int | None) -> int | None:
    """The earlier of two times, of which either may be none."""
    return min((time for time in (one, other) if time is not None), default=None)


def later(one: int | None, other: int | None) -> int | None:
    """The later of two times, of which either may be none."""
    return max((time for time in (one, other) if time is not None), default=None)
