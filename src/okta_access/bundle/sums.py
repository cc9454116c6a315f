"""The checksums of a release: of all its files, written and held against a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from okta_access.bundle.archives import inside
from okta_access.errors import InputError, Span

CHECKSUMS = "SHA256SUMS"
SIGNATURES = (".asc", ".sig", ".sigstore", ".sigstore.json", ".intoto.jsonl")
"""What lies beside a file that somebody signed, under these endings."""

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def checksums(folder: Path) -> bytes:
    """Every file below a folder in the form that ``sha256sum --check`` reads, by path.

    What else lies there (the wheel, the source archive) is covered too.
    """
    rows = ((_sum(path), name) for name, path in sorted(_files(folder).items()))
    return "".join(f"{digest}  {name}\n" for digest, name in rows).encode()


def departures(folder: Path) -> Iterator[str]:
    """Where a folder departs from its checksums, a line each, by path.

    Signatures beside the files are no part of it. Raises :class:`InputError` where the checksums
    are missing or cannot be read.
    """
    listed = _listed(folder / CHECKSUMS)
    there = _files(folder)
    for name in sorted(listed.keys() | there.keys()):
        if not inside(name):
            yield f"{CHECKSUMS}: {name!r} is not a path inside"
        elif name not in there:
            yield f"missing: {name}"
        elif there[name].is_symlink():
            yield f"a link, not a file: {name}"
        elif name in listed and _sum(there[name]) != listed[name]:
            yield f"changed: {name}"
        elif name not in listed and not name.endswith(SIGNATURES):
            yield f"extra: {name}"


def _files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path != folder / CHECKSUMS and (path.is_file() or path.is_symlink())
    }


def _sum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _listed(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}",
            span=Span.whole(str(path)),
            hint="a release has its checksums at the top",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", span=Span.whole(str(path))) from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        read = _LINE.fullmatch(line)
        if read is None:
            raise InputError(
                "expected a checksum, two blanks and a path", span=Span(str(path), number)
            )
        found[read[2]] = read[1]
    return found
