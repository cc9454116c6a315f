"""An earlier version of rules, to compare with: a git revision, a release, or a folder.

Of a revision the files are read out of git into a folder of their own; nothing is checked out, and
the work tree and the index stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from okta_access.errors import InputError
from okta_access.rules.reading.file_reads import rule_files
from okta_access.rules.settings.files import SETTINGS_FILE

_SIGMA = "sigma"  # the folder of a release with the sources of its rules
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier version's files; ``settings`` None: those of now hold for it too."""

    name: str
    paths: tuple[Path, ...]
    settings: Path | None


@contextmanager
def earlier(base: str, paths: Sequence[Path], packs: Sequence[Path] = ()) -> Iterator[Earlier]:
    """What ``base`` is: a folder, a file of rules, a release's folder, or a git revision.

    Of a revision these paths are read; one that is not there gives no rules. ``packs`` are folders
    that are read on demand only: below a folder they have the same name, and one that lies outside
    of the repository is the same in every revision. Raises :class:`InputError`.
    """
    if not base:  # as an unset variable of a script is, and no folder `.`
        raise InputError("BASE is empty", hint="name a git revision, a release or a folder")
    there = Path(base)
    with TemporaryDirectory() as scratch:
        if there.is_dir() and (there / _SIGMA).is_dir() and (there / _MANIFEST).is_file():
            # Where rules lie says what they are, so the folder gets its own name again.
            rules = shutil.copytree(there / _SIGMA, Path(scratch) / "rules")
            yield Earlier(base, (rules,), None)
        elif there.exists():
            inside = (folder for pack in packs if (folder := there / pack.name).is_dir())
            yield Earlier(base, (there, *inside), None)
        else:
            yield _of_revision(base, paths, packs, Path(scratch))


def _of_revision(base: str, paths: Sequence[Path], packs: Sequence[Path], scratch: Path) -> Earlier:
    top = Path(_git(Path(), "rev-parse", "--show-toplevel", why="this is no git repository"))
    commit = _git(
        Path(),
        *("rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}"),
        why=f"`{base}` is neither a folder nor a revision of this repository",
        hint="a shallow clone lacks older ones: git fetch --unshallow",
    )
    elsewhere = [pack for pack in packs if not pack.resolve().is_relative_to(top.resolve())]
    own = [pack for pack in packs if pack not in elsewhere]
    inside = [_inside(path, top) for path in (*paths, *own)]
    settings = _inside(SETTINGS_FILE, top)
    wanted = [path for path in (*inside, settings) if _is_there(top, commit, path)]
    if wanted:
        names = [path.as_posix() for path in wanted]
        done = _run(top, "archive", "--format=zip", commit, "--", *names)
        if done.returncode:
            raise InputError(f"git cannot read the rules of {base}", hint=_said(done))
        with ZipFile(BytesIO(done.stdout)) as archive:
            archive.extractall(scratch)  # names are made safe, and links become files
    set_then = scratch / settings
    if not set_then.is_file():  # that version had no settings, whatever this one has
        set_then.parent.mkdir(parents=True, exist_ok=True)
        set_then.touch()
    found = [there for path in inside if _has_rules(there := scratch / path)]
    return Earlier(base, (*found, *elsewhere), set_then)


def _inside(path: Path, top: Path) -> Path:
    try:
        return path.resolve().relative_to(top.resolve())
    except ValueError:
        raise InputError(f"{path} lies outside of the repository {top}") from None


def _is_there(top: Path, commit: str, path: Path) -> bool:
    name = "" if path == Path() else path.as_posix()
    return not _run(top, "cat-file", "-e", f"{commit}:{name}").returncode


def _has_rules(path: Path) -> bool:
    """Whether it is a file, or a folder that holds rule files and not settings alone."""
    return path.is_file() or (path.is_dir() and bool(rule_files(path)))


def _git(folder: Path, *arguments: str, why: str, hint: str | None = None) -> str:
    done = _run(folder, *arguments)
    if done.returncode:
        raise InputError(why, hint=hint or _said(done))
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def _said(done: subprocess.CompletedProcess[bytes]) -> str | None:
    """Why git failed, in its own words."""
    return done.stderr.decode("utf-8", "replace").partition("\n")[0] or None


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Git, run to its end. Raises :class:`InputError` where there is none."""
    environment = {**os.environ, "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(
            ["git", *arguments], cwd=folder, env=environment, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise InputError("git is not installed, and BASE is no folder") from None
