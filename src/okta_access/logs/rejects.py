"""What in a log is no event."""

from __future__ import annotations

from dataclasses import dataclass

from okta_access.logs.place import Place


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is no event: where, why, and its bytes."""

    place: Place
    reason: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"
