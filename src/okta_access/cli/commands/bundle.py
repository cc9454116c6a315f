"""``okta-access bundle``: the release, from the rules to the checksums."""

from __future__ import annotations

from pathlib import Path

import click

from okta_access.api.bundling import Bundle, LintErrors, NotProven, build_bundle
from okta_access.bundle.site.build import HOW_TO_INSTALL, can_build
from okta_access.cli import options
from okta_access.cli.proving import proving
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.cli.verdicts import tell_nameless, tell_verdicts
from okta_access.prove.oracles.registry import ENGINES


@click.command("bundle")
@options.paths
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    show_default=True,
    help="Where to write; what lies there already is covered by the checksums too.",
)
@click.option(
    "--engine",
    "engines",
    multiple=True,
    metavar="NAME=ADDRESS",
    help=f"Ask another judge too: {', '.join(ENGINES)} (may be repeated).",
)
@click.option(
    "--site/--no-site",
    default=None,
    help="With pages to be read offline; default: where the extra `site` is installed.",
)
@options.proving_jobs
@click.option(
    "--since",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="LOCK",
    help="The rules.lock of the release that changes are told from; default: the last one in"
    " ./releases.",
)
@options.verbose
@options.catalog
@options.packs
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    output: Path,
    engines: tuple[str, ...],
    site: bool | None,
    jobs: int,
    since: Path | None,
    verbose: bool,
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
) -> int:
    """Lint, prove and compile all rules for every target, and write the release.

    The same rules and settings give the same bytes. Nothing is written where a rule has errors or
    a proof fails.
    """
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    if code := exit_code(rules):
        return code
    try:
        pages = can_build() if site is None else site
        bundle = build_bundle(
            rules, engines=engines, site=pages, since=since, watch=proving(terminal), jobs=jobs
        )
    except LintErrors as error:
        for one in error.problems:
            terminal.error(f"{one.span}: {one.code} {one.message}")
        terminal.error("nothing was written: okta-access lint says more")
        return 1
    except NotProven as error:
        for one in error.problems:
            terminal.error(f"{one.span}: {one.code}: {one.message}")
        terminal.error("nothing was written: okta-access test says more")
        return 1
    tell_nameless(terminal, rules)
    if not pages and site is None:
        terminal.warning(f"the release has no site: {HOW_TO_INSTALL}")
    bundle.write(output)
    _report(terminal, output, bundle, verbose=verbose)
    return 0


def _report(terminal: Terminal, output: Path, bundle: Bundle, *, verbose: bool) -> None:
    terminal.note(f"proven: {len(bundle.proof.rules)} rules, {bundle.proof.cases:,} cases")
    tell_verdicts(terminal, bundle.contents.translations, verbose=verbose)
    terminal.note(f"bundle: {len(bundle.contents.files)} files in {output}")
