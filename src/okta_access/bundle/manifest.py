"""The manifest: what a release holds, rule by rule and file by file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from okta_access import __version__
from okta_access.bundle.contents import Contents
from okta_access.bundle.expected import expected
from okta_access.company.loudness import loudness
from okta_access.company.worlds import WORLDS
from okta_access.compile.model import Job, Verdict
from okta_access.compile.native import NativeText
from okta_access.rules.model import CorrelationType, EventRule, Level, Metadata, Profile, Rule
from okta_access.rules.settings.files import PackSettings

FORM: Literal["okta-access-manifest/1"] = "okta-access-manifest/1"
MANIFEST = "manifest.json"
_Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
# Those of correlations, and `event`; an enumeration and a literal cannot be one type.
_Kind = Annotated[str, msgspec.Meta(pattern=f"^(event|{'|'.join(CorrelationType)})$")]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every key is known."""


class TranslationEntry(_Part, frozen=True):
    """What a rule became for a target; ``note`` is the bound, or the reason of a refusal."""

    target: str
    verdict: Verdict
    note: str | UnsetType = UNSET


class WeeklyEntry(_Part, frozen=True):
    """Alerts a week in a world of the company of ``measured``: on average, in the loudest month."""

    mean: float
    loudest_month: float


class RuleEntry(_Part, frozen=True):
    """A Sigma rule; ``sha256`` is its source's. A ``base`` feeds correlations and never alerts."""

    name: str
    id: str
    version: Annotated[int, msgspec.Meta(ge=1)]
    title: str
    level: Level
    kind: _Kind
    profile: Profile | None
    base: bool
    alerts_a_week: dict[str, WeeklyEntry] | None
    sha256: _Sha256
    translations: tuple[TranslationEntry, ...]


class NativeTarget(_Part, frozen=True):
    """A target that has a native rule, and what is known of the rule there."""

    target: str
    note: str


class NativeEntry(_Part, frozen=True):
    """A rule that no Sigma rule says, on what was not seen before of the events of rule ``of``."""

    name: str
    id: str
    version: Annotated[int, msgspec.Meta(ge=1)]
    title: str
    level: Level
    kind: Literal["first-seen"]
    profile: Profile | None
    alerts_a_week: dict[str, WeeklyEntry] | None
    sigma: None
    of: str
    targets: tuple[NativeTarget, ...]


class Measured(_Part, frozen=True):
    """In what made-up company alerts were counted; ``worlds`` tells of each by its name."""

    people: int
    days: int
    months: int
    worlds: dict[str, str]


class FileEntry(_Part, frozen=True):
    """A file of the release, by its path with forward slashes."""

    path: str
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: _Sha256


class Manifest(_Part, frozen=True):
    """What a release of rules holds. ``version`` is the content's, ``made_by`` the program's."""

    form: Literal["okta-access-manifest/1"]
    name: str
    version: str
    made_by: str
    rules: tuple[RuleEntry, ...]
    native: tuple[NativeEntry, ...]
    measured: Measured
    files: tuple[FileEntry, ...]
    pack: PackSettings | UnsetType = UNSET


def manifest(job: Job, rules: Iterable[Rule], contents: Contents) -> bytes:
    """The manifest as JSON: no dates, nothing of the machine, the same for the same contents."""
    translations: dict[str, list[TranslationEntry]] = {}
    for one in contents.translations:
        note = UNSET if one.note is None else one.note
        row = TranslationEntry(one.target, one.verdict, note)
        translations.setdefault(one.rule, []).append(row)
    pack = job.settings.pack
    value = Manifest(
        FORM,
        job.identity.rule_set,
        job.version,
        __version__,
        tuple(_rule(rule, translations.get(rule.name, [])) for rule in rules),
        _natives(contents.natives),
        measured(),
        tuple(
            FileEntry(path, len(data), sha256(data).hexdigest())
            for path, data in contents.files.items()
        ),
        UNSET if pack is None else pack,
    )
    return (json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(data: bytes) -> Manifest:
    """A manifest, held to its schema. Raises :class:`msgspec.DecodeError` saying what is wrong."""
    return msgspec.json.decode(data, type=Manifest)


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema of a manifest."""
    schema = msgspec.json.schema(Manifest)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _rule(rule: Rule, translations: list[TranslationEntry]) -> RuleEntry:
    return RuleEntry(
        rule.name,
        rule.meta.id,
        rule.meta.version,
        rule.meta.title,
        rule.meta.level,
        "event" if isinstance(rule, EventRule) else rule.type.value,
        rule.meta.profile,
        isinstance(rule, EventRule) and rule.silent,
        _weekly(rule.meta),
        sha256(Path(rule.meta.file).read_bytes()).hexdigest(),
        tuple(translations),
    )


def _weekly(meta: Metadata) -> dict[str, WeeklyEntry] | None:
    """What is to be expected by world; null where nobody has counted."""
    found = expected(meta)
    if found is None:
        return None
    return {
        world: WeeklyEntry(round(one.mean, 2), round(one.loudest, 2))
        for world, one in found.items()
    }


def measured() -> Measured:
    """The company in which the figures of this release were counted."""
    found = loudness()
    worlds = {world.name: world.about for world in WORLDS}
    return Measured(found.people, found.days, found.months, worlds)


def _natives(texts: Iterable[NativeText]) -> tuple[NativeEntry, ...]:
    """Rules that no Sigma rule says, each with the targets that have it."""
    found: dict[str, list[NativeText]] = {}
    for one in texts:
        found.setdefault(one.rule.name, []).append(one)
    return tuple(
        NativeEntry(
            name,
            (rule := made[0].rule).meta.id,
            rule.meta.version,
            rule.meta.title,
            rule.meta.level,
            "first-seen",
            rule.meta.profile,
            _weekly(rule.meta),
            None,
            rule.base,
            tuple(NativeTarget(one.target, one.note) for one in made),
        )
        for name, made in found.items()
    )


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, which is made where it is missing."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
