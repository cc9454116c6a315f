"""Splunk's saved searches as they are shipped, run over arrivals in the interpreter of SPL.

After Splunk's documentation: a run at a scheduled time asks for events between the dispatch times
by their own time, and where the search says so by when they were indexed; it may start late within
``schedule_window``, and later still where a run was skipped or Splunk was down
(``realtime_schedule = 0`` makes up for all of them, 1 for the last one). ``alert.suppress``
silences results of the same fields for its period.

Late runs "still gather data for time range that they would have covered if they started on time"
(Reporting Manual, *Prioritize scheduled reports*), yet ``now()`` is "the time that the search was
started" (Search Reference). So that what is promised rests on neither page alone, it is also tried
what comes of it if all counts from the start, or all from the schedule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from engines.clock.arrivals import HOUR, MINUTE, Arrival, Pause
from engines.clock.findings import Finding
from okta_access.spl.engine import Indexed, Splunk
from okta_access.spl.values import members

_RELATIVE = re.compile(r"-([0-9]+)m@m")
_INDEX_TIME = re.compile(r" _index_(earliest|latest)=(\S+)")
_NEW = re.compile(r'relative_time\(now\(\), "-([0-9]+)m"\)')
_MACRO = re.compile(r"`([A-Za-z0-9_]+)`")
_SILENCE = re.compile(r"([0-9]+)s")


def moment(text: str, now: int) -> int:
    """A relative time as the searches write it, from ``now``, in milliseconds.

    >>> moment("now", 90_000), moment("-1m@m", 90_000)
    (90000, 0)
    """
    if text == "now":
        return now
    found = _RELATIVE.fullmatch(text)
    assert found is not None, f"{text!r} is no time that this replay knows"
    return (now - int(found[1]) * MINUTE) // MINUTE * MINUTE


class Reading(StrEnum):
    """What a late run counts from: relative times of its range, and ``now()`` in its text."""

    SCHEDULE = "both from the schedule"
    START = "both from the start"
    MIXED = "the range from the schedule, now() from the start"


@dataclass(frozen=True, slots=True)
class Run:
    """When a run starts, from when its range counts, and what ``now()`` is in it."""

    starts: int
    now: int
    clock: int


@dataclass(slots=True)
class SplunkSearch:
    """A stanza of savedsearches.conf, with the macros that it uses."""

    stanza: Mapping[str, str]
    macros: Mapping[str, str]
    splunk: Splunk
    _answers: dict[object, list[dict[str, Any]]] = field(default_factory=dict)
    _text: str = ""
    _indexed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = self.stanza["search"]
        while (plain := _MACRO.sub(lambda name: self.macros[name[1]], text)) != text:
            text = plain
        # A filter of one's own is `search *` until somebody writes one.
        text = text.removesuffix("| search *")
        self._indexed = dict(_INDEX_TIME.findall(text))
        self._text = _INDEX_TIME.sub("", text)

    @property
    def dedup(self) -> str:
        """The command that makes one of an event's copies in a run; empty where none does."""
        found = re.search(r"\| (dedup [^|]+)", self._text)
        return found[1].strip() if found else ""

    @property
    def minutes(self) -> Sequence[int]:
        """The minutes of each hour at which it runs."""
        minutes, *rest = self.stanza["cron_schedule"].split()
        assert rest == ["*"] * 4, "searches run by the hour"
        return [int(one) for one in minutes.split(",")]

    @property
    def interval(self) -> int:
        """Milliseconds between two runs."""
        return HOUR // len(self.minutes)

    @property
    def window(self) -> int:
        """How many milliseconds late a run may start."""
        return int(self.stanza["schedule_window"]) * MINUTE

    @property
    def silence(self) -> int:
        """For how many milliseconds a result is silenced."""
        found = _SILENCE.fullmatch(self.stanza["alert.suppress.period"])
        assert found is not None
        return int(found[1]) * 1000

    @property
    def reach(self) -> int:
        """How many milliseconds before its time a run still sees events."""
        return -moment(self.stanza["dispatch.earliest_time"], 0)

    @property
    def slice(self) -> int:
        """The milliseconds of index time in which a run takes what is new."""
        if self._indexed:
            assert self._indexed["latest"] == "now"
            return -moment(self._indexed["earliest"], 0)
        (minutes,) = set(_NEW.findall(self._text))
        return int(minutes) * MINUTE

    @property
    def makes_up(self) -> bool:
        """Whether a run that was skipped takes place later."""
        return self.stanza["realtime_schedule"] == "0"

    def slack(self, span: int) -> int:
        """How late an event may come: what is looked back, less the span and a slice."""
        return max(0, self.reach - span - self.slice)

    def runs(
        self,
        arrivals: Sequence[Arrival],
        dice: Random,
        reading: Reading,
        *,
        skips: bool,
        pause: Pause | None = None,
    ) -> Iterator[Run]:
        """All runs that can see one of these.

        Every third is made up for just before the next where runs are skipped, those of a pause at
        its end; or not at all, if the search is scheduled so.
        """
        last = max(a.seen for a in arrivals) + 3 * self.interval
        down: tuple[int, int] | None = None
        first = min(a.stamped for a in arrivals)
        first = min(first, pause.begins) if pause else first
        for number, time in enumerate(self._scheduled(first // HOUR * HOUR, last)):
            starts = time + dice.randrange(self.window + 1)
            if pause is not None and down is None and time >= pause.begins:
                down = time, time + pause.length
            if skips and number % 3 == 2:
                if not self.makes_up:
                    continue
                starts = time + self.interval - 1
            if down is not None and down[0] <= time < down[1]:
                if not self.makes_up and time + self.interval < down[1]:
                    continue
                starts = down[1]
            yield Run(
                starts,
                starts if reading is Reading.START else time,
                time if reading is Reading.SCHEDULE else starts,
            )

    def _scheduled(self, first: int, last: int) -> Iterator[int]:
        for hour in range(first, last, HOUR):
            yield from (hour + minute * MINUTE for minute in self.minutes)

    def findings(self, arrivals: Sequence[Arrival], runs: Iterable[Run]) -> Iterator[Finding]:
        """What the runs find, before any is silenced."""
        for run in runs:
            seen = [a for a in arrivals if self.sees(run, a)]
            if seen:
                yield from self._found(run, seen)

    def told(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that are not silenced."""
        if self.stanza.get("alert.suppress") != "1":
            return [*findings]
        until: dict[object, int] = {}
        told = []
        for one in findings:
            if one.now >= until.get(one.group, one.now):
                until[one.group] = one.now + self.silence
                told.append(one)
        return told

    def sees(self, run: Run, arrival: Arrival) -> bool:
        """Whether a run finds the event, if its text does."""
        earliest, latest = (
            moment(self.stanza[f"dispatch.{end}_time"], run.now) for end in ("earliest", "latest")
        )
        held = arrival.seen <= run.starts and earliest <= arrival.time < latest
        if not held or not self._indexed:
            return held
        first, last = (moment(self._indexed[end], run.now) for end in ("earliest", "latest"))
        return first <= arrival.stamped < last

    def _found(self, run: Run, seen: Sequence[Arrival]) -> Iterator[Finding]:
        fields = self.stanza.get("alert.suppress.fields", "")
        keys = fields.split(",") if fields else []
        for row in self._rows(run, seen):
            group = tuple(",".join(members(row.get(key))) for key in keys)
            yield Finding(group, frozenset(a.uuid for a in seen), run.starts)

    def _rows(self, run: Run, seen: Sequence[Arrival]) -> list[dict[str, Any]]:
        """Asked again only where other events are seen, or other ones are new."""
        new = [run.clock - int(minutes) * MINUTE for minutes in _NEW.findall(self._text)]
        asked = tuple((a.place, *(a.stamped >= one for one in new)) for a in seen)
        if asked not in self._answers:
            splunk = Splunk(
                self.splunk.beliefs, self.splunk.chance, self.splunk.prefix, run.clock // 1000
            )
            events = (Indexed(a.event, indexed=a.stamped // 1000) for a in seen)
            self._answers[asked] = [dict(row) for row in splunk.run(self._text, events)]
        return self._answers[asked]
