"""A release held to what it says of itself: sums, manifest, archives, and its texts made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec
from msgspec import structs

from okta_access import __version__
from okta_access.api.bundling import compiled
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import AnyPath, RuleBook, packaged_rules
from okta_access.bundle.archives import SUFFIXES, unpack, unsafe
from okta_access.bundle.inputs import INPUTS, SOURCES, Inputs, read_inputs
from okta_access.bundle.manifest import MANIFEST, Manifest, manifest, read_manifest
from okta_access.bundle.sums import departures
from okta_access.catalog.model import catalog_of
from okta_access.errors import InputError, OktaAccessError, Span
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.settings.tuning import tune

_R = TypeVar("_R", EventRule, Correlation)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a release was held to. ``problems`` are lines, each naming what is not as it says.

    ``made_again`` counts the files that were compiled anew from the sources inside; it is None
    where another version than this one made the release, which ``made_by`` names.
    """

    files: int
    made_by: str
    made_again: int | None
    problems: tuple[str, ...]


def verify_bundle(release: AnyPath) -> Verification:
    """A release in a folder or an archive, held to its checksums, its manifest and its sources.

    Evidence and site are held to their checksums alone: they would have to be proven and built.

    Raises:
        InputError: it is not there, has no checksums, or is an archive that is not safe to unpack.
    """
    root = Path(release)
    if root.is_dir():
        return _verified(root)
    data = _content(root)
    for why in unsafe(root.name, data):
        raise InputError(f"not unpacked: {why}", span=Span.whole(str(root)))
    with TemporaryDirectory() as scratch:
        unpack(root.name, data, Path(scratch))
        tops = [*Path(scratch).iterdir()]
        return _verified(tops[0] if len(tops) == 1 else Path(scratch))


def _verified(root: Path) -> Verification:
    problems = [*departures(root)]
    if not (root / MANIFEST).is_file():
        problems.append(f"there is no {MANIFEST}")
        return Verification(0, "", None, tuple(problems))
    for path in sorted(root.iterdir()):
        if path.name.endswith(SUFFIXES) and path.is_file():
            problems += (
                f"unsafe to unpack: {path.name}: {why}"
                for why in unsafe(path.name, path.read_bytes())
            )
    try:
        listed = read_manifest(_content(root / MANIFEST))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        wrong = f"{MANIFEST} is not of its schema: {error}"
        return Verification(0, "", None, (*problems, wrong))
    again: int | None = None
    if listed.made_by == __version__:
        try:
            made = _made_again(root)
        except (OktaAccessError, msgspec.DecodeError, UnicodeDecodeError) as error:
            problems.append(f"the sources inside do not compile: {error}")
        else:
            again = len(made.files)
            problems += _not_the_same(root, listed, made)
    return Verification(len(listed.files), listed.made_by, again, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Made:
    files: Mapping[str, bytes]
    manifest: bytes


def _made_again(root: Path) -> _Made:
    """Compile the sources inside. Raises where they, or their settings, cannot be used."""
    inputs = read_inputs(_content(root / INPUTS))
    with TemporaryDirectory() as scratch:
        # Where a rule lies below a folder named `rules` says what it is for.
        rules = Path(scratch, "rules")
        for path in sorted(p for p in (root / SOURCES).rglob("*") if p.is_file()):
            copy = rules / path.relative_to(root / SOURCES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        book = _book(rules, inputs)
        contents = compiled(book, site=(root / "site").is_dir())
        # What takes a proof or a site is taken as it lies there: its checksum was looked at.
        listed = read_manifest(_content(root / MANIFEST)).files
        others = {
            one.path: _content(root / one.path)
            for one in listed
            if one.path not in contents.files and (root / one.path).is_file()
        }
        whole = replace(contents, files=dict(sorted({**contents.files, **others}.items())))
        made = manifest(job_of(book), book.tuned.shipped.all_rules, whole)
    return _Made(contents.files, made)


def _book(folder: Path, inputs: Inputs) -> RuleBook:
    parts = inputs.catalog
    catalog = catalog_of([*parts.events], [*parts.fields], [*parts.envelope])
    loaded = load_rules([folder / path for path in inputs.rules], catalog)
    for missing in loaded.missing:
        raise missing
    for problem in loaded.problems:
        raise OktaAccessError(str(problem).replace(f"{folder}/", f"{SOURCES}/"))
    loaded = _at_home(loaded, folder, frozenset(inputs.own))
    return RuleBook(catalog, inputs.settings, loaded, tune(loaded, inputs.settings, catalog))


def _at_home(rules: RuleSet, folder: Path, own: Set[str]) -> RuleSet:
    """Rules that came with the package known as such: whose they are depends on where they lie.

    What the release has as its ``own`` may be an equal copy of a packaged rule, and is not one.
    """

    def home(rule: _R) -> _R:
        file = Path(rule.meta.file)
        place = file.relative_to(folder)
        packaged = packaged_rules() / place
        if (
            place.as_posix() in own
            or not packaged.is_file()
            or packaged.read_bytes() != file.read_bytes()
        ):
            return rule
        meta = structs.replace(rule.meta, file=str(packaged))
        return structs.replace(rule, meta=meta)

    return structs.replace(
        rules,
        rules=tuple(map(home, rules.rules)),
        correlations=tuple(map(home, rules.correlations)),
        context=tuple(map(home, rules.context)),
    )


def _not_the_same(root: Path, listed: Manifest, made: _Made) -> Iterator[str]:
    names = {one.path for one in listed.files}
    for path, data in made.files.items():
        if path not in names:
            yield f"the sources inside give a file that the release lacks: {path}"
        elif (root / path).is_file() and (root / path).read_bytes() != data:
            yield f"the sources inside give other bytes: {path}"
    if _content(root / MANIFEST) != made.manifest:
        yield f"the sources inside give another {MANIFEST}"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", span=Span.whole(str(path))) from error
