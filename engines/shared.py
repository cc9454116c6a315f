"""One server for several processes that work side by side, such as the workers of a test run."""

from __future__ import annotations

import fcntl
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from engines.elasticsearch import Server, running


@contextmanager
def shared(directory: Path) -> Iterator[Server]:
    """The server of all processes that name the same directory, until none of them needs it.

    Whoever comes first boots it; the others wait for that, and then use it. At the end the one
    that booted it waits for the others, and stops it. The kernel keeps count by file locks, so a
    process that crashes is not waited for, and a server that went down with it is replaced.

    Raises what :func:`~engines.elasticsearch.running` raises.
    """
    note = directory / "engine.json"
    with ExitStack() as stack:
        users = stack.enter_context((directory / "engine.users").open("w"))
        with _boot_lock(directory):
            server = _noted(note)
            if server is None:
                server = stack.enter_context(running())
                note.write_text(json.dumps(asdict(server)), encoding="utf-8")
                stack.callback(fcntl.flock, users, fcntl.LOCK_EX)
                stack.callback(_withdraw, directory, note)
            fcntl.flock(users, fcntl.LOCK_SH)
        yield server


def _noted(note: Path) -> Server | None:
    """The server that another process noted, if it still answers."""
    with suppress(FileNotFoundError, urllib.error.URLError, ConnectionError, TimeoutError):
        server = Server(**json.loads(note.read_text(encoding="utf-8")))
        with urllib.request.urlopen(f"{server.url}/_cluster/health", timeout=10):
            return server
    return None


def _withdraw(directory: Path, note: Path) -> None:
    with _boot_lock(directory):
        note.unlink()


@contextmanager
def _boot_lock(directory: Path) -> Iterator[None]:
    with (directory / "engine.boot").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
