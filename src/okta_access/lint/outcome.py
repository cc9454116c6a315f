"""What linting some paths comes to, kept between runs for as long as nothing it rests on changes.

Kept with the findings are all questions that the run asked of the file system (rules, fixtures,
filters and referenced rules beside them, and what was not there), each with the digest of its
answer. A later run asks them again, and takes the findings only where every answer is the same.
They also depend on the catalogue, on the code and on what is installed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from okta_access.catalog.load import catalog_text
from okta_access.errors import InputError, Span
from okta_access.lint.findings import Finding, Fix, Severity, Summary
from okta_access.rules.reading.file_reads import CHANGED, Question, noted, still_hold
from okta_access.store import folder
from okta_access.store.fingerprints import code, digest, is_settled, libraries
from okta_access.store.packing import Packing, Unpackable

_KIND = "lint"
_CODE = ("errors.py", "content.py", "store", "catalog", "rules", "assumptions", "lint")
_LIBRARIES = ("sigma", "yaml", "pyparsing", "jsonschema", "referencing", "tree_sitter")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read, by number and by what is missing; what was found, and its numbers."""

    rules: int
    correlations: int
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a run is to look at."""

    paths: tuple[Path, ...]
    catalog_files: tuple[Path, ...]
    settings_file: Path | None
    packaged: Path | None


class _CachedOutcome(msgspec.Struct, frozen=True, array_like=True):
    """An outcome, packed, and what it rests on."""

    questions: list[tuple[str, str, str, bytes]]
    outcome: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_CachedOutcome)


def lint_paths(
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...] = (),
    settings_file: Path | None = None,
    packaged: Path | None = None,
) -> Outcome:
    """What the linter says of the rules in these files and folders, and of the settings for them.

    ``settings_file`` None is ``okta-access.toml`` of the current folder. ``packaged`` are the rules
    that a pack can extend. Raises :class:`InputError` and :class:`CatalogError` for a catalogue
    file.
    """
    asked = _Asked(paths, catalog_files, settings_file, packaged)
    key = _key(asked)
    kept = _read(key)
    if kept is not None:
        return kept
    with noted() as answers:
        outcome = _lint(asked)
    if key is not None and key == _key(asked):
        _keep(key, answers, outcome)
    return outcome


def _lint(asked: _Asked) -> Outcome:
    from okta_access.catalog.load import load_catalog
    from okta_access.lint.engine import run_checks
    from okta_access.rules.extending import read_beside
    from okta_access.rules.settings.files import extends_packaged, read_settings, settings_files

    catalog = load_catalog(asked.catalog_files)
    base = asked.packaged if extends_packaged(asked.settings_file) else None
    rules = read_beside(asked.paths, catalog, base)
    settings, missing = [], [*map(str, rules.missing)]
    for file in settings_files(rules.files, asked.settings_file):
        try:
            settings.append(read_settings(file))
        except InputError as error:
            missing.append(str(error))
    result = run_checks(rules, catalog, settings)
    return Outcome(
        len(rules.rules),
        len(rules.correlations),
        tuple(missing),
        result.findings,
        result.summary,
    )


def _read(key: bytes | None) -> Outcome | None:
    data = folder.read(_KIND, key) if key is not None else None
    if data is None:
        return None
    try:
        kept = _decoder.decode(data)
        answers = {Question(*question): answer for *question, answer in kept.questions}
        return _packing().unpack(kept.outcome, Outcome) if still_hold(answers) else None
    except (msgspec.MsgspecError, Unpackable):
        return None


def _keep(key: bytes, answers: dict[Question, bytes], outcome: Outcome) -> None:
    if CHANGED in answers.values() or not is_settled(*_CODE):
        return
    questions = [(*question, answer) for question, answer in answers.items()]
    try:
        data = _encoder.encode(_CachedOutcome(questions, _packing().pack(outcome)))
    except (Unpackable, UnicodeEncodeError):  # a file's name may hold bytes that are no text
        return
    folder.write(_KIND, key, data)


def _key(asked: _Asked) -> bytes | None:
    """Under what the outcome is kept; None where nothing can be kept."""
    texts = [catalog_text(path) for path in asked.catalog_files]
    if folder.folder() is None:
        return None
    try:
        where = [os.getcwd(), repr(asked)]  # noqa: PTH109 - as text
        return digest(code(*_CODE), libraries(*_LIBRARIES), *where, *texts)
    except OSError:  # the package is no folder, or the current one is gone
        return None


@cache
def _packing() -> Packing:
    return Packing([Outcome, Finding, Fix, Severity, Span, Summary])
