"""What a runbook says of the next query: ``actor, 24h around``, a pivot and a stretch of time."""

from __future__ import annotations

import re

import msgspec

from okta_access.catalog.pivots import load_pivots
from okta_access.rules.timespans import seconds_of

FORM = "a pivot, then `24h around`, `7d before`, `2h after`, `7d before to 24h after` or `to now`"
_SPAN = r"[1-9][0-9]*[smhdw]"
_NEXT = (
    rf"(?P<pivot>[a-z]+(?:-[a-z]+)*), (?:(?P<around>{_SPAN}) around|(?P<ahead>{_SPAN}) after"
    rf"|(?P<before>{_SPAN}) before(?: to (?:(?P<after>{_SPAN}) after|(?P<until>now)))?"
    r"|(?P<now>to now))"
)
_DAY = 86_400
_UNITS = ((_DAY, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


class NextQuery(msgspec.Struct, frozen=True):
    """A pivot by name, and the seconds before the alert's first and after its last event.

    ``after`` is None where the query runs until now.
    """

    pivot: str
    before: int
    after: int | None

    @property
    def range(self) -> str:
        """The stretch of time in words.

        >>> NextQuery("actor", 86_400, 86_400).range, NextQuery("target", 604_800, None).range
        ('24 hours around', '7 days before to now')
        """
        before, after = _words(self.before), "now" if self.after is None else _words(self.after)
        if self.before == self.after:
            return f"{before} around"
        if not self.before:
            return f"{after} after" if self.after else "to now"
        return (
            f"{before} before"
            if self.after == 0
            else f"{before} before to {after}" + (" after" if self.after else "")
        )


def next_query(text: str) -> NextQuery | None:
    """The query that a text says; nothing where it is of another form, or names no pivot.

    >>> next_query("actor, 24h around")
    NextQuery(pivot='actor', before=86400, after=86400)
    >>> next_query("target, 7d before to now")
    NextQuery(pivot='target', before=604800, after=None)
    >>> next_query("actor")
    """
    match = re.fullmatch(_NEXT, text)
    if match is None or match["pivot"] not in load_pivots():
        return None
    before, after = match["around"] or match["before"], match["around"] or match["ahead"]
    open_ended = match["until"] or match["now"]
    return NextQuery(
        match["pivot"],
        _seconds(before),
        None if open_ended else _seconds(after or match["after"]),
    )


def _seconds(text: str | None) -> int:
    return seconds_of(text) or 0 if text else 0


def short_length(seconds: int) -> str:
    """A length of time as a number and the letter of its unit, in hours up to two days.

    >>> short_length(86_400), short_length(2_592_000)
    ('24h', '30d')
    """
    number, unit = _in_units(seconds)
    return f"{number}{unit[0]}"


def _words(seconds: int) -> str:
    number, unit = _in_units(seconds)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _in_units(seconds: int) -> tuple[int, str]:
    """How many of the largest unit that fits without a rest; one day is 24 hours."""
    units = (one for one in _UNITS if seconds % one[0] == 0 and (seconds, one[0]) != (_DAY, _DAY))
    size, unit = next(units)
    return seconds // size, unit
