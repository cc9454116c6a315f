"""The release: everything that is made of the rules and known of them, as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from okta_access.api.compiling import job_of
from okta_access.api.locking import meanings_of
from okta_access.api.proving import Watch, prove_rules
from okta_access.api.rulebook import AnyPath, RuleBook, load_rules, packaged_rules
from okta_access.api.scanning import scan_files
from okta_access.assumptions.registry import assumptions
from okta_access.bundle.assumptions import assumptions_page
from okta_access.bundle.changes import changes_page
from okta_access.bundle.contents import Contents, collect
from okta_access.bundle.coverage import coverage, matrix
from okta_access.bundle.evidence import evidence_files
from okta_access.bundle.links import at_the_top
from okta_access.bundle.louder import told_in
from okta_access.bundle.manifest import MANIFEST, manifest, manifest_schema, write
from okta_access.bundle.navigator import layer
from okta_access.bundle.site.build import SiteInput, build
from okta_access.bundle.sums import CHECKSUMS, checksums
from okta_access.bundle.verdicts import verdicts_page
from okta_access.compile.native import native_rules
from okta_access.compile.registry import TARGET_NAMES
from okta_access.content import docs_dir, fixtures_dir
from okta_access.errors import Problem, RuleError, Span
from okta_access.lint.engine import run_checks
from okta_access.lint.findings import Severity, without_consequences
from okta_access.prove.evidence import Report
from okta_access.rules.lock.file import NAME as LOCK
from okta_access.rules.lock.file import Lock, lock_beside
from okta_access.rules.lock.releases import release_before, release_in
from okta_access.rules.model import Level
from okta_access.rules.settings.files import settings_schema
from okta_access.scan.reports.text import Writer


class LintErrors(RuleError):
    """The rules have lint errors, so there is no release."""


class NotProven(RuleError):
    """The proof of a rule failed, so there is no release."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A release: files by path, the proof behind it, and the translations that it holds."""

    rules: RuleBook
    contents: Contents
    proof: Report

    def write(self, folder: AnyPath) -> None:
        """Write the files, the manifest and the checksums of all that lies in the folder then.

        The same rules and settings give the same bytes. Raises OSError.
        """
        out = Path(folder)
        rules = self.rules.tuned.shipped.all_rules
        write(out, self.contents.files)
        write(out, {MANIFEST: manifest(job_of(self.rules), rules, self.contents)})
        write(out, {CHECKSUMS: checksums(out)})


def build_bundle(
    rules: RuleBook,
    *,
    engines: Sequence[str] = (),
    site: bool = False,
    since: AnyPath | None = None,
    watch: Watch | None = None,
    jobs: int = 1,
) -> Bundle:
    """The release of these rules: linted, proven with the ordinary numbers, for every target.

    ``engines``, ``watch`` and ``jobs`` are those of :func:`~okta_access.api.proving.prove_rules`.
    With ``site`` it has pages to be read offline; they are made with what the extra ``site``
    installs. ``since`` is the folder of the release that changes are told from; without one it is
    the last of ``releases/<version>/``, beside the folder of the rules, below the version that is
    built. Of an earlier release ``rules.lock`` is read, and ``manifest.json`` where it is there.

    Raises:
        LintErrors: the linter finds errors; ``problems`` names them.
        NotProven: a proof fails; ``problems`` names what does.
        InputError: an input is missing, an engine is not known, or the extra ``site`` is missing.
        EngineError: an engine cannot be reached, or does not run what it is given.
    """
    for missing in rules.missing:
        raise missing
    _lint(rules)
    proof = prove_rules(rules, engines=engines, watch=watch, jobs=jobs)
    failures = tuple(
        Problem(Span.whole(rule.file), check.name, failure.message)
        for rule in proof.rules
        for check in rule.checks
        for failure in check.failures
    )
    if proof.failed:
        raise NotProven("a proof failed", failures)
    contents = compiled(rules, site=site)
    evidence = evidence_files(
        proof, rules.tuned.shipped.all_rules, contents.translations, assumptions()
    )
    lock = _lock_files(rules, job_of(rules).version, since)
    files = {**contents.files, **evidence, **lock}
    if site:
        pages = build(_site(rules, contents, proof))
        files |= {f"site/{path}": data for path, data in pages.items()}
    return Bundle(rules, replace(contents, files=dict(sorted(files.items()))), proof)


def compiled(rules: RuleBook, *, site: bool = False) -> Contents:
    """All of a release that takes no proof: sources, what they become, and what is known of it.

    ``site`` says whether there will be pages for links to lead to.
    """
    job = job_of(rules)
    made = collect(job, rules.loaded)
    files = {
        **made.files,
        **_coverage_files(rules),
        "okta-access.schema.json": _as_json(settings_schema()),
        "manifest.schema.json": _as_json(manifest_schema()),
    }
    guides = {
        "ASSUMPTIONS.md": assumptions_page(job),
        "VERDICTS.md": verdicts_page(made.translations, TARGET_NAMES, made.natives),
    }
    files |= {name: at_the_top(text, site=site).encode() for name, text in guides.items()}
    return replace(made, files=dict(sorted(files.items())))


def _site(rules: RuleBook, contents: Contents, proof: Report) -> SiteInput:
    job = job_of(rules)
    return SiteInput(
        job.identity.rule_set,
        job.version,
        job.rules,
        rules.catalog,
        contents,
        proof,
        docs_dir(),
        ("okta-access scan --level high week.jsonl", at_work()),
    )


def at_work() -> str:
    """What the packaged rules find in the demo log, as ``scan`` prints it.

    The lines that say where the guides lie are left out: that is another place on each machine.
    """
    book = load_rules(packaged_rules(), settings=packaged_rules() / "defaults.toml")
    writer = Writer(book.catalog, lambda text, _: text)
    folder = fixtures_dir() / "demo"
    found = scan_files(book, folder / "week.jsonl", level=Level.HIGH)
    text = "\n\n".join(writer.block(alert) for alert in found).replace(f"{folder}/", "")
    return "\n".join(line for line in text.split("\n") if not line.startswith("    guide "))


def _lint(rules: RuleBook) -> None:
    findings = without_consequences(run_checks(rules.loaded, rules.catalog).findings)
    errors = tuple(
        Problem(finding.span, finding.code, finding.message)
        for finding in findings
        if finding.severity is Severity.ERROR
    )
    if errors:
        raise LintErrors("the rules have lint errors", errors)


def _lock_files(rules: RuleBook, version: str, since: AnyPath | None) -> Mapping[str, bytes]:
    """What the rules mean, and what became of them since an earlier release."""
    own = lock_beside(reversed(rules.loaded.files))  # a pack's own rules come last
    before = None if own is None else release_before(version, own)
    if since is not None:
        before = release_in(Path(since))
    now = Lock(meanings_of(rules.loaded))
    metas = [rule.meta for rule in rules.loaded.all_rules]
    metas += [native.meta for native, _ in native_rules(rules.loaded)]
    told = told_in(before.folder) if before else None
    page = changes_page(version, before, told, now, metas)
    return {LOCK: str(now).encode(), "CHANGES.md": page}


def _coverage_files(rules: RuleBook) -> Mapping[str, bytes]:
    found = coverage(rules.loaded, rules.catalog)
    parts = {
        "coverage/coverage.json": matrix(found, rules.catalog),
        "coverage/navigator.json": layer(found),
    }
    return {path: _as_json(value) for path, value in parts.items()}


def _as_json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
