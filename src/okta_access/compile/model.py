"""What every target gives back: files, and for each rule a translation with its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from okta_access.catalog.model import Catalog
from okta_access.compile.identity import Identity, identity_of
from okta_access.compile.native import NativeText
from okta_access.rules.collection import RuleSet
from okta_access.rules.settings.files import Settings


class Verdict(StrEnum):
    """How true a translation is (docs/verdicts.md).

    ``exact``: fires for the same events (a correlation: for the same groups and bursts), never
    for others. ``bounded``: never misses, and never fires at or beyond a stated wider bound.
    ``refused``: not written, for a stated reason.
    """

    EXACT = "exact"
    BOUNDED = "bounded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Translation:
    """One rule in one target: its query text unless refused, and the bound or the reason."""

    rule: str
    target: str
    verdict: Verdict
    text: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """What a target writes: file names with their bytes, and a translation for each rule.

    ``natives`` are rules of the target's own that no Sigma rule says.
    """

    files: Mapping[str, bytes]
    translations: tuple[Translation, ...]
    natives: tuple[NativeText, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """What a target is given: the rules in force, the user's settings, the catalogue.

    ``version`` is that of the package or the pack, for the things that a SIEM imports.
    """

    rules: RuleSet
    settings: Settings
    catalog: Catalog
    version: str

    @property
    def identity(self) -> Identity:
        """Whose content this is."""
        return identity_of(self.settings.pack)


class Target(Protocol):
    """One target; its module exports it as ``TARGET``."""

    @property
    def name(self) -> str:
        """The name on the command line, for example ``elastic-esql``."""

    def compile(self, job: Job) -> Output:
        """All rules of the job in this target."""
