"""``okta-access test``: proves rules on fixtures, generated events and engines."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from okta_access import __version__
from okta_access.cli import options
from okta_access.cli.session import open_session
from okta_access.cli.terminal import Terminal
from okta_access.compile.model import Job
from okta_access.prove.evidence import Report
from okta_access.prove.oracles.base import Oracle
from okta_access.prove.oracles.registry import ENGINES, open_engine, shown
from okta_access.prove.reports import json, junit, text
from okta_access.prove.run import DEFAULT_EXAMPLES, Options, prove
from okta_access.rules.settings.tuning import as_written

_FORMATS = {"json": json.render, "junit": junit.render}


@click.command("test")
@options.paths
@options.catalog
@options.settings
@click.option(
    "--engine",
    "engines",
    multiple=True,
    metavar="NAME=ADDRESS",
    help=f"Ask another judge too: {', '.join(ENGINES)} (may be repeated).",
)
@click.option("--seed", type=int, default=0, help="Another seed, other events; 0 without this.")
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=DEFAULT_EXAMPLES,
    help=f"Events of each main kind, or histories; {DEFAULT_EXAMPLES} without this.",
)
@click.option(
    "--allow-missing-fixtures", is_flag=True, help="A rule without a fixture does not fail."
)
@click.option("--format", "form", type=click.Choice(["text", *_FORMATS]), default="text")
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
    engines: tuple[str, ...],
    seed: int,
    examples: int,
    allow_missing_fixtures: bool,
    form: str,
) -> int:
    """Prove rules: fixtures, events that match by construction, near misses and all the rest.

    Each rule is judged as it is written, with the lists of its fixture or else of the settings
    filled in; filters, levels and thresholds of the settings play no part. Generated events show
    that a rule does what it says; that it says what was meant is the fixtures' part.

    Exit codes: 0 all passed, 1 something failed, 2 an input or an engine was missing.
    """
    session = open_session(terminal, paths, catalog_files, settings_file)
    rules = as_written(session.rules, session.settings, session.catalog)
    job = Job(rules, session.settings, session.catalog, __version__)
    chosen = Options(seed, examples, allow_missing_fixtures)
    with ExitStack() as stack:
        oracles: list[Oracle] = []
        for spec in engines:
            oracles += stack.enter_context(open_engine(spec, job))
        proven = prove(rules, session.catalog, chosen, oracles)
        if terminal.progress():
            length = len(rules.all_rules)
            proven = stack.enter_context(
                click.progressbar(proven, length, "proving", file=sys.stderr)
            )
        found = tuple(proven)
        versions = tuple((oracle.name, oracle.version) for oracle in oracles)
    asked = tuple(map(shown, engines))
    report = Report(seed, examples, found, versions, asked)
    if form == "text":
        for line in text.lines(report):
            terminal.result(terminal.painted(line))
    else:
        terminal.result(_FORMATS[form](report), newline=False)
        terminal.note(text.summary(report))
    return session.exit_code or int(bool(report.failed))
