"""Archives of a release, looked at before anybody unpacks them."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

SUFFIXES = (".tar.gz", ".zip", ".whl")
_MOST = 0o755  # nobody but the owner writes, nobody becomes another
_LARGEST = 1 << 30  # bytes unpacked: a release has some five million
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or packed in a way that Python does not know
    ValueError,
    zlib.error,
)


def unsafe(name: str, data: bytes) -> Iterator[str]:
    """What speaks against unpacking an archive, a line each; nothing for a safe one.

    Safe is: plain files and folders alone, each path once and inside, written by their owner alone.
    """
    try:
        found = [*members(name, data)]
    except _BROKEN as error:
        yield f"cannot be read: {error}"
        return
    seen: set[str] = set()
    for path, kind, mode in found:
        if not inside(path):
            yield f"{path!r} is not a path inside"
        if path in seen:
            yield f"{path!r} is there twice"
        seen.add(path)
        if kind is not None:
            yield f"{path!r} is {kind}"
        elif mode & ~_MOST:
            yield f"{path!r} has mode {mode:o}"


def members(name: str, data: bytes) -> Iterator[tuple[str, str | None, int]]:
    """What an archive holds: paths, with what is none of plain file and folder, and modes."""
    return _tar(data) if name.endswith(".tar.gz") else _zip(data)


def unpack(name: str, data: bytes, folder: Path) -> None:
    """The files of an archive that is safe, below a folder."""
    for path, content in _tar_files(data) if name.endswith(".tar.gz") else _zip_files(data):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def inside(path: str) -> bool:
    """Whether a path with forward slashes stays in the folder that it is taken from.

    >>> [inside(one) for one in ("a/b", "/a", "../a", "a/../b", "a\\\\b", "C:/a", "")]
    [True, False, False, False, False, False, False]
    """
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and not set(path) & set("\\:\0")


def _tar(data: bytes) -> Iterator[tuple[str, str | None, int]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        size = 0
        for one in archive:
            size += one.size
            _hold(size)
            kind = None if one.isfile() or one.isdir() else "neither a file nor a folder"
            yield one.name, kind, one.mode


def _zip(data: bytes) -> Iterator[tuple[str, str | None, int]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _hold(sum(one.file_size for one in archive.infolist()))
        if (broken := archive.testzip()) is not None:
            raise ValueError(f"{broken!r} does not hold to its checksum")
        for one in archive.infolist():
            mode = one.external_attr >> 16
            # A zip need not say of what kind a member is: wheels do not of their metadata.
            plain = stat.S_IFMT(mode) in (0, stat.S_IFREG, stat.S_IFDIR)
            yield one.filename, None if plain else "neither a file nor a folder", stat.S_IMODE(mode)


def _hold(size: int) -> None:
    if size > _LARGEST:
        raise ValueError(f"unpacked it has more than {_LARGEST:,} bytes")


def _tar_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for one in archive:
            file = archive.extractfile(one)
            if file is not None:
                yield one.name, file.read()


def _zip_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for one in archive.infolist():
            if not one.is_dir():
                yield one.filename, archive.read(one)
