"""The manifest: what a release holds, rule by rule and file by file; and the checksums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from okta_access.bundle.contents import Contents
from okta_access.bundle.expected import expected
from okta_access.company.loudness import loudness
from okta_access.company.worlds import WORLDS
from okta_access.compile.model import Job
from okta_access.compile.native import NativeText
from okta_access.rules.model import EventRule, Metadata, Rule
from okta_access.rules.settings.files import PackSettings

FORM = "okta-access-manifest/1"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"


def manifest(job: Job, rules: Iterable[Rule], contents: Contents) -> bytes:
    """The manifest as JSON: no dates, nothing of the machine, the same for the same contents."""
    verdicts: dict[str, list[dict[str, str]]] = {}
    for one in contents.translations:
        row = {"target": one.target, "verdict": one.verdict.value}
        if one.note is not None:
            row["note"] = one.note
        verdicts.setdefault(one.rule, []).append(row)
    value = {
        "form": FORM,
        "name": job.identity.rule_set,
        "version": job.version,
        **_pack(job.settings.pack),
        "rules": [_rule(rule, verdicts.get(rule.name, [])) for rule in rules],
        "native": _natives(contents.natives),
        "measured": _measured(),
        "files": [
            {"path": path, "bytes": len(data), "sha256": sha256(data).hexdigest()}
            for path, data in contents.files.items()
        ],
    }
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _pack(pack: PackSettings | None) -> dict[str, Any]:
    return {} if pack is None else {"pack": msgspec.to_builtins(pack)}


def _rule(rule: Rule, translations: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "name": rule.name,
        "id": rule.meta.id,
        "version": rule.meta.version,
        "title": rule.meta.title,
        "level": rule.meta.level.value,
        "kind": "event" if isinstance(rule, EventRule) else rule.type.value,
        "profile": rule.meta.profile,
        "base": isinstance(rule, EventRule) and rule.silent,
        "alerts_a_week": _weekly(rule.meta),
        "sha256": sha256(Path(rule.meta.file).read_bytes()).hexdigest(),
        "translations": translations,
    }


def _weekly(meta: Metadata) -> dict[str, Any] | None:
    """What is to be expected by world, in a company as in ``measured``; null where unknown."""
    found = expected(meta)
    if found is None:
        return None
    return {
        world: {"mean": round(one.mean, 2), "loudest_month": round(one.loudest, 2)}
        for world, one in found.items()
    }


def _measured() -> dict[str, Any]:
    """In what company alerts were counted."""
    found = loudness()
    return {
        "people": found.people,
        "days": found.days,
        "months": found.months,
        "worlds": {world.name: world.about for world in WORLDS},
    }


def _natives(texts: Iterable[NativeText]) -> list[dict[str, Any]]:
    """Rules that no Sigma rule says, each with the targets that have it."""
    found: dict[str, dict[str, Any]] = {}
    for one in texts:
        meta = one.rule.meta
        row: dict[str, Any] = {
            "name": meta.name,
            "id": meta.id,
            "version": meta.version,
            "title": meta.title,
            "level": meta.level.value,
            "kind": "first-seen",
            "profile": meta.profile,
            "alerts_a_week": _weekly(meta),
            "sigma": None,
            "of": one.rule.base,
            "targets": [],
        }
        made = found.setdefault(meta.name, row)
        made["targets"].append({"target": one.target, "note": one.note})
    return list(found.values())


def checksums(folder: Path) -> bytes:
    """Every file below a folder in the form that ``sha256sum --check`` reads, by path.

    What else lies there (the wheel, the source archive) is covered too.
    """
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path != folder / CHECKSUMS
    )
    rows = ((sha256(p.read_bytes()).hexdigest(), p.relative_to(folder).as_posix()) for p in files)
    return "".join(f"{digest}  {path}\n" for digest, path in rows).encode()


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, which is made where it is missing."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
