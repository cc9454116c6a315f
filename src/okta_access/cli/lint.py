"""``okta-access lint``: checks rules."""

from __future__ import annotations

from pathlib import Path

import click

from okta_access.catalog.load import load_catalog
from okta_access.cli import options
from okta_access.cli.session import read_rules
from okta_access.cli.terminal import Terminal
from okta_access.content import rules_dir
from okta_access.lint.engine import Result, run_checks
from okta_access.lint.findings import Severity
from okta_access.lint.fixes import rewrite
from okta_access.lint.formats import formats, renderer
from okta_access.lint.registry import all_checks
from okta_access.lint.reports import text
from okta_access.lint.suggest import did_you_mean
from okta_access.rules.collection import default_rules, load_rules

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def _explain(ctx: click.Context, parameter: click.Parameter, code: str | None) -> None:
    """Print the documentation of a code and stop."""
    if code is None or ctx.resilient_parsing:
        return
    check = all_checks().get(code.upper())
    if check is None:
        hint = did_you_mean(code.upper(), all_checks()) or f"known are {', '.join(all_checks())}"
        raise click.BadParameter(f"there is no code {code}; {hint}", ctx, parameter)
    click.echo(f"{check.code} ({check.severity}): {check.title}\n\n{check.documentation}")
    ctx.exit()


@click.command("lint")
@options.paths
@options.catalog
@click.option(
    "--format",
    "form",
    type=click.Choice(formats()),
    default="text",
    help="How to report; text is path:line:col: severity CODE message.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.ERROR.value,
    help="The least severity that makes the exit code 1; error without this option.",
)
@click.option(
    "--explain",
    metavar="CODE",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Print what a code means, with examples, and stop.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Correct what leaves no choice (a name's case, a missing quote), then report the rest.",
)
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    form: str,
    fail_on: str,
    fix: bool,
) -> int:
    """Check rules: files, structure, catalogue, meaning, portability, metadata, tests.

    A comment `# okta-access: ignore OA206 -- reason` on a line, or on the line above, answers a
    finding.

    Exit codes: 0 no finding of that severity, 1 findings, 2 an input was missing.
    """
    if fix and not paths and default_rules() == rules_dir():
        raise click.UsageError("--fix needs a PATH: the packaged rules are not yours to change")
    catalog = load_catalog(catalog_files)
    rules = read_rules(terminal, paths, catalog)
    result = run_checks(rules, catalog)
    if fix and (count := rewrite(result.findings)):
        terminal.note(f"fixed: {count}")
        rules = load_rules(paths or (default_rules(),), catalog)
        result = run_checks(rules, catalog)
    if form == "text" and terminal.colors(stderr=False):
        _print_in_colors(terminal, result)
    else:
        terminal.result(renderer(form)(result.findings, result.summary), newline=False)
    terminal.note(text.numbers(result.summary))
    if rules.missing:
        return 2
    return int(any(finding.severity.reaches(Severity(fail_on)) for finding in result.findings))


def _print_in_colors(terminal: Terminal, result: Result) -> None:
    for finding in result.findings:
        place, severity, rest = text.parts(finding)
        color = _COLORS[finding.severity]
        terminal.result(f"{place}: {terminal.style(severity, color)} {rest}")
