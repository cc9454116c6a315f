"""What was released before: ``releases/<version>.lock`` beside the lock, one a release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import InputError
from okta_access.rules.lock.file import Lock, read_lock

FOLDER = "releases"
_VERSION = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Release:
    """An earlier release: what it was called, and what its rules meant."""

    name: str
    lock: Lock


def release_in(file: Path) -> Release:
    """The release whose lock is in a file. Raises :class:`InputError`."""
    lock = read_lock(file)
    if lock is None:
        raise InputError(f"no such file: {file}")
    if lock.problems or lock.conflict:
        first = (*lock.problems, *lock.conflict)[0]
        raise InputError(first.message, span=first.span, hint=first.hint)
    return Release(file.stem, lock)


def release_before(version: str, lock: Path) -> Release | None:
    """The last release below a version, beside this lock; None where there is none.

    Raises :class:`InputError`.
    """
    files = (lock.parent / FOLDER).glob("*.lock")
    found = [file for file in files if _VERSION.fullmatch(file.stem)]
    earlier = [file for file in found if _order(file.stem) < _order(version)]
    return release_in(max(earlier, key=lambda file: _order(file.stem))) if earlier else None


def _order(version: str) -> tuple[int, ...]:
    """The numbers of a version, to be compared; what follows them does not count.

    >>> _order("0.10.0") > _order("0.9.1.dev1")
    True
    """
    found = _VERSION.match(version)
    return tuple(map(int, found[0].split("."))) if found else ()
