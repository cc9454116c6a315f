"""Many things of one maker by a seed, and the plainest thing of which something holds.

No library takes part: the same seed gives the same bytes on every machine and version.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import BYTES, Maker

T = TypeVar("T")


def sample(maker: Maker[T], count: int, seed: str | int, size: int = BYTES) -> list[T]:
    """So many things, the plainest first; ``size`` is the number of bytes each is made from."""
    return [maker.make(Choices(data)) for data in islice(draws(seed, size), count)]


def draws(seed: str | int, size: int = BYTES) -> Iterator[bytes]:
    """Bytes to make things from, without end; the first are all zero.

    >>> next(draws(1, 4))
    b'\\x00\\x00\\x00\\x00'
    """
    source = random.Random(f"okta-access {seed}")  # noqa: S311 - no secret
    yield bytes(size)
    while True:
        yield source.randbytes(size)


def plainest(data: bytes, holds: Callable[[bytes], bool]) -> bytes:
    """Bytes as near to zero as single steps lead, of which ``holds`` still says yes.

    >>> plainest(bytes([7, 200, 9]), lambda data: data[1] >= 100)
    b'\\x00d\\x00'
    """
    for size in (len(data) // 2, len(data) // 8, 4, 1):
        for start in range(0, len(data), max(size, 1)):
            shorter = data[:start] + bytes(len(data[start : start + size])) + data[start + size :]
            if shorter != data and holds(shorter):
                data = shorter
    for at in range(len(data)):
        low, high = 0, data[at]  # the least that holds, as far as halving finds it
        while low < high:
            middle = (low + high) // 2
            lower = data[:at] + bytes([middle]) + data[at + 1 :]
            if holds(lower):
                data, high = lower, middle
            else:
                low = middle + 1
    return data
