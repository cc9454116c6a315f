"""What reading rules asks of the file system, noted so that a later run can ask the same again.

A result that is kept between runs holds as long as every answer is the same. Rules, fixtures and
whatever else a kept result depends on are looked at through these functions alone; outside of
:func:`noted` they only question.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from okta_access.content import PACKS
from okta_access.store.fingerprints import digest

SUFFIXES = (".yml", ".yaml")
FIXTURES = "fixtures"
CHANGED = b""  # the answer to a question that was asked twice and answered differently


class Question(NamedTuple):
    """What was asked: its kind, of which path, and the name it asks for, if any."""

    kind: str
    path: str
    name: str = ""


Answers = dict[Question, bytes]

_notes: ContextVar[Answers | None] = ContextVar("file_reads", default=None)
_buffers: ContextVar[Mapping[str, bytes]] = ContextVar("buffers", default=MappingProxyType({}))


@contextmanager
def unsaved(buffers: Mapping[str, bytes]) -> Iterator[None]:
    """Read these texts instead of the files at these real paths: what an editor has not saved."""
    token = _buffers.set(buffers)
    try:
        yield
    finally:
        _buffers.reset(token)


def all_saved() -> bool:
    """Whether everything is read from the file system, so that it may be kept for other runs."""
    return not _buffers.get()


@contextmanager
def noted() -> Iterator[Answers]:
    """Note every question asked in this context, and the digest of the answer."""
    answers: Answers = {}
    token = _notes.set(answers)
    try:
        yield answers
    finally:
        _notes.reset(token)


def still_hold(answers: Mapping[Question, bytes]) -> bool:
    """Whether each of these questions has the same answer now."""
    for question, before in answers.items():
        if question.kind not in _QUESTIONS:
            return False
        with noted() as now, suppress(OSError):
            _QUESTIONS[question.kind](question)
        if before == CHANGED or now.get(question) != before:
            return False
    return True


def content(path: Path) -> bytes:
    """What a file holds. Raises OSError where it cannot be read."""
    question = Question("content", str(path))
    buffer = _buffer(path)
    if buffer is not None:
        _note(question, "read", buffer)
        return buffer
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - of many small files
            data = file.readall()
    except OSError as error:
        _note(question, "unread", str(error.errno))
        raise
    _note(question, "read", data)
    return data


def is_file(path: Path) -> bool:
    """Whether the path leads to a file."""
    found = path.is_file() or _buffer(path) is not None
    _note(Question("is_file", str(path)), str(found))
    return found


def is_folder(path: Path) -> bool:
    """Whether the path leads to a folder."""
    found = path.is_dir()
    _note(Question("is_folder", str(path)), str(found))
    return found


def resolved(path: Path) -> str:
    """The path without links on the way."""
    found = os.path.realpath(path)
    _note(Question("resolved", str(path)), found)
    return found


def resolved_below(path: Path, folder: Path, root: str) -> str:
    """As :func:`resolved`, of one of the :func:`rule_files` of a folder that leads to ``root``.

    These lie behind no link but perhaps the last: to look for others takes time for each.
    """
    if path.is_symlink():
        return resolved(path)
    found = os.path.join(root, path.relative_to(folder))  # noqa: PTH118 - texts
    _note(Question("resolved", str(path)), found)
    return found


def rule_files(folder: Path) -> list[Path]:
    """The rule files in a folder and below, in the order of their paths.

    Folders named ``fixtures`` or like a pack and hidden ones hold none; links to folders are not
    followed, and what may not be listed is passed over.
    """
    found = sorted(_below(str(folder), ()))
    _note(Question("rule_files", str(folder)), *("/".join(parts) for parts in found))
    return [folder.joinpath(*parts) for parts in found]


def named(root: Path, name: str) -> list[Path]:
    """Rule files of that name anywhere below a folder; ``name`` is a word and no pattern."""
    found = sorted(path for suffix in SUFFIXES for path in root.rglob(f"{name}{suffix}"))
    _note(Question("named", str(root), name), *map(str, found))
    return found


def listed(folder: Path) -> list[Path]:
    """The rule files in a folder itself; none where there is no such folder."""
    found = sorted(p for p in folder.glob("*") if p.suffix in SUFFIXES and p.is_file())
    _note(Question("listed", str(folder)), *map(str, found))
    return found


_QUESTIONS: Mapping[str, Callable[[Question], object]] = MappingProxyType(
    {
        "content": lambda question: content(Path(question.path)),
        "is_file": lambda question: is_file(Path(question.path)),
        "is_folder": lambda question: is_folder(Path(question.path)),
        "resolved": lambda question: resolved(Path(question.path)),
        "rule_files": lambda question: rule_files(Path(question.path)),
        "named": lambda question: named(Path(question.path), question.name),
        "listed": lambda question: listed(Path(question.path)),
    }
)


def _buffer(path: Path) -> bytes | None:
    buffers = _buffers.get()
    return buffers.get(os.path.realpath(path)) if buffers else None


def _note(question: Question, *answer: str | bytes) -> None:
    answers = _notes.get()
    if answers is not None:
        seen = digest(*answer)
        if answers.setdefault(question, seen) != seen:
            answers[question] = CHANGED


def _below(folder: str, parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except PermissionError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in (FIXTURES, *PACKS):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, (*parts, entry.name))
        elif entry.name.endswith(SUFFIXES) and _leads_to_file(entry):
            yield (*parts, entry.name)


def _leads_to_file(entry: os.DirEntry[str]) -> bool:
    # Of a link that leads nowhere or in circles only Path does not raise.
    return Path(entry.path).is_file() if entry.is_symlink() else entry.is_file()
