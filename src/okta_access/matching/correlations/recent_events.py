"""Events by number while they may still be asked for; the oldest leave, block by block."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from okta_access.catalog.paths import Held
from okta_access.matching.correlations.columns import Uuids
from okta_access.matching.correlations.judge import Occurrence

BLOCK = 1024
"""Events of a block; it is let go as a whole, once its newest event may go."""


class _Block:
    """Events in order of time: some 50 bytes each, and what alerts shall tell of them."""

    __slots__ = ("_further", "_kinds", "_known", "_sources", "_uuids", "times")

    def __init__(self) -> None:
        self.times = array("q")
        self._uuids = Uuids()
        self._sources = array("q")
        self._kinds: list[str] = []
        self._further: list[tuple[Held, ...]] = []
        self._known: dict[str, str] = {}

    def append(self, event: Occurrence) -> None:
        self.times.append(event.time)
        self._uuids.append(event.uuid)
        self._sources.append(event.source)
        # An event type is a new text each time it is read; one of each is enough.
        self._kinds.append(self._known.setdefault(event.event_type, event.event_type))
        self._further.append(event.further)

    def at(self, index: int) -> Occurrence:
        uuid, kind = self._uuids[index], self._kinds[index]
        further = self._further[index]
        return Occurrence(self.times[index], uuid, kind, self._sources[index], further)

    def holds(self, time: int, uuid: str, event_type: str) -> bool:
        for index in range(bisect_left(self.times, time), len(self.times)):
            if self.times[index] != time:
                return False
            if self._kinds[index] == event_type and self._uuids[index] == uuid:
                return True
        return False


class RecentEvents:
    """Events numbered from 0 as they come, in order of time.

    >>> recent = RecentEvents()
    >>> recent.append(Occurrence(5, "u", "access.request.create", 1))
    0
    >>> recent[0].uuid, recent.holds(5, "u", "access.request.create"), len(recent)
    ('u', True, 1)
    >>> recent.drop_before(6); len(recent)
    0
    """

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._gone = 0  # blocks that have left

    def __len__(self) -> int:
        """The number of events that are kept."""
        if not self._blocks:
            return 0
        return (len(self._blocks) - 1) * BLOCK + len(self._blocks[-1].times)

    def __getitem__(self, row: int) -> Occurrence:
        number, index = divmod(row, BLOCK)
        return self._blocks[number - self._gone].at(index)

    def append(self, event: Occurrence) -> int:
        """Keep an event that is no older than those before it; gives its number."""
        if not self._blocks or len(self._blocks[-1].times) == BLOCK:
            self._blocks.append(_Block())
        last = self._blocks[-1]
        last.append(event)
        return (self._gone + len(self._blocks) - 1) * BLOCK + len(last.times) - 1

    def drop_before(self, time: int) -> None:
        """Let go of the blocks in which all events are older; their numbers are not used again."""
        old = bisect_left(self._blocks, time, key=_newest)
        if old:
            del self._blocks[:old]
            self._gone += old

    def holds(self, time: int, uuid: str, event_type: str) -> bool:
        """Whether an event is among those that are kept."""
        for block in self._blocks[bisect_left(self._blocks, time, key=_newest) :]:
            if block.times[0] > time:
                return False
            if block.holds(time, uuid, event_type):
                return True
        return False


def _newest(block: _Block) -> int:
    return block.times[-1]
