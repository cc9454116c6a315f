"""Alerts on stdout, in the form the user asked for: as they come, or folded at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import tzinfo
from functools import partial
from typing import Protocol

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.cli.sorted_output import ByTime
from okta_access.cli.terminal import COLORS, Terminal
from okta_access.scan.alerts import Alert
from okta_access.scan.reports import csv
from okta_access.scan.reports.groups import GroupBy, Groups
from okta_access.scan.reports.text import Summary, Writer


class Output(Protocol):
    """Where alerts go: some forms tell them as they come, some at the end."""

    def add(self, alert: Alert) -> None:
        """Take an alert, in the order in which the scan tells them."""

    def end(self) -> None:
        """There are no more alerts."""


class _EachAlert(msgspec.Struct, frozen=True):
    """A text for each alert: at once, or all of them by time at the end."""

    tell: Callable[[str], None]
    text_of: Callable[[Alert], str]
    by_time: ByTime | None

    def add(self, alert: Alert) -> None:
        text = self.text_of(alert)
        if self.by_time is not None:
            self.by_time.add(alert.time, text)
        else:
            self.tell(text)

    def end(self) -> None:
        for text in self.by_time.all() if self.by_time is not None else ():
            self.tell(text)


class _EachGroup(msgspec.Struct, frozen=True):
    """A text for each group of alerts, at the end."""

    tell: Callable[[str], None]
    groups: Groups

    def add(self, alert: Alert) -> None:
        self.groups.add(alert)

    def end(self) -> None:
        for block in self.groups.blocks():
            self.tell(f"{block}\n")


class _WithTable(msgspec.Struct, frozen=True):
    """Blocks of text, and after them a table."""

    tell: Callable[[str], None]
    blocks: Output
    writer: Writer
    summary: Summary = msgspec.field(default_factory=Summary)

    def add(self, alert: Alert) -> None:
        self.summary.add(alert)
        self.blocks.add(alert)

    def end(self) -> None:
        self.blocks.end()
        for line in self.summary.lines(self.writer):
            self.tell(line)


def _tell(terminal: Terminal, text: str) -> None:
    """Print a text; what stdout has no character for is escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    terminal.result(text.encode(encoding, "backslashreplace").decode(encoding))


def output_for(
    terminal: Terminal,
    form: str,
    group_by: str | None,
    catalog: Catalog,
    *,
    sort: bool,
    zone: tzinfo,
) -> Output:
    """The output of a form (text, jsonl or csv); ``group_by`` and ``zone`` are for text.

    With ``sort`` alerts are told by time, once all are there.
    """
    by_time = ByTime() if sort else None
    if form == "jsonl":
        return _EachAlert(terminal.result, Alert.as_json, by_time)
    if form == "csv":
        terminal.result(csv.header())
        return _EachAlert(terminal.result, csv.row, by_time)
    writer = Writer(catalog, lambda text, level: terminal.style(text, COLORS[level]), zone)
    tell = partial(_tell, terminal)
    blocks: Output
    if group_by:
        blocks = _EachGroup(tell, Groups(GroupBy(group_by), writer))
    else:
        blocks = _EachAlert(tell, lambda alert: f"{writer.block(alert)}\n", by_time)
    return _WithTable(tell, blocks, writer)
