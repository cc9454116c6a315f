"""Whose content it is, as everything says that is built: this package's own, or a team's pack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from okta_access.content import rules_dir
from okta_access.rules.model import Metadata
from okta_access.rules.settings.files import PackSettings

_LICENCE = "Apache-2.0"
_NATIVE = Path(__file__).resolve().parent / "native"


@dataclass(frozen=True, slots=True)
class Identity:
    """The names under which content is installed.

    ``app`` is the Splunk app's id and folder, ``label`` its name for people, ``searches`` what the
    names of its saved searches begin with; ``heading`` is the app's in its README. ``files`` begins
    the names of Kibana's files, ``rule_set`` is the tag of its rules.
    """

    app: str
    label: str
    heading: str
    searches: str
    files: str
    rule_set: str
    author: str
    licence: str

    def author_of(self, meta: Metadata) -> str:
        """The author of a rule: who wrote it, else whose pack it is in."""
        return meta.author or (OURS.rule_set if is_packaged(meta) else self.rule_author)

    @property
    def rule_author(self) -> str:
        """The author of rules that name none."""
        return self.rule_set if self == OURS else self.author

    def licence_of(self, meta: Metadata) -> str:
        """The licence of a rule: a packaged one keeps its own in every pack."""
        return OURS.licence if is_packaged(meta) else self.licence


OURS = Identity(
    "okta_access_detections",
    "Okta Access Detections",
    "Okta access detections",
    "Okta Access - ",
    "okta_access",
    "okta-access-detections",
    "The okta-access-detections authors",
    _LICENCE,
)


def identity_of(pack: PackSettings | None) -> Identity:
    """The identity of a pack; this package's own where there is none."""
    if pack is None:
        return OURS
    return Identity(
        pack.id,
        pack.name,
        pack.name,
        f"{pack.name} - ",
        pack.id,
        pack.id,
        pack.author,
        pack.licence,
    )


def is_packaged(meta: Metadata) -> bool:
    """Whether a rule came with the package."""
    file = Path(meta.file).absolute()
    return file.is_relative_to(rules_dir()) or file.is_relative_to(_NATIVE)
