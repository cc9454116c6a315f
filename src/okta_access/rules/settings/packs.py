"""The packs of rules that are read only where somebody asks for them, and who asks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from okta_access.content import PACKS, default_rules, rules_dir
from okta_access.errors import InputError
from okta_access.rules.reading import file_reads
from okta_access.rules.settings.files import PACKS_KEY, read_settings, user_file

_CATALOGUES = "*.catalog"


class Inputs(msgspec.Struct, frozen=True):
    """What a run reads: rule files and folders, and catalogue files."""

    paths: tuple[Path, ...]
    catalogs: tuple[Path, ...]


def with_packs(
    paths: Iterable[Path],
    catalogs: Iterable[Path],
    packs: Iterable[str],
    user: Path | None,
    *,
    whole: bool,
) -> Inputs:
    """These inputs, and those of the packs: the named ones, and those of the user's settings.

    The settings' packs add their fields and event types to any run, and their rules where it is
    about ``whole`` sets of rules. Raises :class:`InputError` for a name that no pack has.
    """
    named, wanted = dict.fromkeys(packs), packs_wanted(user)
    for name in named:
        if name not in PACKS:
            raise InputError(f"there is no pack `{name}`", hint=f"known are {', '.join(PACKS)}")
    known = [*dict.fromkeys((*named, *wanted))]
    read = known if whole else [*named]
    return Inputs(
        (*paths, *map(pack_folder, read)),
        (*(file for name in known for file in catalogues(pack_folder(name))), *catalogs),
    )


def packs_wanted(user: Path | None) -> tuple[str, ...]:
    """The packs that the user's settings switch on; none for a mistaken file."""
    file = user_file(user)
    try:
        found = () if file is None else read_settings(file).raw.get(PACKS_KEY, ())
    except InputError:
        return ()
    return tuple(name for name in PACKS if isinstance(found, list) and name in found)


def pack_folder(name: str) -> Path:
    """The folder of a pack: below ``./rules``, else below the packaged rules."""
    here = default_rules() / name
    return here if file_reads.is_folder(here) else rules_dir() / name


def catalogues(folder: Path) -> list[Path]:
    """The catalogue files of a pack, which lie in its folder."""
    return sorted(folder.glob(_CATALOGUES))
