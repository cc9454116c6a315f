"""``okta-access bundle``: the release, from the rules to the checksums."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from okta_access import __version__
from okta_access.bundle.contents import Contents, collect
from okta_access.bundle.manifest import CHECKSUMS, MANIFEST, checksums, manifest, write
from okta_access.cli import options
from okta_access.cli.session import Session, open_session
from okta_access.cli.terminal import Terminal
from okta_access.compile.model import Job, Verdict
from okta_access.lint.engine import run_checks
from okta_access.lint.findings import Severity

_NAME = "okta-access-detections"


@click.command("bundle")
@options.paths
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("dist"),
    show_default=True,
    help="Where to write; what lies there already is covered by the checksums too.",
)
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    output: Path,
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Lint, prove and compile all rules for every target, and write the release.

    The same rules and settings give the same bytes. Nothing is written where a rule has errors or
    a proof fails.
    """
    session = open_session(terminal, paths, catalog_files, settings_file)
    if session.exit_code:
        return session.exit_code
    if not _lints(terminal, session):
        return 1
    job = Job(session.tuned.shipped, session.settings, session.catalog, __version__)
    contents = collect(job, session.rules)
    write(output, contents.files)
    rules = session.tuned.shipped.all_rules
    write(output, {MANIFEST: manifest(_NAME, __version__, rules, contents)})
    write(output, {CHECKSUMS: checksums(output)})
    _report(terminal, output, contents)
    return 0


def _lints(terminal: Terminal, session: Session) -> bool:
    findings = run_checks(session.rules, session.catalog).findings
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    for finding in errors:
        terminal.error(f"{finding.span}: {finding.code} {finding.message}")
    if errors:
        terminal.error("nothing was written: okta-access lint says more")
    return not errors


def _report(terminal: Terminal, output: Path, contents: Contents) -> None:
    counts = Counter((one.target, one.verdict) for one in contents.translations)
    for target in sorted({target for target, _ in counts}):
        row = ", ".join(f"{counts[target, verdict]} {verdict}" for verdict in Verdict)
        terminal.note(f"{target}: {row}")
    for one in contents.translations:
        if one.verdict is Verdict.REFUSED:
            terminal.note(f"refused: {one.rule} for {one.target}: {one.note}")
    terminal.note(f"bundle: {len(contents.files)} files in {output}")
