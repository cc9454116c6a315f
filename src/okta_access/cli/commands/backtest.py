"""``okta-access backtest``: alerts a day per rule, over exported logs or on a cluster."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import click

from okta_access.backtest import reports
from okta_access.backtest.compare import Differences
from okta_access.backtest.days import AlertDays, Covered, tabulated
from okta_access.backtest.expectations import FORM, Bound, bounds, expectation, judged
from okta_access.backtest.files import Replay
from okta_access.backtest.plan import Plan, comparison, plan, tables
from okta_access.backtest.report import Report
from okta_access.backtest.reports import text
from okta_access.backtest.selection import Version
from okta_access.backtest.sparkline import BLOCKS
from okta_access.catalog.model import Catalog
from okta_access.cli import options
from okta_access.cli.cluster import Remote, cluster_options, count, not_counted
from okta_access.cli.logs import progress_over
from okta_access.cli.rejects import Rejects
from okta_access.cli.session import Session, open_session
from okta_access.cli.terminal import Terminal
from okta_access.logs.envelopes import Envelope
from okta_access.logs.events import log_files
from okta_access.logs.reading import Meter, Reading
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.rules.settings.tuning import Tuned
from okta_access.scan.tally import TimeRange

_FORMATS = ("csv", "json", "html", "junit")
_PIPED = (130, 24)  # columns and lines where there is no terminal: a month has a mark for each day
_COLORS = {
    "critical": "magenta",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
    "ok": "green",
    "FAILED": "red",
}


@click.command("backtest")
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
    default=10,
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
    asked = [expectation(one) for one in expected]
    session = open_session(terminal, paths, catalog_files, settings_file)
    other: Session | None = None
    if compares:
        terminal.note("compared with:")
        older = against_settings or settings_file
        other = open_session(terminal, against or paths, catalog_files, older)
    lowest = Level(level) if level else Level.INFORMATIONAL if names else Level.LOW
    planned = plan(
        _rules(session), _rules(other) if other else None, lowest, names, include_off=include_off
    )
    limits = bounds(asked, planned.now)

    range_ = TimeRange(since, until)
    if remote is not None:
        return _on_cluster(terminal, session, planned.now, limits, range_, remote, form)
    notes = Rejects(terminal, None, files)
    differences = Differences(planned.rules, changes) if planned.compares else None
    alerts, covered = _over_files(
        terminal, files, planned, session.catalog, range_, envelope, notes, differences
    )
    counts = tables(planned, alerts, covered)
    compared = comparison(planned, counts, differences) if differences else None
    verdicts = [judged(one, counts[-1]) for one in limits]
    if compared and fail_on_change:
        verdicts.append(compared.verdict)
    report = Report(counts[-1], tuple(verdicts), compared, _named(against, against_settings))
    _show(terminal, report, form)
    codes = [session.exit_code, notes.exit_code(), int(bool(report.exceeded))]
    return max(codes if other is None else (*codes, other.exit_code))


def _check(files: tuple[str, ...], remote: Remote | None, *, compares: bool) -> None:
    if bool(files) is (remote is not None):
        raise click.UsageError("name log files, or a cluster with --elasticsearch, and not both")
    if remote is not None and compares:
        raise click.UsageError("a cluster gives counts, and no alerts to compare: name log files")


def _on_cluster(
    terminal: Terminal,
    session: Session,
    version: Version,
    limits: Sequence[Bound],
    range_: TimeRange,
    remote: Remote,
    form: str,
) -> int:
    """Count on a cluster and show it; rules that could not be counted have no row."""
    found = count(terminal, session, version.chosen, range_, remote)
    counted, level = found.counts.rules, version.chosen.level
    counts = tabulated(
        found.counts.alerts, counted, found.covered, level=level, off=version.chosen.off
    )
    verdicts = [not_counted(one, found.counts.left_out) or judged(one, counts) for one in limits]
    report = Report(counts, tuple(verdicts))
    _show(terminal, report, form)
    return max(session.exit_code, found.exit_code, int(bool(report.exceeded)))


def _rules(session: Session) -> tuple[RuleSet, Tuned]:
    return session.rules, session.tuned


def _over_files(
    terminal: Terminal,
    files: tuple[str, ...],
    planned: Plan,
    catalog: Catalog,
    range_: TimeRange,
    envelope: str,
    notes: Rejects,
    differences: Differences | None,
) -> tuple[tuple[AlertDays, ...], Covered]:
    """The alerts of each version over log files, and the days that these cover."""
    past = Replay([version.chosen for version in planned.versions], catalog, range_, differences)
    meter = Meter() if terminal.progress() else None
    with ExitStack() as stack:
        if meter is not None:
            notes.away = stack.enter_context(progress_over(log_files(files), meter, past.tally))
        notes.on_empty_folders(files)
        reading = Reading(Envelope(envelope), catalog, meter, notes.on_note)
        past.read(files, notes.on_reject, notes.on_missing, reading=reading)
    notes.summary(past.tally)
    terminal.note(str(past.span))
    return past.alerts, past.span.covered


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
        word, blank, rest = line.partition(" ")
        color = _COLORS.get(word)
        told = f"{terminal.style(word, color)}{blank}{rest}" if color else line
        _write(terminal, f"{told}\n", encoding)


def _write(terminal: Terminal, text_: str, encoding: str) -> None:
    """Print; what the encoding of stdout lacks is escaped, be it in the name of a rule's file."""
    terminal.result(text_.encode(encoding, "backslashreplace").decode(encoding), newline=False)


def _takes(encoding: str, sample: str) -> bool:
    try:
        sample.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
