"""``okta-access test``: proves rules on fixtures, generated events and engines."""

from __future__ import annotations

from pathlib import Path

import click

from okta_access.api.proving import prove_rules
from okta_access.cli import options
from okta_access.cli.proving import proving
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.prove.oracles.registry import ENGINES
from okta_access.prove.reports import json, junit, text
from okta_access.prove.run import DEFAULT_EXAMPLES

_FORMATS = {"json": json.render, "junit": junit.render}


@click.command("test", short_help="Prove rules on fixtures, generated events and mutants.")
@options.paths
@options.catalog
@options.packs
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
@options.proving_jobs
@click.option("--format", "form", type=click.Choice(["text", *_FORMATS]), default="text")
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
    engines: tuple[str, ...],
    seed: int,
    examples: int,
    allow_missing_fixtures: bool,
    jobs: int,
    form: str,
) -> int:
    """Prove rules: fixtures, events that match by construction, near misses and all the rest.

    Each rule is judged as it is written, with the lists of its fixture or else of the settings
    filled in; filters, levels and thresholds of the settings play no part. Generated events show
    that a rule does what it says; that it says what was meant is the fixtures' part.

    Exit codes: 0 all passed, 1 something failed, 2 an input or an engine was missing.
    """
    rules = open_rules(terminal, paths, catalog_files, settings_file, extend=False, packs=packs)
    report = prove_rules(
        rules,
        seed=seed,
        examples=examples,
        allow_missing_fixtures=allow_missing_fixtures,
        engines=engines,
        watch=proving(terminal),
        jobs=jobs,
    )
    if form == "text":
        for line in text.lines(report):
            terminal.result(terminal.painted(line))
    else:
        terminal.result(_FORMATS[form](report), newline=False)
        terminal.note(text.summary(report))
    return exit_code(rules) or int(bool(report.failed))


def _colored(terminal: Terminal, line: str) -> str:
    word, blank, rest = line.partition(" ")
    color = {"ok": "green", "FAILED": "red"}.get(word)
    return f"{terminal.style(word, color)}{blank}{rest}" if color else line
