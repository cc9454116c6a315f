"""What was released before: ``releases/<version>/`` beside the lock, with what is kept of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import InputError
from okta_access.rules.lock.file import NAME, Lock, read_lock

FOLDER = "releases"
_VERSION = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Release:
    """An earlier release: what it was called, what its rules meant, and where it lies."""

    name: str
    lock: Lock
    folder: Path


def release_in(folder: Path) -> Release:
    """The release that lies in a folder, or what is kept of it. Raises :class:`InputError`."""
    file = folder / NAME
    lock = read_lock(file)
    if lock is None:
        raise InputError(f"no such file: {file}")
    if lock.problems or lock.conflict:
        first = (*lock.problems, *lock.conflict)[0]
        raise InputError(first.message, span=first.span, hint=first.hint)
    return Release(folder.resolve().name, lock, folder)


def release_before(version: str, lock: Path) -> Release | None:
    """The last release below a version, beside this lock; None where there is none.

    Raises :class:`InputError`.
    """
    folders = (lock.parent / FOLDER).glob("*/")
    found = [folder for folder in folders if _VERSION.fullmatch(folder.name)]
    earlier = [folder for folder in found if _order(folder.name) < _order(version)]
    return release_in(max(earlier, key=lambda folder: _order(folder.name))) if earlier else None


def _order(version: str) -> tuple[int, ...]:
    """The numbers of a version, to be compared; what follows them does not count.

    >>> _order("0.10.0") > _order("0.9.1.dev1")
    True
    """
    found = _VERSION.match(version)
    return tuple(map(int, found[0].split("."))) if found else ()
