"""``okta-access assumptions``: what a log says of the facts that rules take for granted."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import click

from okta_access.api.rulebook import RuleBook
from okta_access.assumptions.answers import LogCount
from okta_access.assumptions.plan import plan_rules
from okta_access.backtest.days import Counts, tabulated
from okta_access.backtest.files import Replay
from okta_access.backtest.selection import select
from okta_access.catalog.model import Family
from okta_access.cli import options
from okta_access.cli.logs import LogNotes
from okta_access.cli.rule_plans import LogReport, as_json, as_settings, as_text, is_planned
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span
from okta_access.logs.events import read_events
from okta_access.rules.model import Level
from okta_access.rules.settings.files import SETTINGS_FILE
from okta_access.scan.tally import TimeRange


@click.command("assumptions", short_help="Say which rules a log lets you enable.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.rules
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--write",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Write the plan as settings, for example to {SETTINGS_FILE}.",
)
@click.option("--force", is_flag=True, help="Let --write replace a file that is there.")
@options.catalog
@options.packs
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    files: tuple[str, ...],
    paths: tuple[Path, ...],
    form: str,
    target: Path | None,
    force: bool,
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
) -> int:
    """Say which assumptions a log upholds, contradicts or does not show, and plan each rule by it.

    FILE is a log as for scan. Give it some weeks, and the events of all types: sign-ins show
    where people really are.

    The plan says of each rule: enable it (all that it rests on is upheld), try it (not all is
    shown, nothing is contradicted) or wait; what would have raised more than one alert a day on
    this log waits in any case. Rules that the settings switch off are counted too, and planned
    only where all that they rest on is upheld.
    """
    if target is not None and not force and target.exists():
        raise InputError("is there already", span=Span.whole(str(target)), hint="--force")
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    notes = LogNotes(terminal)
    log, counts = _counted(files, rules, notes)
    means = {row.rule: counts.mean(row.total) for row in counts.rows}
    answers = log.answers()
    plan = plan_rules(
        rules.tuned.shipped,
        answers,
        {rule: mean for rule, mean in means.items() if mean is not None},
        {one.rule: one.reason for one in rules.off if not is_planned(one.reason)},
    )
    types = {
        name: (name in log.types, one.seen_live is not None)
        for name, one in rules.catalog.events.items()
        if one.family is not Family.OTHER
    }
    report = LogReport(log.events, len(counts.days), types, answers, plan)
    if form == "json":
        terminal.result(as_json(report))
    else:
        for line in as_text(report, terminal.style):
            terminal.result(line)
    if target is not None:
        target.write_text(as_settings(report), "utf-8")
        terminal.note(f"wrote {target}")
    return max(exit_code(rules), notes.exit_code())


def _counted(files: tuple[str, ...], rules: RuleBook, notes: LogNotes) -> tuple[LogCount, Counts]:
    """The ledger's figures and the alerts a day of all rules that could run, in one reading."""
    chosen = select(rules.tuned, Level.LOW, None, include_off=True)
    notes.on_empty_folders(files)
    log, past = LogCount(rules.catalog), Replay([chosen], rules.catalog, TimeRange())
    for place, event in read_events(files, notes.on_reject, notes.on_missing):
        if past.span.file != place.file:
            past.next_file(place.file)
        log.add(event)
        deque(past.add(event, place.line), maxlen=0)
    deque(past.finish(), maxlen=0)
    notes.summary(past.tally)
    return log, tabulated(past.alerts[0], chosen.rules, past.span.covered, off=chosen.off)
