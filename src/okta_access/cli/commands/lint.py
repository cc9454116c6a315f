"""``okta-access lint``: checks rules."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from okta_access.api.linting import lint_rules
from okta_access.cli import options
from okta_access.cli.loaded import default_paths, missing_told, tell_rules
from okta_access.cli.terminal import Terminal
from okta_access.content import default_rules, rules_dir
from okta_access.lint.findings import Finding, Severity
from okta_access.lint.formats import formats, renderer
from okta_access.lint.reports import text
from okta_access.rules.settings.packs import pack_folder


def _explain(ctx: click.Context, parameter: click.Parameter, code: str | None) -> None:
    """Print the documentation of a code and stop."""
    if code is None or ctx.resilient_parsing:
        return
    from okta_access.lint.registry import all_checks
    from okta_access.lint.suggest import did_you_mean

    check = all_checks().get(code.upper())
    if check is None:
        hint = did_you_mean(code.upper(), all_checks()) or f"known are {', '.join(all_checks())}"
        raise click.BadParameter(f"there is no code {code}; {hint}", ctx, parameter)
    click.echo(f"{check.code} ({check.severity}): {check.title}\n\n{check.documentation}")
    ctx.exit()


@click.command("lint")
@options.paths
@options.catalog
@options.packs
@options.settings
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
    packs: tuple[str, ...],
    settings_file: Path | None,
    form: str,
    fail_on: str,
    fix: bool,
) -> int:
    """Check rules and settings: files, structure, catalogue, meaning, metadata, tests.

    A comment `# okta-access: ignore OA206 -- reason` on a line, or on the line above, answers a
    finding.

    Exit codes: 0 no finding of that severity, 1 findings, 2 an input was missing.
    """
    if fix and not paths and default_rules() == rules_dir():
        raise click.UsageError("--fix needs a PATH: the packaged rules are not yours to change")
    chosen = paths or default_paths()
    check = partial(
        lint_rules,
        *chosen,
        catalog=catalog_files,
        settings=settings_file,
        extend=not paths,
        packs=packs,
    )
    with missing_told(terminal):
        outcome = check()
    for missing in outcome.missing:
        terminal.error(missing)
    tell_rules(terminal, (*chosen, *map(pack_folder, packs)), outcome.rules, outcome.correlations)
    if fix and (count := _fixed(outcome.findings)):
        terminal.note(f"fixed: {count}")
        outcome = check()
    if form == "text" and terminal.colors(stderr=False):
        _print_in_colors(terminal, outcome.findings)
    else:
        terminal.result(renderer(form)(outcome.findings, outcome.summary), newline=False)
    terminal.note(text.numbers(outcome.summary))
    if outcome.missing:
        return 2
    return int(any(finding.severity.reaches(Severity(fail_on)) for finding in outcome.findings))


def _fixed(findings: Iterable[Finding]) -> int:
    from okta_access.lint.fixes import rewrite

    return rewrite(findings)


def _print_in_colors(terminal: Terminal, findings: Iterable[Finding]) -> None:
    for finding in findings:
        place, severity, rest = text.parts(finding)
        terminal.result(f"{place}: {terminal.painted(severity)} {rest}")
