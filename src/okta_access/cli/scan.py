"""``okta-access scan``: evaluate logs on this machine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from okta_access.cli import options
from okta_access.cli.session import Session, open_session
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError
from okta_access.rules.model import Level
from okta_access.scan.alerts import KEYS, Alert
from okta_access.scan.engine import NAMED, Scan, TimeRange
from okta_access.scan.run import Reject, scan_files

_COLORS = {"critical": "magenta", "high": "red", "medium": "yellow", "low": "cyan"}


def _time(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """A point in time, in microseconds since 1970."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("expected a time such as 2026-01-31T08:00:00Z") from error
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000_000)


@click.command("scan")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--rules",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A rule file or folder (may be repeated); default: ./rules, else the packaged rules.",
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    default=Level.LOW.value,
    show_default=True,
    help="The lowest level to report; audit rules are informational.",
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text")
@click.option("--since", callback=_time, metavar="TIME", help="Only events from this time on.")
@click.option("--until", callback=_time, metavar="TIME", help="Only events before this time.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep what is no event in this file, as JSON Lines: file, line, reason, data.",
)
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
    since: int | None,
    until: int | None,
    rejects: Path | None,
    exit_code: bool,
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Evaluate log files (JSON Lines, a JSON array, gzip or zstd; - is stdin).

    Alerts go to stdout; what happened, and every line that is no event, to stderr.
    """
    session = open_session(terminal, paths, catalog_files, settings_file)
    scan = Scan(session.tuned.in_force, session.catalog, Level(level), TimeRange(since, until))
    report = _Report(terminal, session, scan)
    with ExitStack() as stack:
        if rejects is not None:
            report.keep = stack.enter_context(rejects.open("w", encoding="utf-8"))
        write = _writer(terminal, form)
        for alert in scan_files(scan, files, report.rejected, report.missing):
            write(alert)
    report.summary()
    return report.exit_code(alerts_count=exit_code)


def _writer(terminal: Terminal, form: str) -> Callable[[Alert], None]:
    if form == "jsonl":
        return lambda alert: terminal.result(alert.as_json())
    if form == "csv":
        terminal.result(_csv_line(KEYS))
        return lambda alert: terminal.result(_csv_line(_csv_values(alert)))
    return lambda alert: terminal.result(_as_text(alert, terminal))


def _as_text(alert: Alert, terminal: Terminal) -> str:
    level = terminal.style(f"{alert.level:<8}", _COLORS.get(alert.level, "white"))
    details = "  ".join(f"{name}: {_printable(value)}" for name, value in alert.details)
    when = alert.when or "(no readable time)".ljust(24)
    first = f"{when}  {level}  {alert.meta.title}  [{alert.meta.name}]"
    places = ", ".join(map(str, alert.source[:3])) + (", …" if len(alert.source) > 3 else "")
    return f"{first}\n    {details}\n    {places}"


def _printable(text: str) -> str:
    """A value out of a log on a terminal: control characters are shown, never sent."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _csv_values(alert: Alert) -> list[str]:
    values = alert.as_dict().values()
    return [v if isinstance(v, str) else "" if v is None else json.dumps(v) for v in values]


def _csv_line(values: list[str] | tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


class _Report:
    """What a scan tells on stderr, and the exit code it comes to."""

    def __init__(self, terminal: Terminal, session: Session, scan: Scan) -> None:
        self.terminal = terminal
        self.session = session
        self.scan = scan
        self.keep: TextIO | None = None
        self.rejects = 0
        self.missing_inputs = 0

    def rejected(self, reject: Reject) -> None:
        """Name a record that is no event, up to a bound; keep it where the user asked to."""
        self.rejects += 1
        if self.rejects <= NAMED:
            self.terminal.error(str(reject))
        if self.keep is not None:
            row = {
                "file": reject.place.file,
                "line": reject.place.line,
                "reason": reject.reason,
                "data": reject.data.decode("utf-8", "backslashreplace"),
            }
            self.keep.write(json.dumps(row) + "\n")

    def missing(self, error: InputError) -> None:
        """Name a file that could not be read."""
        self.missing_inputs += 1
        self.terminal.error(str(error))

    def summary(self) -> None:
        """Counts, and what the user should know about the data."""
        tally = self.scan.tally
        if self.rejects > NAMED:
            more = self.rejects - NAMED
            self.terminal.error(f"{more} more lines are no events; --rejects FILE keeps them all")
        for wrong, count in sorted(tally.wrong_types.items()):
            self.terminal.warning(
                f"{wrong.field}: expected {wrong.expected}, found {wrong.found} "
                f"({_count(count, 'event')}); evaluated all the same"
            )
        if tally.untimed:
            self.terminal.warning(
                f"{_count(tally.untimed, 'event')} without a readable `published` took no part in "
                f"correlations: {', '.join(map(str, tally.untimed_places))}"
                + (", …" if tally.untimed > len(tally.untimed_places) else "")
            )
        self.terminal.note(
            f"scanned: {_count(tally.events, 'event')}, {self.rejects} unreadable"
            + (f", {tally.outside_range} outside the time range" if tally.outside_range else "")
        )
        total = sum(tally.alerts.values())
        self.terminal.note(f"alerts: {total}")
        rows = sorted(tally.alerts.items(), key=lambda row: (-row[0][0].rank, row[0][1]))
        for (level, rule), count in rows:
            self.terminal.note(f"  {count:>6}  {level:<13}  {rule}")

    def exit_code(self, *, alerts_count: bool) -> int:
        """2 where an input was missing, 1 for unreadable lines or broken rules, else 0."""
        if self.missing_inputs or self.session.exit_code == 2:
            return 2
        alerted = alerts_count and bool(self.scan.tally.alerts)
        return 1 if self.rejects or alerted else self.session.exit_code


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
