"""Events by number, of which the oldest leave: a plain list tells what must still be there."""

from __future__ import annotations

import random

import pytest

from okta_access.matching.correlations import recent_events
from okta_access.matching.correlations.judge import Occurrence
from okta_access.matching.correlations.recent_events import RecentEvents


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_is_found_and_what_is_old_leaves(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    size = dice.choice([1, 2, 7])
    monkeypatch.setattr(recent_events, "BLOCK", size)
    kept, all_of_them, time, oldest = RecentEvents(), [], 0, -1
    for number in range(200):
        time += dice.choice([0, 0, 1, 1, 50])
        uuid = dice.choice([None, str(number), f"00000000-0000-4000-8000-{number:012x}"])
        one = Occurrence(time, uuid, dice.choice(["a", "b"]), number)
        assert kept.append(one) == number
        all_of_them.append(one)
        if dice.random() < 0.2:
            oldest = max(oldest, time - dice.randrange(60))
            kept.drop_before(oldest)
        for row, known in enumerate(all_of_them):
            if known.time >= oldest:
                assert kept[row] == known
                if known.uuid is not None:
                    assert kept.holds(known.time, known.uuid, known.event_type)
                    assert not kept.holds(known.time, known.uuid, "c")
                    assert not kept.holds(known.time - 1, known.uuid, known.event_type)
        needed = sum(known.time >= oldest for known in all_of_them)
        assert needed <= len(kept) < needed + size
        assert not kept.holds(time + 1, "0", "a")
