"""Searching blocks of bytes with the processor's wide instructions, where stringzilla is at hand.

It finds and counts some ten times faster than Python's own ``bytes``, whose search is slow for
needles of two or three bytes. A system that packages without it loses speed and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

Block = bytes | bytearray | memoryview


def _find(block: Block, needle: bytes, start: int = 0, end: int | None = None) -> int:
    return (bytes(block) if isinstance(block, memoryview) else block).find(needle, start, end)


def _count(block: Block, needle: bytes, start: int, end: int) -> int:
    return (bytes(block) if isinstance(block, memoryview) else block).count(needle, start, end)


find: Callable[..., int] = _find
"""Where a needle stands first between these places (start, end); -1 where it does not."""

count: Callable[[Block, bytes, int, int], int] = _count
"""How often a needle stands between these places; copies do not overlap."""

FAST = False
"""Whether to search whole blocks is faster than to look at each line."""

try:
    import stringzilla
except ImportError:
    pass
else:
    find, count, FAST = stringzilla.find, stringzilla.count, True
