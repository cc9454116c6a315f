"""What takes in the events of logs: a scan, a backtest of several versions of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from okta_access.catalog.template import Event
from okta_access.scan.alerts import Alert
from okta_access.scan.tally import Tally


class TextJudging(Protocol):
    """Judges an event by its JSON text alone, where that can settle it."""

    @property
    def tally(self) -> Tally:
        """What was seen; lines that are passed over are counted there."""

    @property
    def types(self) -> frozenset[str] | None:
        """The event types of interest; None where every line is to be looked at."""

    def settled_by_text(self, data: bytes, line: int) -> bool:
        """Judge an event by its JSON text, where that settles it.

        False where it does not: an alert is to be written, or only the decoded event can tell.
        Nothing has been counted then, and the event is to be decoded and added.
        """


class Judging(TextJudging, Protocol):
    """Takes the events of logs, file by file and in the order of their lines; gives alerts."""

    def next_file(self, name: str) -> None:
        """What follows is read from this file."""

    def add(self, event: Event, line: int) -> Iterator[Alert]:
        """Judge one event; gives the alerts of event rules, in the order of the rules."""

    def finish(self) -> Iterator[Alert]:
        """The alerts of correlations over everything that was added, by time and rule."""
