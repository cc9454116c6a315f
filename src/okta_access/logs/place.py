"""Where something was read in a log."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where an event was read: its file, and the line on which it begins."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file
