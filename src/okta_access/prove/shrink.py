"""The plainest thing on which an oracle differs, found with few questions to it.

An engine answers about a hundred events as fast as about one, so each question is about many
candidates at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Differs = Callable[[Sequence[bytes]], Sequence[bool]]
"""For each of these bytes, whether what is made from them is still judged otherwise."""

EVENT_SIZES = (16, 4, 1)
HISTORY_SIZES = (96, 24, 8)
"""Of the pieces that are made plain at once: fewer questions for what takes longer to ask."""


def plainer(data: bytes, differs: Differs, sizes: Sequence[int] = EVENT_SIZES) -> bytes:
    """These bytes, or plainer ones with the same difference: stretches of them zero.

    >>> plainer(bytes([7, 200, 9]), lambda tried: [data[1] > 100 for data in tried])
    b'\\x00\\xc8\\x00'
    """
    for size in sizes:
        pieces = [range(at, min(at + size, len(data))) for at in range(0, len(data), size)]
        pieces = [piece for piece in pieces if any(data[piece.start : piece.stop])]
        alone = [_without(data, [piece]) for piece in pieces]
        spare = [
            piece for piece, still in zip(pieces, _asked(alone, differs), strict=True) if still
        ]
        together = [_without(data, spare[: n + 1]) for n in range(len(spare))]
        fits = [tried for tried, ok in zip(together, _asked(together, differs), strict=True) if ok]
        data = fits[-1] if fits else data
    return data


def _asked(candidates: Sequence[bytes], differs: Differs) -> Sequence[bool]:
    return differs(candidates) if candidates else ()


def _without(data: bytes, pieces: Sequence[range]) -> bytes:
    kept = bytearray(data)
    for piece in pieces:
        kept[piece.start : piece.stop] = bytes(len(piece))
    return bytes(kept)
