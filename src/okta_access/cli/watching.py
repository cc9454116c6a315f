"""Files that are edited while a command waits: their folders are looked at twice a second.

Looking, rather than being told by the system, works on every file system, network ones included,
and a folder of rules is looked through in a few milliseconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_EVERY = 0.5  # seconds
_SUFFIXES = (".yml", ".yaml", ".toml")

Seen = dict[str, tuple[int, int]]


def changes(places: Iterable[Path], wait: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """One item at once, and one each time that a rule, fixture or settings file there changes."""
    watched = [*places]
    seen = _seen(watched)
    yield
    while True:
        wait(_EVERY)
        now = _seen(watched)
        if now != seen:
            seen = now
            yield


def _seen(places: Iterable[Path]) -> Seen:
    """Time and size of every such file in these files and folders."""
    found: Seen = {}
    for place in places:
        files = place.rglob("*") if place.is_dir() else [place]
        for file in files:
            if file.suffix in _SUFFIXES:
                try:
                    status = os.stat(file)  # noqa: PTH116 - of many small files
                except OSError:  # gone, or not there yet
                    continue
                found[str(file)] = status.st_mtime_ns, status.st_size
    return found
