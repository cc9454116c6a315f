"""The index pattern that compiled queries name, made to match one oracle's indices and no others.

Query texts are run as they are, so what ``FROM logs-okta*`` reaches is decided by aliases. An
index of an oracle has a neutral name (full stacks allow only data streams under ``logs-*-*``)
and is moved in and out of the pattern by an alias, in one atomic step.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from okta_access.cluster.client import Cluster
from okta_access.cluster.writing import change_aliases
from okta_access.errors import EngineError

PATTERN = "logs-okta*"
"""The pattern of compiled queries."""

_INDEX = "okta-access-oracle-"
_ALIAS = "logs-okta.system-test-"


def new_index() -> str:
    """A name for an index that no other has."""
    return f"{_INDEX}{secrets.token_hex(8)}"


def visible(cluster: Cluster) -> set[str]:
    """The indices behind the pattern, all of them an oracle's.

    Raises:
        EngineError: one of them is not. Made-up attacks among real logs raise real alerts, and
            real logs among made-up ones falsify answers.
    """
    found = cluster.resolved(PATTERN)
    foreign = [one["name"] for kind in ("indices", "data_streams") for one in found[kind]]
    indices: set[str] = set()
    for alias in found["aliases"]:
        indices.update(alias["indices"])
        foreign += [alias["name"] for index in alias["indices"] if not index.startswith(_INDEX)]
    if foreign:
        raise EngineError(
            f"this server holds Okta logs already ({foreign[0]})",
            hint="made-up events belong on a server of their own",
        )
    return indices


@contextmanager
def claimed(cluster: Cluster, indices: Sequence[str]) -> Iterator[None]:
    """Lets the pattern match these indices and nothing else while the block lasts.

    Raises:
        EngineError: a run on another machine moved the pattern meanwhile, so that an answer may
            be over its events; or as :func:`visible` does.
    """
    with alone(cluster):
        seen, own = visible(cluster), set(indices)
        actions = [{"add": _link(index)} for index in sorted(own - seen)]
        actions += [{"remove": _link(index)} for index in sorted(seen - own)]
        if actions:
            change_aliases(cluster, actions)
        yield
        if visible(cluster) != own:
            raise EngineError("another run uses the same server, so the answer may be its own")


@contextmanager
def alone(cluster: Cluster) -> Iterator[None]:
    """Keeps other oracles of this user on this machine away from the pattern of this server."""
    server = hashlib.sha256(cluster.place.encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir(), f"okta-access-oracle-{os.getuid()}-{server}.lock")
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EngineError(f"cannot open {path}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _link(index: str) -> dict[str, str]:
    return {"index": index, "alias": _ALIAS + index.removeprefix(_INDEX)}
