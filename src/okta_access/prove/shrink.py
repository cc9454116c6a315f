"""The plainest event on which an oracle differs, found with few questions to it.

An engine answers about a hundred events as fast as about one, so each question is about many
candidates at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from okta_access.catalog.model import UUID
from okta_access.prove.evidence import Event
from okta_access.prove.trials import Sketched, Trial

Differs = Callable[[Sequence[Event]], frozenset[str]]
"""Which of these events (by uuid) an oracle judges otherwise than the reference."""

_SIZES = (16, 4, 1)  # of the pieces that are made plain at once


def plainer(trial: Trial, differs: Differs) -> Sketched:
    """The event of a trial, or a plainer one of its kind that still differs."""
    data = trial.data
    for size in _SIZES:
        pieces = [range(at, min(at + size, len(data))) for at in range(0, len(data), size)]
        alone = [_without(data, [piece]) for piece in pieces]
        spare = [
            piece
            for piece, tried, still in zip(
                pieces, alone, _still(trial, alone, differs), strict=True
            )
            if still and tried != data
        ]
        together = [_without(data, spare[: n + 1]) for n in range(len(spare))]
        fits = [
            tried
            for tried, ok in zip(together, _still(trial, together, differs), strict=True)
            if ok
        ]
        data = fits[-1] if fits else data
    return trial.remake(data)


def _still(trial: Trial, candidates: Sequence[bytes], differs: Differs) -> list[bool]:
    events = [
        {**trial.remake(data).event, UUID: f"{number:08x}-ffff-4000-8000-000000000000"}
        for number, data in enumerate(candidates)
    ]
    found = differs(events) if events else frozenset()
    return [event[UUID] in found for event in events]


def _without(data: bytes, pieces: Sequence[range]) -> bytes:
    kept = bytearray(data)
    for piece in pieces:
        kept[piece.start : piece.stop] = bytes(len(piece))
    return bytes(kept)
