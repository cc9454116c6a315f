"""``okta-access bundle``: the release, from the rules to the checksums; and one looked at."""

from __future__ import annotations

import json
from pathlib import Path

import click

from okta_access import __version__
from okta_access.api.bundling import Bundle, LintErrors, NotProven, build_bundle
from okta_access.api.verifying import verify_bundle
from okta_access.bundle.manifest import manifest_schema
from okta_access.bundle.site.build import HOW_TO_INSTALL, can_build
from okta_access.cli import options
from okta_access.cli.proving import proving
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.cli.verdicts import tell_nameless, tell_verdicts
from okta_access.prove.oracles.registry import ENGINES
from okta_access.reporting.printable import printable


class _Group(click.Group):
    """``okta-access bundle`` without the name of a command builds."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else [_BUILD, *args])


_BUILD = "build"


@click.group("bundle", cls=_Group)
def command() -> None:
    """Build the release, or look at one: `build` may be left out.

    \b
    okta-access bundle --output dist     lint, prove and compile all rules, write the release
    okta-access bundle verify dist       hold a release to what it says of itself
    """


@command.command(_BUILD, short_help="Lint, prove and compile all rules, and write the release.")
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
    type=click.Path(path_type=Path, file_okay=False),
    metavar="RELEASE",
    help="The folder of the release that changes are told from; default: the last one in"
    " ./releases.",
)
@options.verbose
@options.catalog
@options.packs
@options.settings
@click.pass_obj
def build(
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


def _print_schema(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        terminal: Terminal = context.obj
        terminal.result(json.dumps(manifest_schema(), indent=2, ensure_ascii=False))
        context.exit()


@command.command("verify", short_help="Hold a release to its checksums and its own sources.")
@click.argument("release", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of manifest.json and end.",
)
@click.pass_obj
def verify(terminal: Terminal, *, release: Path) -> int:
    """Hold a release (a folder, or an archive of one) to what it says of itself.

    Checksums (files missing, changed or extra), archives that are safe to unpack, the manifest and
    its schema, and that the Sigma sources inside compile to the same bytes. What differs is named.
    """
    found = verify_bundle(release)
    for problem in found.problems:
        terminal.result(printable(problem))
    if found.made_again is not None:
        terminal.note(
            f"{found.made_again} files were compiled again from the sources inside;"
            " evidence and site were held to their checksums alone"
        )
    elif found.made_by:
        terminal.note(
            f"made by version {printable(found.made_by)}; this is {__version__}: texts not compared"
        )
    terminal.note(
        "no signature was checked: for a release from GitHub, gh attestation verify FILE --repo"
        " OWNER/REPO does it"
    )
    if not found.problems:
        terminal.note(f"the release is as it says: {found.files} files")
    return 1 if found.problems else 0


def _report(terminal: Terminal, output: Path, bundle: Bundle, *, verbose: bool) -> None:
    terminal.note(f"proven: {len(bundle.proof.rules)} rules, {bundle.proof.cases:,} cases")
    tell_verdicts(terminal, bundle.contents.translations, verbose=verbose)
    terminal.note(f"bundle: {len(bundle.contents.files)} files in {output}")
