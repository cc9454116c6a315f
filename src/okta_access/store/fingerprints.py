"""What a kept result depends on besides its inputs: this program, its libraries, its Python."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_COMPILED = "__pycache__"
_STARTED = time.time()
_MARGIN = 2  # seconds: how coarse the clock of a file system may be
_INSTALLED = (".dist-info", ".egg-info", ".egg-link", ".pth")


def digest(*parts: str | bytes) -> bytes:
    """One digest of these parts; where one ends and the next begins counts.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    whole = sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.digest()


def code(*parts: str) -> bytes:
    """The content of these files and folders of the package, data files too, and the Python.

    By content and not by version: in a checkout the code changes and the version does not.
    Raises OSError where the package is no folder of files (in a zip archive, say).

    >>> code("errors.py") == code("content.py")
    False
    """
    return digest(sys.version, sys.implementation.cache_tag or "", *map(_code, parts))


@cache
def _code(part: str) -> bytes:
    whole: list[str | bytes] = []
    for path in _files(_PACKAGE / part):
        whole += (path, Path(path).read_bytes())
    if not whole:
        raise FileNotFoundError(f"no files in {part}")
    return digest(*whole)


def is_settled(*parts: str) -> bool:
    """Whether these files of the package are surely those that this process has imported.

    What is edited while a command runs may be hashed in one state and run in another.
    """
    try:
        files = (path for part in parts for path in _files(_PACKAGE / part))
        return all(Path(path).stat().st_mtime < _STARTED - _MARGIN for path in files)
    except OSError:
        return False


def libraries(*names: str) -> bytes:
    """What is installed beside this package, and the files of the top-level packages ``names``.

    Distributions by name and time, the named packages by the size and time of each file, so that
    a checkout of one of them counts as well. Nothing is imported.
    """
    return digest(_installed(), *map(_library, names))


@cache
def _installed() -> bytes:
    seen: list[str] = []
    for entry in sys.path:
        try:
            with os.scandir(entry or ".") as found:
                seen += sorted(
                    f"{one.path} {one.stat().st_mtime_ns}"
                    for one in found
                    if one.name.endswith(_INSTALLED)
                )
        except OSError:  # sys.path names what need not exist
            continue
    return digest(*seen)


@cache
def _library(name: str) -> bytes:
    seen: list[str] = []
    spec = find_spec(name)
    places = (spec.submodule_search_locations or [spec.origin or ""]) if spec else ()
    for place in places:
        for path in _files(Path(place)):
            about = os.stat(path)  # noqa: PTH116 - of a text, many times
            seen.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return digest(name, *seen)


def _files(path: Path) -> Iterator[str]:
    """A file, or the files below a folder, in a fixed order."""
    if path.is_file():
        yield str(path)
        return
    for folder, folders, files in os.walk(path, onerror=_raise):
        folders[:] = sorted(name for name in folders if name != _COMPILED)
        yield from (os.path.join(folder, name) for name in sorted(files))  # noqa: PTH118 - for each file at each start


def _raise(error: OSError) -> None:
    raise error
