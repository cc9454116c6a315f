"""From events to alerts of correlations: what is kept, and that reading order does not matter."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest

from okta_access.catalog.paths import texts
from okta_access.catalog.template import template_event
from okta_access.catalog.times import event_time
from okta_access.matching.correlations import prefilter as likely
from okta_access.matching.correlations.event_store import History, find_alerts
from okta_access.matching.correlations.judge import Candidate, Occurrence, judge
from okta_access.matching.events.matcher import Matcher
from okta_access.rules.model import Correlation, CorrelationType, EventRule
from tests.builders.strategies import CATALOG, TYPES
from tests.matching.correlations.test_judge import COUNT, ORDERED, TOGETHER, VALUES, correlation
from tests.matching.events.test_matcher import of_types, rule

CREATE, CLOSE = rule(of_types(TYPES[0]), "create"), rule(of_types(TYPES[1]), "close")
ALERTING = (CREATE, CLOSE, rule(of_types(TYPES[2]), "unreferenced"))
BASES = {
    type_: (CREATE,) if type_ in (COUNT, VALUES) else (CREATE, CLOSE) for type_ in CorrelationType
}


def correlations() -> list[tuple[Correlation, tuple[EventRule, ...]]]:
    """One of each type, by different keys."""
    keys = {
        COUNT: ("actor.id",),
        VALUES: (),
        TOGETHER: ("actor.id", "target.id"),
        ORDERED: ("target.id",),
    }
    return [(correlation(t, 2, 10, keys[t], 2, name=t.value), BASES[t]) for t in CorrelationType]


def event(dice: random.Random) -> dict[str, Any]:
    made = template_event(CATALOG, dice.choice(TYPES))
    made["published"] = f"2026-01-01T00:00:{dice.randrange(60):02}.{dice.choice(['0', '000'])}Z"
    made["uuid"] = dice.choice(
        [f"00000000-0000-4000-8000-{dice.randrange(40):012x}", str(dice.randrange(40)), None]
    )
    made["actor"]["id"] = dice.choice(["a", "A", 7, None, ["a", "b"]])
    made["target"] = dice.choice(
        [None, "x", [{"id": one} for one in dice.choices("pq", k=2)], [{"id": dice.choice("pq")}]]
    )
    return made


def kept(events: list[dict[str, Any]], first_source: int = 0) -> History:
    matcher = Matcher(ALERTING, CATALOG)
    history = History(correlations(), CATALOG)
    for source, one in enumerate(events, first_source):
        assert history.add(one, matcher.evaluate(one).matched, source)
    return history


def candidates(
    rule: Correlation, bases: tuple[EventRule, ...], events: list[dict[str, Any]]
) -> list[Candidate]:
    """The same events by hand."""
    matcher = Matcher(bases, CATALOG)
    found = []
    for source, one in enumerate(events):
        matched = matcher.evaluate(one).matched
        rules = sum((base in matched) << bit for bit, base in enumerate(bases))
        time, uuid = event_time(one), one["uuid"]
        assert time is not None
        if rules:
            keys = tuple(texts(one, path, CATALOG) for path in rule.group_by)
            values = texts(one, rule.value_field, CATALOG) if rule.value_field else ()
            listed = Occurrence(time, uuid, one["eventType"], source)
            found.append(Candidate(listed, rules, keys, values))
    return found


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
    cut = dice.randrange(len(events))
    joined = kept(events[:cut])
    joined.extend(pickle.loads(pickle.dumps(kept(events[cut:]).rows)), shift=cut)
    assert len(joined) == len(kept(events))
    assert [*joined.alerts()] == [*kept(events).alerts()]


def test_histories_of_other_correlations_do_not_join() -> None:
    with pytest.raises(ValueError, match="different correlations"):
        kept([]).extend(History([], CATALOG).rows)


def test_what_is_kept() -> None:
    created = template_event(CATALOG, TYPES[0])
    history = History(correlations(), CATALOG)
    assert history.wants(CREATE)
    assert not history.wants(ALERTING[2])
    assert history.add(created, [ALERTING[2]], 0)
    assert len(history) == 0
    assert history.add(created, [ALERTING[2], CREATE], 1)
    assert len(history) == 1
    assert not history.add({**created, "published": "redacted"}, [CREATE], 2)
    assert history.add({**created, "published": "redacted"}, [ALERTING[2]], 3)
    assert len(history) == 1


def test_more_rules_than_a_machine_word_has_bits() -> None:
    bases = tuple(rule(of_types(TYPES[0]), f"base_{n}") for n in range(130))
    together = correlation(TOGETHER, rules=130)
    created = template_event(CATALOG, TYPES[0])
    (alert,) = find_alerts(together, bases, [created], CATALOG)
    assert alert.value == 130
