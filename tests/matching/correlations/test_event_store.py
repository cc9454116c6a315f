"""From events to alerts of correlations: what is kept, and that reading order does not matter."""

from __future__ import annotations

import pickle
import random
from itertools import cycle, pairwise

import pytest

from okta_access.catalog.template import template_event
from okta_access.catalog.times import event_time
from okta_access.matching.correlations import kinds, texts
from okta_access.matching.correlations import prefilter as likely
from okta_access.matching.correlations.event_store import EventStore, find_alerts
from tests.builders.histories import (
    ALERTING,
    CREATE,
    candidates,
    correlations,
    event,
    kept,
    put_all,
)
from tests.builders.judging import judge
from tests.builders.models import (
    TOGETHER,
    correlation,
    event_rule,
    of_types,
)
from tests.builders.strategies import CATALOG, TYPES


@pytest.mark.parametrize("seed", range(20))
def test_a_history_finds_what_each_correlation_finds_alone(seed: int) -> None:
    dice = random.Random(seed)
    events = [event(dice) for _ in range(60)]
    alone = [
        alert
        for one, bases in correlations()
        for alert in judge(one, candidates(one, bases, events))
    ]
    alone.sort(key=lambda alert: (alert.time, alert.correlation.name, alert.group))
    assert alone
    assert [*kept(events).alerts()] == alone
    for one, bases in correlations():
        mine = [alert for alert in alone if alert.correlation == one]
        assert find_alerts(one, bases, events, CATALOG) == mine


def test_a_short_history_finds_what_each_correlation_finds_alone() -> None:
    """Few events: what is counted in passing decides whether anything is judged at all."""
    fired = 0
    for seed in range(400):
        dice = random.Random(seed)
        events = [event(dice) for _ in range(dice.randrange(2, 5))]
        for one, bases in correlations():
            alone = judge(one, candidates(one, bases, events))
            assert find_alerts(one, bases, events, CATALOG) == alone, seed
            fired += len(alone)
    assert fired > 50


@pytest.mark.parametrize("seed", range(10))
def test_groups_that_share_a_cell_lose_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    events = [event(dice) for _ in range(60)]
    expected = [*kept(events).alerts()]
    monkeypatch.setattr(likely, "_FEWEST_CELLS", dice.choice([1, 2, 4]))
    monkeypatch.setattr(likely, "_CELLS_PER_ROW", 0)
    assert [*kept(events).alerts()] == expected


@pytest.mark.parametrize("seed", range(10))
def test_texts_that_get_several_numbers_change_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    events = [event(dice) for _ in range(60)]
    expected = [*kept(events).alerts()]
    monkeypatch.setattr(texts, "_LATEST", dice.choice([1, 2, 3]))
    monkeypatch.setattr(kinds, "_AT_ONCE", dice.choice([1, 2, 3]))
    assert [*kept(events).alerts()] == expected


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_log_in_order_of_time(newest_first: bool) -> None:
    events = sorted(
        (event(random.Random(seed)) for seed in range(60)), key=lambda one: event_time(one) or 0
    )
    events = events[::-1] if newest_first else events
    assert [(a.time, a.group, a.value) for a in kept(events).alerts()] == [
        (a.time, a.group, a.value)
        for a in kept(random.Random(1).sample(events, len(events))).alerts()
    ]


@pytest.mark.parametrize("seed", range(10))
def test_histories_read_apart_join_to_one(seed: int) -> None:
    dice = random.Random(seed)
    events = [event(dice) for _ in range(40)]
    cuts = sorted(dice.randrange(len(events)) for _ in range(4))
    joined = kept(events[: cuts[0]])
    readers = kept([]), kept([])
    for (start, end), reader in zip(pairwise([*cuts, len(events)]), cycle(readers)):
        put_all(reader, events[start:end])
        joined.extend(pickle.loads(pickle.dumps(reader.take_later())), shift=start)
        assert len(reader) == 0
    assert len(joined) == len(kept(events))
    assert [*joined.alerts()] == [*kept(events).alerts()]


def test_histories_of_other_correlations_do_not_join() -> None:
    with pytest.raises(ValueError, match="different correlations"):
        kept([]).extend(EventStore([], CATALOG).take_later())


def test_what_is_kept() -> None:
    created = template_event(CATALOG, TYPES[0])
    history = EventStore(correlations(), CATALOG)
    assert history.add(created, [ALERTING[2]], 0)
    assert len(history) == 0
    assert history.add(created, [ALERTING[2], CREATE], 1)
    assert len(history) == 1
    assert not history.add({**created, "published": "redacted"}, [CREATE], 2)
    assert history.add({**created, "published": "redacted"}, [ALERTING[2]], 3)
    assert len(history) == 1


def test_more_rules_than_a_machine_word_has_bits() -> None:
    bases = tuple(event_rule(of_types(TYPES[0]), f"base_{n}") for n in range(130))
    together = correlation(TOGETHER, rules=130)
    created = template_event(CATALOG, TYPES[0])
    (alert,) = find_alerts(together, bases, [created], CATALOG)
    assert alert.value == 130
