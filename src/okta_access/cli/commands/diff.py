"""``okta-access diff``: what a change does, against a git revision, a release or a folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

from okta_access.api.differing import TARGETS, diff_rules, empty_like
from okta_access.cli import options
from okta_access.cli.loaded import default_paths
from okta_access.cli.rejects import Rejects
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.difference import reports
from okta_access.difference.model import Difference
from okta_access.difference.revision import earlier
from okta_access.rules.settings.packs import pack_folder

_FORMS = ("text", "markdown", "json")


@click.command("diff", short_help="Say what a change of rules does, to meaning and alerts.")
@click.argument("base")
@options.paths
@click.option(
    "--log",
    "logs",
    multiple=True,
    metavar="FILE",
    help="Count alerts on this log (may be repeated); default: a generated month.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    type=click.Choice(TARGETS),
    help="Compare the compiled texts of this target (may be repeated); default: all of these.",
)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option("--exit-code", "tells", is_flag=True, help="Exit with 1 where anything differs.")
@options.catalog
@options.packs
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    base: str,
    paths: tuple[Path, ...],
    logs: tuple[str, ...],
    targets: tuple[str, ...],
    form: str,
    tells: bool,
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
) -> int:
    """Compare the rules with BASE: what changed in meaning, in words, in alerts, in queries.

    BASE is a git revision, a folder of rules, or the folder of a release. Of a revision the same
    paths are compared, under the okta-access.toml that it had; nothing is checked out. Alerts are
    counted on the log for both versions, also of rules that are off.

    \b
    okta-access diff origin/main
    okta-access diff v0.1.0 --log export.jsonl.gz --target splunk --format markdown

    Exit codes: 0 done; 1 a rule is broken (one of BASE is only named, as a change may mend it), a
    line of the log is unreadable, or with --exit-code anything differs; 2 could not run, or an
    input was missing.
    """
    chosen, folders = paths or default_paths(), [*map(pack_folder, packs)]
    catalogs = (*(f for pack in folders for f in sorted(pack.glob("*.catalog"))), *catalog_files)
    with earlier(base, chosen, folders) as there:
        read = (*chosen, *folders)
        now = open_rules(terminal, read, catalogs, settings_file, extend=not paths)
        terminal.note(f"compared with {base}:")
        before = empty_like(now)
        if there.paths:
            settings = settings_file or there.settings
            before = open_rules(terminal, there.paths, catalogs, settings, extend=not paths)
        notes = Rejects(terminal, None, logs)
        found = diff_rules(
            before,
            now,
            *logs,
            base=base,
            targets=targets or TARGETS,
            on_reject=notes.on_reject,
            on_missing=notes.on_missing,
        )
    render: Callable[[Difference], str] = import_module(f"{reports.__name__}.{form}").render
    terminal.result(render(found), newline=False)
    differs = int(tells and bool(found.rules))
    return max(exit_code(now), notes.exit_code(), differs)
