"""Which project a file belongs to, and what the file is in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.content import PACKS, rules_dir
from okta_access.rules.reading import file_reads
from okta_access.rules.settings.files import SETTINGS_FILE, extends_packaged
from okta_access.rules.settings.packs import catalogues, packs_wanted

_RULES, _FIXTURES, _DEFAULTS = "rules", "fixtures", "defaults.toml"


class Kind(Enum):
    """What a file holds."""

    RULES = auto()
    FIXTURE = auto()
    SETTINGS = auto()


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that holds ``rules/``, ``fixtures/`` and perhaps ``okta-access.toml``.

    ``catalogs`` are catalogue files that hold for all of its rules.
    """

    root: Path
    catalogs: tuple[Path, ...] = ()

    @property
    def rules(self) -> Path:
        """The folder of its rules."""
        return self.root / _RULES

    @property
    def settings(self) -> Path:
        """Its settings file; an empty one where there is none."""
        file = self.root / SETTINGS_FILE
        return file if file_reads.is_file(file) else Path(os.devnull)

    @property
    def packaged(self) -> Path | None:
        """The packaged rules, where its pack extends them."""
        return rules_dir() if extends_packaged(self.settings) else None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The folders of all its rules, those of the packs that it switches on included."""
        return (self.rules, *map(self._pack, packs_wanted(self.settings)))

    def catalog_files(self, file: Path | None = None) -> tuple[Path, ...]:
        """The catalogue files for a file: the project's, and those of packs that are switched on.

        A rule or fixture that lies in a pack is read with the pack's.
        """
        own = [] if file is None else [one for one in PACKS if one in _folders(file)]
        names = dict.fromkeys((*packs_wanted(self.settings), *own))
        found = (one for name in names for one in catalogues(self._pack(name)))
        return (*found, *self.catalogs)

    def catalog(self, file: Path | None = None) -> Catalog:
        """The catalogue for a file. Raises :class:`CatalogError` and :class:`InputError`."""
        return load_catalog(self.catalog_files(file))

    def kind(self, file: Path) -> Kind | None:
        """What a file of the project holds; None for what is none of ours."""
        if file in (self.root / SETTINGS_FILE, self.rules / _DEFAULTS):
            return Kind.SETTINGS
        if file.suffix not in file_reads.SUFFIXES:
            return None
        folders = _folders(file)
        if _FIXTURES in folders:
            return Kind.FIXTURE
        return Kind.RULES if _RULES in folders else None

    def _pack(self, name: str) -> Path:
        own = self.rules / name
        return own if own.is_dir() else rules_dir() / name


def project_of(file: Path, catalogs: tuple[Path, ...] = ()) -> Project | None:
    """The project of an absolute path: the folder above its nearest ``rules`` or ``fixtures``.

    For a settings file it is the folder that it lies in. None for any other file.

    >>> project_of(Path("/a/rules/audit/b.yml")).root.as_posix()
    '/a'
    >>> project_of(Path("/a/b.yml")) is None
    True
    """
    if file.name == SETTINGS_FILE.name:
        return Project(file.parent, catalogs)
    inside = next((one for one in file.parents if one.name in (_RULES, _FIXTURES)), None)
    return Project(inside.parent, catalogs) if inside is not None else None


def _folders(file: Path) -> tuple[str, ...]:
    """The folders from the nearest ``rules`` or ``fixtures`` on down to the file."""
    parts = file.parts[:-1]
    at = next((n for n in reversed(range(len(parts))) if parts[n] in (_RULES, _FIXTURES)), 0)
    return parts[at:]
