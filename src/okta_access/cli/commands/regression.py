"""``okta-access regression``: rules and fixtures as SigmaHQ's repository keeps them."""

from __future__ import annotations

from pathlib import Path

import click

from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.prove.regression import regression_files


@click.command(
    "regression", short_help="Write rules and fixtures in the form of SigmaHQ's repository."
)
@options.paths
@options.catalog
@options.packs
@options.settings
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="A checkout of SigmaHQ's repository, or a folder to lay over one.",
)
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
    output: Path,
) -> int:
    """Write event rules with their fixtures in SigmaHQ's form, to offer them there.

    Correlations, rules that serve these alone and rules with placeholders are left out: the form
    has no place for them.
    """
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    files = regression_files(rules.loaded.rules, rules.catalog)
    for path, data in files.items():
        target = output / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    terminal.note(f"written: {len(files)} files in {output}")
    return exit_code(rules)
