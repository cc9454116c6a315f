"""``okta-access scan``: evaluate logs on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import click

from okta_access.catalog.model import Catalog
from okta_access.cli import options
from okta_access.cli.progress import Progress
from okta_access.cli.rejects import Rejects
from okta_access.cli.session import open_session
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span
from okta_access.rules.model import Level
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan, Tally, TimeRange
from okta_access.scan.envelopes import Envelope
from okta_access.scan.inputs import STDIN, size_of
from okta_access.scan.reading import Meter, Reading, reading_as
from okta_access.scan.reports import csv
from okta_access.scan.reports.groups import GroupBy, Groups
from okta_access.scan.reports.text import Summary, Writer
from okta_access.scan.run import log_files, scan_files

_COLORS = {
    Level.CRITICAL: "magenta",
    Level.HIGH: "red",
    Level.MEDIUM: "yellow",
    Level.LOW: "cyan",
    Level.INFORMATIONAL: "white",
}


@click.command("scan")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.rules
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    default=Level.LOW.value,
    show_default=True,
    help="The lowest level to report; audit rules are informational.",
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text")
@click.option(
    "--group-by",
    type=click.Choice([by.value for by in GroupBy]),
    help="Fold repeated alerts into one block each, told at the end (text only).",
)
@options.envelope
@options.since
@options.until
@click.option(
    "--rejects",
    "rejects_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep what is no event in this file, as JSON Lines: file, line, reason, data.",
)
@click.option("--strict", is_flag=True, help="Decode every line, also what no rule can be about.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where there is an alert.")
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    files: tuple[str, ...],
    paths: tuple[Path, ...],
    level: str,
    form: str,
    group_by: str | None,
    envelope: str,
    since: int | None,
    until: int | None,
    rejects_file: Path | None,
    strict: bool,
    exit_code: bool,
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Evaluate log files; a folder stands for the files in it, - for stdin.

    A log may be JSON Lines, a JSON array, pretty-printed, gzip or zstd; its events as Okta writes
    them, or in the envelopes of Splunk's export, Elastic's documents and AWS EventBridge.

    Alerts go to stdout; what happened, and every line that is no event, to stderr.

    \b
    okta-access scan export.jsonl.gz
    okta-access scan export.jsonl.gz --group-by actor
    okta-access scan export.jsonl.gz --format jsonl | head -1 | okta-access explain --alert -
    """
    if group_by is not None and form != "text":
        raise click.UsageError("--group-by is for --format text")
    session = open_session(terminal, paths, catalog_files, settings_file)
    scan = Scan(session.tuned.in_force, session.catalog, Level(level), TimeRange(since, until))
    logs = log_files(files)
    output = _output(terminal, form, group_by, session.catalog)
    meter = Meter() if terminal.progress() else None
    named = envelope not in (Envelope.AUTO, Envelope.NONE)  # then every line is to be looked into
    notes = Rejects(terminal, rejects_file, logs)
    for folder in files:
        if folder != STDIN and not log_files((folder,)):
            notes.on_missing(InputError("there is no file in this folder", span=Span.whole(folder)))
    found = scan_files(scan, logs, notes.on_reject, notes.on_missing, strict=strict or named)
    try:
        with ExitStack() as stack:
            stack.enter_context(notes)
            stack.enter_context(reading_as(Reading(Envelope(envelope), session.catalog, meter)))
            if meter is not None:
                notes.away = stack.enter_context(_progress(logs, meter, scan.tally))
            for alert in found:
                with notes.away():
                    output.add(alert)
        output.end()
        _summary(terminal, notes, scan.tally)
    except KeyboardInterrupt:
        output.end()
        _summary(terminal, notes, scan.tally)
        terminal.note("interrupted: the rest was not read, and correlations were not judged")
        raise
    alerted = exit_code and bool(scan.tally.alerts)
    code = max(notes.exit_code(), session.exit_code)
    return code or int(alerted)


@contextmanager
def _progress(
    logs: tuple[str, ...], meter: Meter, tally: Tally
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Show progress; gives what takes the line away while something else is printed."""
    sizes = [size_of(log) for log in logs]
    known = [size for size in sizes if size is not None]
    total = sum(known) if len(known) == len(sizes) else None
    line = Progress(total, lambda: meter.done, lambda: tally.events + tally.passed_over)
    with line.shown():
        yield line.away


class _Output(Protocol):
    """Where alerts go: some forms tell them as they come, some at the end."""

    def add(self, alert: Alert) -> None: ...

    def end(self) -> None: ...


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
            self.terminal.result(f"{self.writer.block(alert)}\n")

    def end(self) -> None:
        for block in self.groups.blocks() if self.groups is not None else ():
            self.terminal.result(f"{block}\n")
        for line in self.summary.lines(self.writer):
            self.terminal.result(line)


def _output(terminal: Terminal, form: str, group_by: str | None, catalog: Catalog) -> _Output:
    if form == "jsonl":
        return _Lines(terminal, Alert.as_json)
    if form == "csv":
        terminal.result(csv.header())
        return _Lines(terminal, csv.row)
    writer = Writer(catalog, lambda text, level: terminal.style(text, _COLORS[level]))
    return _Text(terminal, writer, Groups(GroupBy(group_by), writer) if group_by else None)


def _summary(terminal: Terminal, notes: Rejects, tally: Tally) -> None:
    notes.summary(tally)
    if tally.passed_over:
        terminal.note(f"passed over: {tally.passed_over:,} lines that no rule can be about")
    terminal.note(f"alerts: {sum(tally.alerts.values()):,}")
