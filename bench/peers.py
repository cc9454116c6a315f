"""What a scan is compared with: ``python -m bench.peers decode|orjson|search FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import orjson


class _Actor(msgspec.Struct):
    id: str | None = None
    type: str | None = None
    alternateId: str | None = None  # noqa: N815 - Okta's name


class _Outcome(msgspec.Struct):
    result: str | None = None


class _Security(msgspec.Struct):
    isProxy: bool | None = None  # noqa: N815 - Okta's name


class _UserAgent(msgspec.Struct):
    rawUserAgent: str | None = None  # noqa: N815 - Okta's name


class _Client(msgspec.Struct):
    userAgent: _UserAgent | None = None  # noqa: N815 - Okta's name


class _Target(msgspec.Struct):
    id: str | None = None


class _Event(msgspec.Struct):
    """The fields that the event rules read, and those that an alert names."""

    eventType: str  # noqa: N815 - Okta's name
    uuid: str | None = None
    published: str | None = None
    actor: _Actor | None = None
    outcome: _Outcome | None = None
    securityContext: _Security | None = None  # noqa: N815 - Okta's name
    client: _Client | None = None
    target: list[_Target] | None = None


def decode(path: Path) -> int:
    """A bare typed decode of every line: the floor for anything in Python that reads them all."""
    read = msgspec.json.Decoder(_Event).decode
    count = 0
    with path.open("rb") as file:
        for line in file:
            read(line)
            count += 1
    return count


def decode_all(path: Path) -> int:
    """A decode of everything into Python's own values, by the fastest library for that."""
    count = 0
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)
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
    {"decode": decode, "orjson": decode_all, "search": search}[sys.argv[1]](Path(sys.argv[2]))
