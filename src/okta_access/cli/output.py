"""Alerts on stdout, in the form the user asked for: as they come, or folded at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from okta_access.catalog.model import Catalog
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


@dataclass(frozen=True, slots=True)
class _Lines:
    """A line for each alert, at once."""

    terminal: Terminal
    line: Callable[[Alert], str]

    def add(self, alert: Alert) -> None:
        self.terminal.result(self.line(alert))

    def end(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class _Text:
    """A block for each alert at once, or for each group at the end; then a table."""

    terminal: Terminal
    writer: Writer
    groups: Groups | None
    summary: Summary = field(default_factory=Summary)

    def add(self, alert: Alert) -> None:
        self.summary.add(alert)
        if self.groups is not None:
            self.groups.add(alert)
        else:
            self._tell(f"{self.writer.block(alert)}\n")

    def end(self) -> None:
        for block in self.groups.blocks() if self.groups is not None else ():
            self._tell(f"{block}\n")
        for line in self.summary.lines(self.writer):
            self._tell(line)

    def _tell(self, text: str) -> None:
        """Print a text; what stdout has no character for is escaped."""
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        self.terminal.result(text.encode(encoding, "backslashreplace").decode(encoding))


def output_for(terminal: Terminal, form: str, group_by: str | None, catalog: Catalog) -> Output:
    """The output of a form (text, jsonl or csv); ``group_by`` is for text."""
    if form == "jsonl":
        return _Lines(terminal, Alert.as_json)
    if form == "csv":
        terminal.result(csv.header())
        return _Lines(terminal, csv.row)
    writer = Writer(catalog, lambda text, level: terminal.style(text, COLORS[level]))
    return _Text(terminal, writer, Groups(GroupBy(group_by), writer) if group_by else None)
