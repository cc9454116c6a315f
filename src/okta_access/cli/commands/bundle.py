"""``okta-access bundle``: the release, from the rules to the checksums."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from okta_access import __version__
from okta_access.assumptions.registry import assumptions
from okta_access.bundle.assumptions import assumptions_page
from okta_access.bundle.contents import Contents, collect
from okta_access.bundle.coverage import coverage, matrix
from okta_access.bundle.evidence import evidence_files
from okta_access.bundle.manifest import CHECKSUMS, MANIFEST, checksums, manifest, write
from okta_access.bundle.navigator import layer
from okta_access.bundle.verdicts import verdicts_page
from okta_access.cli import options
from okta_access.cli.session import Session, open_session
from okta_access.cli.terminal import Terminal
from okta_access.cli.verdicts import tell_verdicts
from okta_access.compile.model import Job
from okta_access.compile.registry import TARGET_NAMES
from okta_access.lint.engine import run_checks
from okta_access.lint.findings import Severity
from okta_access.prove.evidence import Report
from okta_access.prove.oracles.base import Oracle
from okta_access.prove.oracles.registry import ENGINES, open_engine, shown
from okta_access.prove.run import DEFAULT_EXAMPLES, Options, prove
from okta_access.rules.settings.files import settings_schema
from okta_access.rules.settings.tuning import as_written

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
@click.option(
    "--engine",
    "engines",
    multiple=True,
    metavar="NAME=ADDRESS",
    help=f"Ask another judge too: {', '.join(ENGINES)} (may be repeated).",
)
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    output: Path,
    engines: tuple[str, ...],
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
    report = _proof(terminal, session, engines)
    if report.failed:
        terminal.error("nothing was written: okta-access test says more")
        return 1
    job = Job(session.tuned.shipped, session.settings, session.catalog, __version__)
    contents = collect(job, session.rules)
    rules = session.tuned.shipped.all_rules
    files = {
        **contents.files,
        **evidence_files(report, rules, contents.translations, assumptions()),
        **_coverage_files(session),
        "okta-access.schema.json": _as_json(settings_schema()),
        "ASSUMPTIONS.md": assumptions_page(job).encode(),
        "VERDICTS.md": verdicts_page(
            contents.translations, TARGET_NAMES, contents.natives
        ).encode(),
    }
    whole = replace(contents, files=dict(sorted(files.items())))
    write(output, whole.files)
    write(output, {MANIFEST: manifest(_NAME, __version__, rules, whole)})
    write(output, {CHECKSUMS: checksums(output)})
    _report(terminal, output, whole, report)
    return 0


def _lints(terminal: Terminal, session: Session) -> bool:
    findings = run_checks(session.rules, session.catalog).findings
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    for finding in errors:
        terminal.error(f"{finding.span}: {finding.code} {finding.message}")
    if errors:
        terminal.error("nothing was written: okta-access lint says more")
    return not errors


def _proof(terminal: Terminal, session: Session, engines: tuple[str, ...]) -> Report:
    """The rules as they are written, proven with the seed and numbers of ``okta-access test``."""
    rules = as_written(session.rules, session.settings, session.catalog)
    job = Job(rules, session.settings, session.catalog, __version__)
    with ExitStack() as stack:
        oracles: list[Oracle] = []
        for spec in engines:
            oracles += stack.enter_context(open_engine(spec, job))
        proven = prove(rules, session.catalog, Options(), oracles)
        if terminal.progress():
            proven = stack.enter_context(
                click.progressbar(proven, len(rules.all_rules), "proving", file=sys.stderr)
            )
        found = tuple(proven)
        versions = tuple((oracle.name, oracle.version) for oracle in oracles)
    for rule in found:
        for check in rule.checks:
            for failure in check.failures:
                terminal.error(f"{rule.file}: {check.name}: {failure.message}")
    asked = tuple(map(shown, engines))
    return Report(Options().seed, DEFAULT_EXAMPLES, found, versions, asked)


def _coverage_files(session: Session) -> dict[str, bytes]:
    found = coverage(session.rules, session.catalog)
    parts = {
        "coverage/coverage.json": matrix(found, session.catalog),
        "coverage/navigator.json": layer(found),
    }
    return {path: _as_json(value) for path, value in parts.items()}


def _as_json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _report(terminal: Terminal, output: Path, contents: Contents, report: Report) -> None:
    terminal.note(f"proven: {len(report.rules)} rules, {report.cases:,} cases")
    tell_verdicts(terminal, contents.translations)
    terminal.note(f"bundle: {len(contents.files)} files in {output}")
