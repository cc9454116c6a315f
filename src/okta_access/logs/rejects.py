"""What in a log is no event."""

from __future__ import annotations

import msgspec

from okta_access.logs.place import Place


class Reject(msgspec.Struct, frozen=True):
    """A record that is no event: where, why, and its bytes."""

    place: Place
    reason: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"
