"""A log of JSON Lines cut into pieces of whole lines, for several processes to read."""

from __future__ import annotations

import stat
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import msgspec

from okta_access.logs.inputs import STDIN, is_packed, open_log
from okta_access.logs.layout import Layout
from okta_access.logs.record import LONGEST
from okta_access.logs.records import start_of

PIECE = 8 << 20
"""Bytes of a piece, give or take a line."""


class Piece(msgspec.Struct, frozen=True):
    """The bytes from ``start`` up to ``end``; without an end, up to the end of the file."""

    start: int
    end: int | None


def pieces_of(name: str) -> tuple[Piece, ...]:
    """The pieces of a log, in order; none where it is to be read as a whole.

    That is what is no file on a disk, is packed, is short, or has no lines to cut it at.
    Raises :class:`OSError` where it cannot be read, and InputError as ``open_log`` does.
    """
    if name == STDIN or not stat.S_ISREG(Path(name).stat().st_mode):
        return ()
    with Path(name).open("rb") as file:
        if Path(name).stat().st_size < 2 * PIECE or is_packed(file.read(8)):
            return ()
        with open_log(name) as stream:
            if start_of(stream).layout is not Layout.LINES or stream.peek(1)[:1] != b"{":
                return ()
        cuts = _cuts(file, Path(name).stat().st_size)
    if any(later - cut > LONGEST for cut, later in pairwise(cuts)):
        return ()
    ends = (*cuts[1:], None)
    return tuple(Piece(start, end) for start, end in zip(cuts, ends, strict=True))


def _cuts(file: BinaryIO, size: int) -> list[int]:
    """Where lines begin, about a piece apart; the first at 0."""
    cuts = [0]
    while cuts[-1] + 2 * PIECE <= size:
        file.seek(cuts[-1] + PIECE)
        while (rest := file.readline(PIECE)) and not rest.endswith(b"\n"):
            pass
        if file.tell() >= size:
            break
        cuts.append(file.tell())
    return cuts
