"""What a release holds: every target's files, the Sigma sources, and what is known of each rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from okta_access.bundle.inputs import INPUTS, SOURCES, inputs_file, source_path
from okta_access.bundle.install import install_page
from okta_access.bundle.layout import placed
from okta_access.compile.model import Job, Translation
from okta_access.compile.native import NativeText
from okta_access.compile.registry import TARGET_NAMES, target
from okta_access.errors import OktaAccessError
from okta_access.rules.collection import RuleSet
from okta_access.rules.settings.files import default_files


@dataclass(frozen=True, slots=True)
class Contents:
    """Files by their path in the release, and the translations that led to them.

    ``natives`` are the texts of rules that no Sigma rule says.
    """

    files: Mapping[str, bytes]
    translations: tuple[Translation, ...]
    natives: tuple[NativeText, ...] = ()


def collect(job: Job, sources: RuleSet) -> Contents:
    """Compile every target and take in the sources. Raises where two files claim one path."""
    made: dict[str, Mapping[str, bytes]] = {}
    translations: list[Translation] = []
    natives: list[NativeText] = []
    for known in TARGET_NAMES:
        output = target(known).compile(job)
        translations.extend(output.translations)
        natives.extend(output.natives)
        made[known] = output.files
    name = job.identity.rule_set
    files = placed(name, job.version, made, install_page(job))
    for file in _source_files(sources):
        _put(files, f"{SOURCES}/{source_path(file)}", Path(file).read_bytes())
    _put(files, INPUTS, inputs_file(sources, job.settings, job.catalog))
    return Contents(dict(sorted(files.items())), tuple(translations), tuple(natives))


def _source_files(rules: RuleSet) -> Iterable[str]:
    """The files of rules, with those of rules, filters and settings beside that hold for them."""
    names = dict.fromkeys(rules.files)
    names |= dict.fromkeys(rule.meta.file for rule in rules.context)
    names |= dict.fromkeys(one.file for one in rules.filters)
    return names | dict.fromkeys(map(str, default_files(rules.files)))


def _put(files: dict[str, bytes], path: str, data: bytes) -> None:
    if path in files:
        raise OktaAccessError(f"two files of the release would be {path}")
    files[path] = data
