"""The events of log files, read once, through the scan engine, for one version of rules or two."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from okta_access.backtest.compare import Differences
from okta_access.backtest.days import AlertDays, day_of
from okta_access.backtest.selection import Selection
from okta_access.backtest.span import Span
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.logs.events import OnMissing, OnReject
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan
from okta_access.scan.run import judge_files
from okta_access.scan.tally import TimeRange


class _Head(msgspec.Struct, gc=False):
    """What is asked of every event; the names are those of the JSON."""

    eventType: Any = None  # noqa: N815 - Okta's name
    published: Any = None


_head = msgspec.json.Decoder(_Head).decode


class Replay:
    """Takes in a log for the last version, and shows each event to an older version too.

    ``alerts`` are those of each version by rule and day: they are counted, and not kept. With two
    versions, ``differences`` hears of all of them. ``tally`` is that of the last version.

    No line is passed over: which days a log covers is told by all of its events, and a mean over
    too few days would be too high. Of events that no rule is about only the time is read.
    """

    types = None  # every line is to be looked at

    def __init__(
        self,
        versions: Sequence[Selection],
        catalog: Catalog,
        range_: TimeRange,
        differences: Differences | None = None,
    ) -> None:
        self._scans = [Scan(one.rules, catalog, one.level, range_) for one in versions]
        self.tally = self._scans[-1].tally
        self.alerts: tuple[AlertDays, ...] = tuple(Counter() for _ in versions)
        self.span = Span(range_)
        self._differences = differences
        self._settled_by_text = [scan.settled_by_text for scan in self._scans]
        self._everybody = tuple(range(len(versions)))
        self._unsettled = self._everybody
        # Whom an event concerns, by its type: those who are about it, or about any type at all.
        interests = [scan.types for scan in self._scans]
        self._others = tuple(i for i, types in enumerate(interests) if types is None)
        self._concerned = {
            type_: tuple(i for i, own in enumerate(interests) if own is None or type_ in own)
            for types in interests
            for type_ in types or ()
        }

    def read(
        self,
        names: tuple[str, ...],
        on_reject: OnReject,
        on_missing: OnMissing,
        *,
        reading: Reading = AS_FOUND,
    ) -> None:
        """Read these files, once, and count; the callbacks are those of ``scan_files``."""
        deque(judge_files(self, names, on_reject, on_missing, reading=reading), maxlen=0)

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""
        for scan in self._scans:
            scan.next_file(name)
        self.span.file = name
        self._unsettled = self._everybody

    def settled_by_text(self, data: bytes, line: int) -> bool:
        """Whether the text of the event settles it for every version."""
        self._unsettled = self._everybody
        try:
            head = _head(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        type_, published = head.eventType, head.published
        if not isinstance(type_, str) or not type_:
            return False
        self.span.add(published, line)
        concerned = self._concerned.get(type_, self._others)
        if not concerned or concerned[-1] != self._everybody[-1]:
            self.tally.others += 1
        self._unsettled = tuple([i for i in concerned if not self._settled_by_text[i](data, line)])
        return not self._unsettled

    def add(self, event: Event, line: int) -> Iterator[Alert]:
        """Judge an event by every version that its text did not settle it for."""
        unsettled, self._unsettled = self._unsettled, self._everybody
        self.span.add(event.get("published"), line)
        found = [
            [*scan.add(event, line)] if index in unsettled else []
            for index, scan in enumerate(self._scans)
        ]
        for alerts, counter in zip(found, self.alerts, strict=True):
            counter.update(map(_rule_and_day, alerts))
        if self._differences is not None and any(found):
            self._differences.event(*found)
        yield from found[-1]

    def finish(self) -> Iterator[Alert]:
        """Judge correlations by every version; what differs of them is told only then."""
        streams = [
            _counted(scan.finish(), counter)
            for scan, counter in zip(self._scans, self.alerts, strict=True)
        ]
        if self._differences is not None:
            self._differences.correlations(*streams)
        else:
            for stream in streams:
                yield from stream


def _counted(alerts: Iterable[Alert], counter: AlertDays) -> Iterator[Alert]:
    for alert in alerts:
        counter[_rule_and_day(alert)] += 1
        yield alert


def _rule_and_day(alert: Alert) -> tuple[str, date | None]:
    return alert.meta.name, day_of(alert.time)
