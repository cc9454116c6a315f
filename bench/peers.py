"""What a scan is compared with: ``python -m bench.peers decode|search FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec


class _Actor(msgspec.Struct):
    id: str | None = None
    type: str | None = None
    alternateId: str | None = None  # noqa: N815 - Okta's name


class _Outcome(msgspec.Struct):
    result: str | None = None


class _Security(msgspec.Struct):
    isProxy: bool | None = None  # noqa: N815 - Okta's name


class _Event(msgspec.Struct):
    eventType: str  # noqa: N815 - Okta's name
    uuid: str | None = None
    published: str | None = None
    actor: _Actor | None = None
    outcome: _Outcome | None = None
    securityContext: _Security | None = None  # noqa: N815 - Okta's name


def decode(path: Path) -> int:
    """A bare typed decode of every line: the floor for anything in Python that reads them all."""
    read = msgspec.json.Decoder(_Event).decode
    count = 0
    with path.open("rb") as file:
        for line in file:
            read(line)
            count += 1
    return count


def search(path: Path) -> int:
    """A plain search of every line for the literals of the event types."""
    count = 0
    with path.open("rb") as file:
        for line in file:
            count += b"access.re" in line
    return count


if __name__ == "__main__":
    {"decode": decode, "search": search}[sys.argv[1]](Path(sys.argv[2]))
