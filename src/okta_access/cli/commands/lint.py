"""``okta-access lint``: checks rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from okta_access.cli import options
from okta_access.cli.linting import Asked, lint, lint_and_watch
from okta_access.cli.loaded import default_paths
from okta_access.cli.terminal import Terminal
from okta_access.content import default_rules, rules_dir
from okta_access.lint.findings import Severity
from okta_access.lint.formats import formats

_FILE = click.Path(path_type=Path, dir_okay=False)


def _explain(ctx: click.Context, parameter: click.Parameter, code: str | None) -> None:
    """Print the documentation of a code and stop."""
    if code is None or ctx.resilient_parsing:
        return
    from okta_access.lint.registry import all_checks
    from okta_access.lint.suggest import did_you_mean

    check = all_checks().get(code.upper())
    if check is None:
        hint = did_you_mean(code.upper(), all_checks()) or "all are listed by lint --codes"
        raise click.BadParameter(f"there is no code {code}; {hint}", ctx, parameter)
    click.echo(f"{check.code} ({check.severity}): {check.title}\n\n{check.documentation}")
    ctx.exit()


def _codes(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Print the table of codes and stop."""
    del parameter
    if not asked or ctx.resilient_parsing:
        return
    from okta_access.lint.tables import codes_table

    click.echo(codes_table(), nl=False)
    ctx.exit()


@click.command("lint", short_help="Check rules and settings for errors, and say what was meant.")
@options.paths
@options.catalog
@options.packs
@options.settings
@click.option(
    "--format",
    "form",
    type=click.Choice(formats()),
    help="How to report. full shows the source and is for a terminal, concise is a line a finding "
    "(path:line:col: severity CODE message) and is for anything else.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Report only these: codes or their beginnings, with commas (may be repeated).",
)
@click.option(
    "--ignore", multiple=True, metavar="CODES", help="Do not report these; the longer prefix wins."
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.ERROR.value,
    help="The least severity that makes the exit code 1; error without this option.",
)
@click.option(
    "--baseline",
    type=_FILE,
    metavar="FILE",
    help="Report only what is not in this file, and say what in it is stale.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found to the --baseline.")
@click.option("--statistics", is_flag=True, help="Report how often each code was found instead.")
@click.option("--watch", is_flag=True, help="Stay, and check again whenever a file changes.")
@click.option(
    "--explain",
    metavar="CODE",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Print what a code means, with examples, and stop.",
)
@click.option(
    "--codes",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_codes,
    help="Print a table of all codes, and stop.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Correct what leaves no choice (a name's case, a missing quote), then report the rest.",
)
@click.pass_obj
def command(
    terminal: Terminal, /, *, paths: tuple[Path, ...], fix: bool, watch: bool, **given: Any
) -> int:
    """Check rules and settings: files, structure, catalogue, meaning, metadata, tests.

    A comment `# okta-access: ignore OA206 -- reason` on a line, or on the line above, answers a
    finding.

    Exit codes: 0 no finding of that severity, 1 findings, 2 an input was missing.
    """
    if fix and not paths and default_rules() == rules_dir():
        raise click.UsageError("--fix needs a PATH: the packaged rules are not yours to change")
    if given["write_baseline"] and given["baseline"] is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    if watch and fix:
        raise click.UsageError("--watch and --fix exclude each other: both would write the files")
    asked = Asked(paths or default_paths(), fix=fix, extend=not paths, **given)
    return lint_and_watch(asked, terminal) if watch else lint(asked, terminal)
