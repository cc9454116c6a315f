"""One run of the linter as a command: what was asked for, and what is printed where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from okta_access.api.linting import lint_rules
from okta_access.cli.loaded import missing_told, tell_rules
from okta_access.cli.terminal import Terminal
from okta_access.cli.watching import changes
from okta_access.errors import NothingToRead
from okta_access.lint.findings import Finding, Severity, Summary, summary_of, without_consequences
from okta_access.lint.formats import renderer
from okta_access.lint.outcome import Outcome
from okta_access.lint.report import Report, repository_of, shown_from
from okta_access.lint.reports.concise import numbers
from okta_access.rules.settings.files import SETTINGS_FILE
from okta_access.rules.settings.packs import pack_folder

_MISSING, _FOUND = 2, 1
_ON_A_TERMINAL, _ELSEWHERE = "full", "concise"
_CLEAR = "\x1b[2J\x1b[H"


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of the command."""

    paths: tuple[Path, ...]
    catalog_files: tuple[Path, ...]
    packs: tuple[str, ...]
    extend: bool
    settings_file: Path | None
    form: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: str
    baseline: Path | None
    write_baseline: bool
    statistics: bool
    fix: bool

    def outcome(self) -> Outcome:
        """What the linter says, of the codes asked for."""
        found = lint_rules(
            *self.paths,
            catalog=self.catalog_files,
            settings=self.settings_file,
            extend=self.extend,
            packs=self.packs,
        )
        if not self.select and not self.ignore:
            return found
        from okta_access.lint.registry import all_checks
        from okta_access.lint.selection import chosen_codes

        codes = chosen_codes(all_checks(), self.select, self.ignore)
        return replace(found, findings=tuple(one for one in found.findings if one.code in codes))


def lint(asked: Asked, terminal: Terminal) -> int:
    """Check once, report, and give the exit code."""
    with missing_told(terminal):
        outcome = asked.outcome()
    for missing in outcome.missing:
        terminal.error(missing)
    read = (*asked.paths, *map(pack_folder, asked.packs))
    tell_rules(terminal, read, outcome.rules, outcome.correlations)
    if asked.fix and (count := _fixed(outcome)):
        terminal.note(f"fixed: {count}")
        outcome = asked.outcome()
    root = repository_of(Path())
    findings = shown_from(root, outcome.findings)
    if asked.baseline is not None:
        if asked.write_baseline:
            return _write_baseline(asked.baseline, findings, terminal)
        findings = _without_known(asked, findings, root, terminal)
    findings = without_consequences(findings)
    summary = _numbers(outcome.summary, findings)
    _print(asked, Report(findings, summary, root, terminal.style), terminal)
    terminal.note(numbers(summary))
    if outcome.missing:
        return _MISSING
    least = Severity(asked.fail_on)
    return _FOUND if any(one.severity.reaches(least) for one in findings) else 0


def lint_and_watch(asked: Asked, terminal: Terminal) -> int:
    """Check now and after every change of a file; ends with an interrupt."""
    for _ in changes(_watched(asked)):
        if terminal.colors(stderr=False):
            terminal.result(_CLEAR, newline=False)
        try:
            lint(asked, terminal)
        except NothingToRead as error:  # perhaps a file is just being replaced
            terminal.error(str(error))
        terminal.note("waiting for changes; interrupt to stop")
    return 0


def _watched(asked: Asked) -> Iterator[Path]:
    yield from asked.paths
    for path in asked.paths:
        folders = (path, *path.absolute().parents) if path.is_dir() else path.absolute().parents
        rules = next((one for one in folders if one.name == "rules"), None)
        beside = rules.parent if rules is not None else path.absolute().parent
        yield beside / "fixtures"
    yield asked.settings_file or SETTINGS_FILE
    yield from asked.catalog_files


def _print(asked: Asked, report: Report, terminal: Terminal) -> None:
    if asked.statistics:
        from okta_access.lint.tables import statistics_table

        terminal.result(statistics_table(report.findings), newline=False)
        return
    form = asked.form or (_ON_A_TERMINAL if terminal.is_one() else _ELSEWHERE)
    terminal.result(renderer(form)(report), newline=False)


def _numbers(before: Summary, findings: tuple[Finding, ...]) -> Summary:
    return summary_of(
        findings, files=before.files, rules=before.rules, suppressed=before.suppressed
    )


def _fixed(outcome: Outcome) -> int:
    from okta_access.lint.fixes import rewrite

    return rewrite(outcome.findings)


def _write_baseline(file: Path, findings: tuple[Finding, ...], terminal: Terminal) -> int:
    from okta_access.lint.baseline import written

    file.write_bytes(written(findings))
    terminal.note(f"baseline: {len(findings)} findings written to {file}")
    return 0


def _without_known(
    asked: Asked, findings: tuple[Finding, ...], root: Path, terminal: Terminal
) -> tuple[Finding, ...]:
    """The findings that the baseline does not name; stale entries of what was read are told."""
    from okta_access.lint.baseline import compared, read_baseline

    assert asked.baseline is not None
    found = compared(findings, read_baseline(asked.baseline))
    read = [path.absolute() for path in asked.paths]
    for entry in found.stale:
        file = root / entry.path
        if not file.exists() or any(file.is_relative_to(path) for path in read):
            terminal.note(f"stale in {asked.baseline}: {entry}")
    if found.known:
        terminal.note(f"in {asked.baseline}: {found.known} findings")
    return found.new
