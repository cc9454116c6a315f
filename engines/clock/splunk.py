"""Splunk's saved searches as they are shipped, run over arrivals in the interpreter of SPL.

After Splunk's documentation: a run at a scheduled time asks for events between the dispatch times
by their own time, and where the search says so by when they were indexed; it may start late within
``schedule_window``, and later still where a run was skipped (``realtime_schedule = 0`` makes up
for it). Whether relative times then count from the schedule or from the start no page says: both
are tried. ``alert.suppress`` silences results of the same fields for its period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engines.clock.arrivals import HOUR, MINUTE, Arrival
from engines.clock.findings import Finding
from okta_access.spl.engine import Indexed, Splunk
from okta_access.spl.values import members

_RELATIVE = re.compile(r"-([0-9]+)m@m")
_INDEX_TIME = re.compile(r" _index_(earliest|latest)=(\S+)")
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


@dataclass(frozen=True, slots=True)
class Run:
    """When a run starts, and the time from which it counts."""

    starts: int
    now: int


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

    def slack(self, span: int) -> int:
        """How late an event may come: what is looked back, less the span and what runs may lag."""
        reach = -moment(self.stanza["dispatch.earliest_time"], 0)
        return max(0, reach - span - 3 * self.interval)

    def runs(
        self, arrivals: Sequence[Arrival], dice: Random, *, from_start: bool, skips: bool
    ) -> Iterator[Run]:
        """All runs that can see one of these; every third is made up for where runs are skipped."""
        first = min(a.seen for a in arrivals) // HOUR * HOUR
        last = max(a.seen for a in arrivals) + 3 * self.interval
        scheduled = (
            hour + minute * MINUTE for hour in range(first, last, HOUR) for minute in self.minutes
        )
        for number, time in enumerate(scheduled):
            late = dice.randrange(self.window + 1)
            if skips and number % 3 == 2:
                late = self.interval - 1
            yield Run(time + late, time + late if from_start else time)

    def findings(self, arrivals: Sequence[Arrival], runs: Iterator[Run]) -> Iterator[Finding]:
        """What the runs find, before any is silenced."""
        for run in runs:
            seen = [a for a in arrivals if self._sees(run, a)]
            if seen:
                yield from self._found(run, seen)

    def told(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that are not silenced."""
        until: dict[object, int] = {}
        told = []
        for one in findings:
            if one.now >= until.get(one.group, one.now):
                until[one.group] = one.now + self.silence
                told.append(one)
        return told

    def _sees(self, run: Run, arrival: Arrival) -> bool:
        earliest, latest = (
            moment(self.stanza[f"dispatch.{end}_time"], run.now) for end in ("earliest", "latest")
        )
        held = arrival.seen <= run.starts and earliest <= arrival.time < latest
        if not self._indexed:
            return held
        indexed = self._indexed
        after = arrival.seen >= moment(indexed["earliest"], run.now)
        return held and after and arrival.seen < moment(indexed["latest"], run.now) + MINUTE

    def _found(self, run: Run, seen: Sequence[Arrival]) -> Iterator[Finding]:
        fields = self.stanza.get("alert.suppress.fields", "")
        keys = fields.split(",") if fields else []
        for row in self._rows(run, seen):
            group = tuple(",".join(members(row.get(key))) for key in keys)
            yield Finding(group, frozenset(a.uuid for a in seen), run.starts)

    def _rows(self, run: Run, seen: Sequence[Arrival]) -> list[dict[str, Any]]:
        """Asked again only where other events are seen, or other ones are new."""
        slices = re.findall(r'relative_time\(now\(\), "-([0-9]+)m"\)', self._text)
        new = [run.now - int(minutes) * MINUTE for minutes in slices]
        asked = tuple((a.place, *(a.seen >= one for one in new)) for a in seen)
        if asked not in self._answers:
            splunk = Splunk(
                self.splunk.beliefs, self.splunk.chance, self.splunk.prefix, run.now // 1000
            )
            events = (Indexed(a.event, indexed=a.seen // 1000) for a in seen)
            self._answers[asked] = [dict(row) for row in splunk.run(self._text, events)]
        return self._answers[asked]
