"""``okta-access backtest``: alerts a day per rule, over exported logs or on a cluster."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import click

from okta_access.api.backtesting import CHANGES, Backtest, set_up
from okta_access.backtest import reports
from okta_access.backtest.expectations import FORM, expectation
from okta_access.backtest.report import Report
from okta_access.backtest.reports import text
from okta_access.backtest.sparkline import BLOCKS
from okta_access.cli import options
from okta_access.cli.cluster import Remote, cluster_options, counted
from okta_access.cli.logs import progress_over
from okta_access.cli.rejects import Rejects
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.logs.envelopes import Envelope
from okta_access.logs.events import log_files
from okta_access.logs.reading import Meter, Reading
from okta_access.rules.model import Level
from okta_access.scan.tally import TimeRange

_FORMATS = ("csv", "json", "html", "junit")
_PIPED = (130, 24)  # columns and lines where there is no terminal: a month has a mark for each day


@click.command("backtest", short_help="Count alerts a day per rule over past logs.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@options.rules
@click.option(
    "--rule",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only the rule of this name, of any level (may be repeated).",
)
@click.option("--include-off", is_flag=True, help="Also rules that are off; they are marked so.")
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help="The lowest level to count; low, or with --rule all.",
)
@options.envelope
@options.since
@options.until
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Compare with the rules of this file or folder (may be repeated).",
)
@click.option(
    "--against-settings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with these settings, on the same rules where --against is not given.",
)
@click.option(
    "--changes",
    type=click.IntRange(min=0),
    default=CHANGES,
    show_default=True,
    help="So many new, lost and moved alerts are listed per rule; all are counted.",
)
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 where any alert differs.")
@click.option(
    "--expect",
    "expected",
    multiple=True,
    metavar="NAME=NUMBER",
    help=f"At most so many alerts: {FORM} (may be repeated).",
)
@click.option("--format", "form", type=click.Choice(["text", *_FORMATS]), default="text")
@options.catalog
@options.packs
@options.settings
@cluster_options
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    files: tuple[str, ...],
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    include_off: bool,
    level: str | None,
    envelope: str,
    since: int | None,
    until: int | None,
    against: tuple[Path, ...],
    against_settings: Path | None,
    changes: int,
    fail_on_change: bool,
    expected: tuple[str, ...],
    form: str,
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
    remote: Remote | None,
) -> int:
    """Count alerts a day per rule over past logs, to know what a rule costs before it is on.

    FILE is a log as for scan. Days are UTC days, from the first event of the log to the last, or
    from --since and up to --until; days without an alert count.

    --expect holds the counts to a bound: NAME is a level or `all` (the rules of it together), a
    rule, or `each` (every rule that is not named, on its own). NUMBER is a mean a day, or with
    /week a week; with /busiest it is for any one day.

    With --against or --against-settings the same log is judged by an older version too, and the
    alerts that are new, lost or moved (told at another time) are listed with their events. A rule
    is the same rule by its id, else by its name.

    With --elasticsearch there is no FILE: the compiled queries are counted on a cluster, over the
    last 30 whole days if neither --since nor --until is given.

    \b
    okta-access backtest export.jsonl.gz --expect high=1/week --expect each=1
    okta-access backtest export.jsonl.gz --rule okta_access_request_failure --include-off
    okta-access backtest export.jsonl.gz --against ../main/rules --format html > change.html

    Exit codes: 0 done; 1 an expectation is exceeded, an alert differs with --fail-on-change, a
    line is unreadable or a rule is broken; 2 could not run, or an input was missing.
    """
    compares = bool(against or against_settings)
    _check(files, remote, compares=compares)
    if fail_on_change and not compares:
        raise click.UsageError("--fail-on-change needs --against or --against-settings")
    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since is not before --until")
    for one in expected:
        expectation(one)
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    code, older = exit_code(rules), None
    if compares:
        terminal.note("compared with:")
        older = open_rules(
            terminal,
            against or paths,
            catalog_files,
            against_settings or settings_file,
            extend=not paths,
            packs=packs,
        )
        code = max(code, exit_code(older))
    made = set_up(
        rules,
        names=names,
        level=Level(level) if level else None,
        include_off=include_off,
        expect=expected,
        against=older,
        against_name=_named(against, against_settings),
        changes=changes,
        fail_on_change=fail_on_change,
    )
    range_ = TimeRange(since, until)
    if remote is not None:
        report, left_out = counted(terminal, made, range_, remote)
        found = 2 if left_out else 0
    else:
        report, found = _over_files(terminal, made, files, range_, envelope)
    _show(terminal, report, form)
    return max(code, found, int(bool(report.exceeded)))


def _check(files: tuple[str, ...], remote: Remote | None, *, compares: bool) -> None:
    if bool(files) is (remote is not None):
        raise click.UsageError("name log files, or a cluster with --elasticsearch, and not both")
    if remote is not None and compares:
        raise click.UsageError("a cluster gives counts, and no alerts to compare: name log files")


def _over_files(
    terminal: Terminal, made: Backtest, files: tuple[str, ...], range_: TimeRange, envelope: str
) -> tuple[Report, int]:
    """The report on log files, and the exit code that the reading of them calls for."""
    notes = Rejects(terminal, None, files)
    past = made.over(range_)
    meter = Meter() if terminal.progress() else None
    with ExitStack() as stack:
        if meter is not None:
            notes.away = stack.enter_context(progress_over(log_files(files), meter, past.tally))
        notes.on_empty_folders(files)
        reading = Reading(Envelope(envelope), made.rules.catalog, meter, notes.on_note)
        past.read(files, notes.on_reject, notes.on_missing, reading=reading)
    notes.summary(past.tally)
    terminal.note(str(past.span))
    return made.report(past), notes.exit_code()


def _named(against: tuple[Path, ...], settings: Path | None) -> str:
    """What the comparison is with."""
    rules = ", ".join(map(str, against)) or "the same rules"
    return f"{rules} with {settings}" if settings else rules


def _show(terminal: Terminal, report: Report, form: str) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if form != "text":
        render: Callable[[Report], str] = import_module(f"{reports.__name__}.{form}").render
        _write(terminal, render(report), encoding)
        for verdict in report.exceeded:
            terminal.error(str(verdict))
        return
    columns = shutil.get_terminal_size(_PIPED).columns
    for line in text.lines(report, columns=columns, ascii_only=not _takes(encoding, BLOCKS)):
        _write(terminal, f"{terminal.painted(line)}\n", encoding)


def _write(terminal: Terminal, text_: str, encoding: str) -> None:
    """Print; what the encoding of stdout lacks is escaped, be it in the name of a rule's file."""
    terminal.result(text_.encode(encoding, "backslashreplace").decode(encoding), newline=False)


def _takes(encoding: str, sample: str) -> bool:
    try:
        sample.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
