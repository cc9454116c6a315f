"""Compiled files on disk: written, or compared with what lies there.

A file's name comes from a rule's name, which comes from a file somebody wrote; so a name is one
plain word, or nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import InputError, OktaAccessError, Refused, Span

_RULE_NAME = re.compile(r"[a-z0-9_-]{1,200}", re.ASCII)
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", re.ASCII)


def check_rule_name(name: str) -> str:
    """The name of a rule, where a file can be named after it. Raises :class:`Refused`.

    >>> check_rule_name("okta_access_review_own")
    'okta_access_review_own'
    """
    if not _RULE_NAME.fullmatch(name):
        raise Refused(
            f"the rule's name {name!r} cannot name a file",
            hint="lower-case letters, digits, _ and -, at most 200",
        )
    return name


def write_files(files: Mapping[str, bytes], directory: Path) -> None:
    """Write the files into a directory, which is made where it is not there.

    Raises :class:`InputError` for a directory that cannot be made or written to.
    """
    for name in files:
        _check_file_name(name)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (directory / name).write_bytes(data)
    except OSError as error:
        place = Span(str(error.filename or directory))
        raise InputError(f"cannot be written: {error.strerror}", span=place) from error


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it would be written: ``changed``, ``missing`` or ``stale``."""

    name: str
    kind: str


def differences(
    files: Mapping[str, bytes], directory: Path, suffixes: Iterable[str]
) -> tuple[Difference, ...]:
    """Where the files in a directory are not those that would be written, by name.

    A file with one of these suffixes that would not be written is stale. Raises
    :class:`InputError` where the directory cannot be read.
    """
    endings = tuple(suffixes)
    try:
        there = {p.name for p in directory.iterdir() if p.is_file() and p.name.endswith(endings)}
        found = dict.fromkeys(there - {*files}, "stale")
        for name, data in files.items():
            path = directory / name
            if not path.is_file():
                found[name] = "missing"
            elif path.read_bytes() != data:
                found[name] = "changed"
    except OSError as error:
        place = Span(str(error.filename or directory))
        raise InputError(f"cannot be read: {error.strerror}", span=place) from error
    return tuple(Difference(name, found[name]) for name in sorted(found))


def _check_file_name(name: str) -> None:
    if not _FILE_NAME.fullmatch(name):
        raise OktaAccessError(f"not a name for a file: {name!r}")
