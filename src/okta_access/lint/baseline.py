"""Findings that were there before: a file that names them, so that only new ones are reported.

An entry is a file, a code and a message, without the line: what was edited above or below changes
nothing. It stands for as many findings as its ``count`` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from okta_access.errors import InputError, Span
from okta_access.lint.findings import Finding

FORM = "okta-access-lint-baseline/1"


class Entry(msgspec.Struct, frozen=True, order=True):
    """Findings of one file that say the same."""

    path: str
    code: str
    message: str
    count: int = 1

    def __str__(self) -> str:
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.path}: {self.code} {self.message}{times}"


class _File(msgspec.Struct, frozen=True):
    form: str
    findings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings that no entry stands for, the number of others, and entries left over."""

    new: tuple[Finding, ...]
    known: int
    stale: tuple[Entry, ...]


def read_baseline(path: Path) -> tuple[Entry, ...]:
    """The entries of a file. Raises :class:`InputError` for one that is missing or no baseline."""
    span = Span.whole(str(path))
    try:
        read = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        hint = "--write-baseline writes it"
        raise InputError(f"no baseline: {error.strerror}", span=span, hint=hint) from error
    except msgspec.MsgspecError as error:
        raise InputError(f"not a baseline: {error}", span=span) from error
    if read.form != FORM:
        raise InputError(f"not a baseline: its form is {read.form}, not {FORM}", span=span)
    return read.findings


def written(findings: Iterable[Finding]) -> bytes:
    """A file that names these findings, in a stable order and a line each."""
    entries = [Entry(*key, count) for key, count in sorted(_counted(findings).items())]
    lines = ",\n    ".join(msgspec.json.encode(one).decode() for one in entries)
    listed = f"[\n    {lines}\n  ]" if entries else "[]"
    return f'{{\n  "form": "{FORM}",\n  "findings": {listed}\n}}\n'.encode()


def compared(findings: Iterable[Finding], entries: Iterable[Entry]) -> Compared:
    """The findings beside the entries: of more findings than counted the last ones are new."""
    left = Counter({_key(one): one.count for one in entries})
    new: list[Finding] = []
    known = 0
    for finding in findings:
        key = _key_of(finding)
        if left[key] > 0:
            left[key] -= 1
            known += 1
        else:
            new.append(finding)
    stale = tuple(Entry(*key, count) for key, count in sorted(left.items()) if count > 0)
    return Compared(tuple(new), known, stale)


def _counted(findings: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter(map(_key_of, findings))


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.path, entry.code, entry.message


def _key_of(finding: Finding) -> tuple[str, str, str]:
    return finding.span.file, finding.code, finding.message
