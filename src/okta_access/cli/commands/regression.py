"""``okta-access regression``: rules and fixtures as SigmaHQ's repository keeps them."""

from __future__ import annotations

from pathlib import Path

import click

from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.prove.regression import regression_files


@click.command("regression")
@options.paths
@options.catalog
@options.settings
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
    output: Path,
) -> int:
    """Write event rules with their fixtures as regression tests of SigmaHQ's form.

    The folder can be laid over a checkout of SigmaHQ's repository. Correlations and rules with
    placeholders are left out: that form has no place for them.
    """
    rules = open_rules(terminal, paths, catalog_files, settings_file)
    files = regression_files(rules.loaded.rules, rules.catalog)
    for path, data in files.items():
        target = output / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    terminal.note(f"written: {len(files)} files in {output}")
    return exit_code(rules)
