"""The user's cache folder: small files under a name, whole or not there.

What is kept here is only ever a shortcut. Whatever is wrong with the folder or a file in it (not
there, not ours, torn, full, read-only) means that nothing is kept, and never an error.

The folder must be the user's own and closed to everybody else (mode 0700), and so must each file
be; links are not followed. A file carries the digest of its name and content, and takes its place
by one rename: of two processes that write one, the later one's file stands, and both are whole.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

VARIABLE = "OKTA_ACCESS_CACHE"
OFF = "off"
FORM = b"okta-access-store/1\n"
MOST_BYTES = 32 << 20  # of one file; a rule set of 10,000 rules takes half of it
MOST_FILES = 48
MOST_DAYS = 30  # without having been used
_DAY = 86_400
_HOUR = 3_600
_DIGEST = sha256().digest_size
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Nothing of another name is ever removed: the folder may be one that holds other things.
_OURS = r"okta-access-[a-z]+-[0-9a-f]+\.kept"
_NEW = rf"\.{_OURS}\.[0-9]+\.[0-9a-f]+"  # still being written


def folder() -> Path | None:
    """Where files are kept, whether it exists or not; None where nothing is to be kept.

    ``OKTA_ACCESS_CACHE`` names the folder, or says ``off``; else it is ``okta-access`` in
    ``$XDG_CACHE_HOME``, or in ``~/.cache``.
    """
    if os.name != "posix":  # no owners and modes to judge by
        return None
    said = os.environ.get(VARIABLE, "")
    if said.lower() == OFF:
        return None
    if said:
        return Path(said)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):  # the specification: a relative path is to be ignored
        base = os.path.expanduser("~/.cache")  # noqa: PTH111 - Path.expanduser raises
    return Path(base, "okta-access") if base.startswith("/") else None


def read(kind: str, key: bytes) -> bytes | None:
    """The content of that kind (lower-case letters) kept under a key, or None."""
    name = _name(kind, key)
    with suppress(OSError), _opened(create=False) as place:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
        with os.fdopen(file, "rb") as stream:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or not _is_closed(found):
                return None
            if found.st_size > MOST_BYTES:
                return None
            data = stream.read()
            if time.time() - found.st_mtime > _DAY:
                os.utime(file)  # the time of last use, by which the oldest are dropped
        return _content(name, data)
    return None


def write(kind: str, key: bytes, content: bytes) -> bool:
    """Keep a content under its kind and key; says whether that was done."""
    name = _name(kind, key)
    if len(content) > MOST_BYTES - len(FORM) - _DIGEST:
        return False
    with suppress(OSError), _opened(create=True) as place:
        new = f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        file = os.open(new, flags, 0o600, dir_fd=place)
        try:
            with os.fdopen(file, "wb") as stream:
                stream.write(FORM + _digest(name, content) + content)
            os.rename(new, name, src_dir_fd=place, dst_dir_fd=place)
        except BaseException:
            with suppress(OSError):
                os.unlink(new, dir_fd=place)
            raise
        with suppress(OSError):
            _prune(place)
        return True
    return False


@contextmanager
def _opened(*, create: bool) -> Iterator[int]:
    """The folder as a descriptor. Raises OSError where it cannot be used."""
    path = folder()
    if path is None:
        raise FileNotFoundError
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        place = os.open(path, flags)
    except FileNotFoundError:
        if not create:
            raise
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        place = os.open(path, flags)
    try:
        if not _is_closed(os.fstat(place)):
            raise PermissionError
        yield place
    finally:
        os.close(place)


def _is_closed(found: os.stat_result) -> bool:
    """Whether this is the user's own and nobody else has a right to it."""
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS


def _name(kind: str, key: bytes) -> str:
    return f"okta-access-{kind}-{key.hex()}.kept"


def _digest(name: str, content: bytes) -> bytes:
    return sha256(name.encode() + b"\0" + content).digest()


def _content(name: str, data: bytes) -> bytes | None:
    start = len(FORM) + _DIGEST
    content = data[start:]
    whole = data.startswith(FORM) and data[len(FORM) : start] == _digest(name, content)
    return content if whole else None


def _prune(place: int) -> None:
    """Drop what has not been used for long, what is too much, and what nobody finished."""
    now = time.time()
    kept: list[tuple[float, str]] = []
    dropped: list[str] = []
    with os.scandir(place) as entries:
        for entry in entries:
            # A time to come, of a clock that was wrong, is as old as it is far away.
            age = abs(now - entry.stat(follow_symlinks=False).st_mtime)
            if re.fullmatch(_OURS, entry.name):
                kept.append((age, entry.name))
            elif re.fullmatch(_NEW, entry.name) and age > _HOUR:
                dropped.append(entry.name)
    kept.sort()
    dropped += [name for _, name in kept[MOST_FILES:]]
    dropped += [name for age, name in kept[:MOST_FILES] if age > MOST_DAYS * _DAY]
    for name in dropped:
        with suppress(OSError):  # another process was faster
            os.unlink(name, dir_fd=place)
