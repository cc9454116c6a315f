"""``okta-access scan``: evaluate logs on this machine."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import tzinfo
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from okta_access.cli import options
from okta_access.cli.follow import check_follow, follow_stream, lateness_of
from okta_access.cli.logs import progress_over
from okta_access.cli.output import output_for
from okta_access.cli.rejects import Rejects
from okta_access.cli.session import exit_code as code_of
from okta_access.cli.session import open_rules
from okta_access.cli.terminal import Terminal
from okta_access.cli.times import zone_of
from okta_access.logs.envelopes import Envelope
from okta_access.logs.events import log_files
from okta_access.logs.reading import Meter, Reading
from okta_access.rules.model import Level
from okta_access.scan.alert_schema import schema_text
from okta_access.scan.engine import Scan
from okta_access.scan.reports.groups import GroupBy
from okta_access.scan.run import scan_files
from okta_access.scan.tally import Tally, TimeRange

if TYPE_CHECKING:
    from okta_access.cli.case_report import CaseReport


def _print_schema(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        terminal: Terminal = context.obj
        terminal.result(schema_text(), newline=False)
        context.exit()


@click.command("scan", short_help="Evaluate log files, or follow a stream.")
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
@click.option(
    "--sort",
    type=click.Choice(["time", "input"]),
    help="The order of alerts: by time, once all is read, or as the log has them. Text is by time, "
    "jsonl, csv and a followed stream as the log has them, without this.",
)
@click.option(
    "--timezone",
    "zone",
    callback=zone_of,
    is_eager=True,
    metavar="ZONE",
    help="The zone of times in text and of --since and --until, such as Europe/Vienna; UTC "
    "without this.",
)
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of an alert, and exit.",
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
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page (HTML) to hand over: the story, a timeline, what each alert shows and what "
    "not. It reads the logs once more.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Processes that read long files of JSON Lines; the alerts are the same. 1 without this.",
)
@click.option(
    "--follow",
    is_flag=True,
    help="Follow a stream (- or a named pipe) of JSON Lines: alerts are told as events arrive.",
)
@click.option(
    "--lateness",
    callback=lateness_of,
    metavar="TIME",
    help="With --follow, how late an event may come and count in correlations; 5m without this.",
)
@click.option("--strict", is_flag=True, help="Decode every line, also what no rule can be about.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where there is an alert.")
@options.catalog
@options.packs
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
    sort: str | None,
    zone: tzinfo,
    envelope: str,
    since: int | None,
    until: int | None,
    rejects_file: Path | None,
    report_file: Path | None,
    strict: bool,
    jobs: int,
    follow: bool,
    lateness: int | None,
    exit_code: bool,
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
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
    tail -n +1 -F system.log | okta-access scan --follow - --format jsonl
    """
    check_follow(
        files,
        follow=follow,
        lateness=lateness,
        group_by=group_by,
        sort=sort,
        jobs=jobs,
        report=report_file,
    )
    by_time = sort == "time" or (sort is None and form == "text" and not follow)
    if group_by is not None and form != "text":
        raise click.UsageError("--group-by is for --format text")
    if group_by is not None and sort is not None:
        raise click.UsageError("--sort is for alerts one by one, and --group-by folds them")
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    scan = Scan(rules.tuned.in_force, rules.catalog, Level(level), TimeRange(since, until))
    logs = log_files(files)
    output = output_for(terminal, form, group_by, rules.catalog, sort=by_time, zone=zone)
    meter = Meter() if terminal.progress() and not follow else None
    pages = () if report_file is None else (_page(terminal, report_file, logs),)
    notes = Rejects(terminal, rejects_file, logs)
    notes.on_empty_folders(files)
    reading = Reading(Envelope(envelope), rules.catalog, meter, notes.on_note)
    found = scan_files(
        scan, logs, notes.on_reject, notes.on_missing, reading=reading, strict=strict, jobs=jobs
    )
    stopped = False
    with ExitStack() as unfinished:
        for page in pages:
            unfinished.enter_context(page)
        try:
            with ExitStack() as stack:
                stack.enter_context(notes)
                if meter is not None:
                    notes.away = stack.enter_context(progress_over(logs, meter, scan.tally))
                if follow:
                    stopped = follow_stream(
                        terminal, scan, files[0], lateness, output.add, notes, reading
                    )
                for alert in () if follow else found:
                    with notes.away():
                        output.add(alert)
                    for page in pages:
                        page.add(alert)
            output.end()
            _summary(terminal, notes, scan.tally)
            if not any(rule.meta.level.rank >= Level(level).rank for rule in rules.rules):
                terminal.warning(
                    f"no rule in force is of level {level} or above: nothing was looked for"
                )
            _never_seen(terminal, scan, level)
        except KeyboardInterrupt:
            output.end()
            _summary(terminal, notes, scan.tally)
            terminal.note("interrupted: the rest was not read, and correlations were not judged")
            raise
        for page in pages:
            again = Reading(Envelope(envelope), rules.catalog)
            page.finish(rules, logs, again, notes, scan, zone)
    if stopped:
        raise KeyboardInterrupt
    alerted = exit_code and bool(scan.tally.alerts)
    code = max(notes.exit_code(), code_of(rules), *(page.exit_code() for page in pages))
    return code or int(alerted)


def _page(terminal: Terminal, path: Path, logs: tuple[str, ...]) -> CaseReport:
    """What only a report needs is imported for a report alone: a scan starts sooner without."""
    report: type[CaseReport] = import_module("okta_access.cli.case_report").CaseReport
    return report(terminal, path, logs)


def _never_seen(terminal: Terminal, scan: Scan, level: str) -> None:
    """Name the fields without which rules are silent: no alert is then no comfort."""
    if scan.tally.passed_over + scan.tally.others and not scan.tally.events:
        terminal.warning(
            "this log holds no event of a type that a rule in force is about,"
            f" of level {level} or above"
        )
    never = scan.never_seen()
    if scan.tally.events and never:
        named = ", ".join(f"{path} ({_count(rules)})" for path, rules in never.items())
        terminal.warning(f"fields that rules read and no event of this log held: {named}")


def _count(rules: tuple[str, ...]) -> str:
    return rules[0] if len(rules) == 1 else f"{len(rules)} rules"


def _summary(terminal: Terminal, notes: Rejects, tally: Tally) -> None:
    notes.summary(tally)
    if tally.passed_over:
        terminal.note(f"not decoded: {tally.passed_over:,} lines of others (--strict decodes all)")
    terminal.note(f"alerts: {sum(tally.alerts.values()):,}")
