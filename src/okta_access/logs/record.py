"""One JSON value as it was found in a log: its bytes and its place."""

from __future__ import annotations

import msgspec

LONGEST = 16 << 20
"""Bytes of the longest value that is read; Okta's events have some thousands."""

_KEPT = 4096  # of what is too long, for --rejects


class Record(msgspec.Struct, frozen=True):
    """The bytes of one JSON value, and the line (from 1) on which it begins."""

    line: int
    data: bytes


class Unread(bytes):
    """The beginning of what could not be read as a value, with the reason."""

    reason: str

    def __new__(cls, data: bytes, reason: str) -> Unread:
        """The first bytes of ``data``, which know why they are no value."""
        made = super().__new__(cls, data[:_KEPT])
        made.reason = reason
        return made

    def __reduce__(self) -> tuple[type[Unread], tuple[bytes, str]]:
        """How to hand it to another process."""
        return Unread, (bytes(self), self.reason)


def too_long(begun: bytes, length: int) -> Unread:
    """What stands for a line of so many bytes, which begins so."""
    return Unread(begun, f"a line of {length:,} bytes; more than {LONGEST:,} are not read")
