"""Alerts for people: who did what from where, where to read on, and a table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from okta_access.catalog.model import Catalog
from okta_access.catalog.times import time_text
from okta_access.logs.place import Place
from okta_access.reporting.printable import printable
from okta_access.rules.model import Level
from okta_access.scan.alerts import Alert
from okta_access.scan.reports.guides import guide_file

Paint = Callable[[str, Level], str]
"""Gives a text the colour of a level, where colours are shown."""

_NO_TIME = "(no readable time)".ljust(24)  # as wide as a time
_LEVEL_WIDTH = 8  # informational ones stand out, and are seldom asked for
_PLACES = 3
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes alerts; ``paint`` colours their levels."""

    catalog: Catalog
    paint: Paint

    def block(self, alert: Alert) -> str:
        """One alert in some lines."""
        level = self.level(alert.level, _LEVEL_WIDTH)
        head = f"{alert.when or _NO_TIME}  {level}  {shown(alert.meta.title)}"
        rows = [("rule", shown(alert.meta.name))]
        rows += _correlation(alert) if alert.kind == "correlation" else _event(alert)
        rows.append(("line", places_text(alert.source)))
        guide = guide_file(alert.event_types, self.catalog)
        if guide is not None:
            rows.append(("guide", guide))
        return "\n".join([head, *lines_of(rows)])

    def level(self, level: Level, width: int = 0) -> str:
        """A level, as a column of that width."""
        return self.paint(f"{level:<{width}}", level)


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


def where_text(said: Mapping[str, str]) -> str:
    """From where, by the details of an alert; empty where they tell nothing."""
    return ", ".join(shown(said[key]) for key in ("address", "country") if key in said)


def _event(alert: Alert) -> list[tuple[str, str]]:
    said = {label: shown(text) for label, text in alert.details}
    kind = f" ({said['actor type']})" if "actor type" in said else ""
    target = f" on {said['target']}" if "target" in said else ""
    outcome = f": {said['outcome']}" if "outcome" in said else ""
    return [
        ("who", said.get("actor", "nobody named") + kind),
        ("what", f"{shown(alert.event_types[0])}{target}{outcome}"),
        ("where", where_text(said)),
    ]


def _correlation(alert: Alert) -> list[tuple[str, str]]:
    number = f"{len(alert.events)} event{'' if len(alert.events) == 1 else 's'}"
    types = counted(Counter(alert.event_types))
    return [
        ("who", ", ".join(f"{key} {shown(value)}" for key, value in alert.group)),
        ("what", f"{number}, value {alert.value}: {types}"),
    ]


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
        yield f"{'level':<{levels}}  {'rule':<{width}}  alerts  {'first':<24}  last"
        ordered = sorted(self._rows.items(), key=lambda row: (-row[0][0].rank, row[0][1]))
        for (level, rule), (count, first, last) in ordered:
            times = f"{time_or_none(first)}  {time_or_none(last)}".rstrip()
            yield f"{writer.level(level, levels)}  {shown(rule):<{width}}  {count:>6}  {times}"


def earlier(one: int | None, other: int | None) -> int | None:
    """The earlier of two times, of which either may be none."""
    return min((time for time in (one, other) if time is not None), default=None)


def later(one: int | None, other: int | None) -> int | None:
    """The later of two times, of which either may be none."""
    return max((time for time in (one, other) if time is not None), default=None)


def time_or_none(time: int | None) -> str:
    """A time as Okta writes it, or that it cannot be read."""
    return _NO_TIME if time is None else time_text(time)
