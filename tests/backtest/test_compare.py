"""Two versions of rules: which rule is which, and which alerts differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from okta_access.backtest.compare import Comparison, Differences, both_names, pairs
from okta_access.backtest.files import Replay
from okta_access.backtest.plan import Plan, comparison, tables
from okta_access.catalog.template import Event
from okta_access.errors import InputError
from okta_access.logs.place import Place
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.rules.settings.files import RuleSettings, Settings
from okta_access.scan.alerts import Alert
from okta_access.scan.context import Context
from okta_access.scan.tally import TimeRange
from tests.builders.backtests import (
    CANCEL,
    CATALOG,
    CREATE,
    DELETE,
    Rules,
    count_rule,
    event,
    event_rule,
    log,
    planned,
    rules_of,
)

EVENTS = [
    event(1, CREATE, 0),
    event(2, CREATE, 1),
    event(3, CANCEL, 2),
    event(4, CREATE, 30),
    event(5, DELETE, 31),
]


def compared(plan: Plan, name: str, most: int = 10) -> Comparison:
    differences = Differences(plan.rules, most)
    selection = [version.selection for version in plan.versions]
    troubles: list[object] = []
    past = Replay(selection, CATALOG, TimeRange(), differences)
    past.read((name,), troubles.append, troubles.append)
    assert troubles == []
    return comparison(plan, tables(plan, past.alerts, past.span.covered), differences)


def versions(tmp_path: Path, before: list[str], now: list[str]) -> tuple[Rules, Rules]:
    return rules_of(tmp_path / "before", before), rules_of(tmp_path / "now", now)


def told(found: Comparison) -> dict[str, tuple[int | None, int | None, int, int, int, str]]:
    return {
        one.row.rule: (
            None if one.before is None else one.before.total,
            None if one.after is None else one.after.total,
            one.change.new.count,
            one.change.lost.count,
            one.change.moved.count,
            one.note,
        )
        for one in found.rules
    }


def test_a_rule_is_the_same_by_id_and_else_by_name(tmp_path: Path) -> None:
    before, now = versions(
        tmp_path,
        [
            event_rule(1, "same", CREATE),
            event_rule(2, "old_name", CREATE),
            event_rule(3, "other_id", CREATE),
            event_rule(4, "gone", CREATE),
            event_rule(5, "swapped", CREATE),
        ],
        [
            event_rule(1, "same", CREATE),
            event_rule(2, "new_name", CREATE),
            event_rule(9, "other_id", CREATE),
            event_rule(6, "added", CREATE),
            event_rule(7, "swapped", CREATE),
            event_rule(5, "taken_over", CREATE),
        ],
    )
    found = pairs(before[0], now[0])
    names = [(p.before and p.before.name, p.after and p.after.name) for p in found]
    assert names == [
        (None, "added"),
        ("gone", None),
        ("old_name", "new_name"),
        ("other_id", "other_id"),
        ("same", "same"),
        (None, "swapped"),
        ("swapped", "taken_over"),
    ]
    assert both_names(found, ["old_name", "added"]) == ({"old_name"}, {"new_name", "added"})
    assert both_names(found, ["new_name", "gone"]) == ({"old_name", "gone"}, {"new_name"})


def test_what_a_change_adds_and_loses(tmp_path: Path) -> None:
    before, now = versions(
        tmp_path,
        [
            event_rule(1, "kept", CREATE),
            event_rule(2, "turned", CREATE),
            event_rule(3, "gone", CANCEL),
            event_rule(4, "raised", DELETE),
            event_rule(5, "lowered", DELETE),
            event_rule(6, "quiet", "access.request.expire"),
        ],
        [
            event_rule(1, "renamed", CREATE),
            event_rule(2, "turned", CANCEL),
            event_rule(4, "raised", DELETE, "high"),
            event_rule(5, "lowered", DELETE, "informational"),
            event_rule(6, "quiet", "access.request.expire"),
            event_rule(7, "added", CREATE),
        ],
    )
    name = log(tmp_path / "log.jsonl", EVENTS)
    found = compared(planned(now, before), name, most=2)
    assert told(found) == {
        "raised": (1, 1, 0, 0, 0, "level was low"),
        "added": (None, 3, 3, 0, 0, "not run before: not there"),
        "gone": (1, None, 0, 1, 0, "not run now: not there"),
        "lowered": (1, None, 0, 1, 0, "not run now: below the level low"),
        "quiet": (0, 0, 0, 0, 0, ""),
        "renamed": (3, 3, 0, 0, 0, "was named kept"),
        "turned": (3, 1, 1, 3, 0, ""),
    }
    assert [one.row.rule for one in found.rules] == [*told(found)], "by level and name"
    (added,) = [one for one in found.rules if one.row.rule == "added"]
    assert [alert.events for alert in added.change.new.shown] == [("uuid-1",), ("uuid-2",)]
    assert [alert.source for alert in added.change.new.shown] == [
        (Place(name, 1),),
        (Place(name, 2),),
    ]
    assert str(found.verdict) == ("no alert is new, lost or moved; found 4 new, 5 lost, 0 moved")
    assert not found.verdict.met


def test_the_same_rules_raise_the_same_alerts(tmp_path: Path) -> None:
    texts = [event_rule(1, "base_c", CREATE), count_rule(2, "burst", "base_c", 2)]
    before, now = versions(tmp_path, texts, texts)
    found = compared(planned(now, before), log(tmp_path / "log.jsonl", EVENTS))
    assert told(found) == {"burst": (1, 1, 0, 0, 0, "")}
    assert found.verdict.met


def test_switching_a_rule_on_adds_its_alerts(tmp_path: Path) -> None:
    off = Settings(rules={"alpha": RuleSettings(enabled=False, reason="it is loud")})
    texts = [event_rule(1, "alpha", CREATE), event_rule(2, "beta", CANCEL)]
    before = rules_of(tmp_path / "rules", texts, off)
    now = rules_of(tmp_path / "rules", texts)
    name = log(tmp_path / "log.jsonl", EVENTS)
    found = told(compared(planned(now, before), name))
    assert found == {
        "alpha": (None, 3, 3, 0, 0, "not run before: off, it is loud"),
        "beta": (1, 1, 0, 0, 0, ""),
    }
    assert told(compared(planned(now, before, names=["alpha"]), name)) == {"alpha": found["alpha"]}
    assert told(compared(planned(now, before, include_off=True), name))["alpha"] == (
        3, 3, 0, 0, 0, ""
    )  # fmt: skip
    with pytest.raises(InputError, match="alpha is not run: off, it is loud"):
        planned(before, names=["alpha"])


def test_a_burst_that_is_told_earlier_has_moved(tmp_path: Path) -> None:
    base = event_rule(1, "base_created", CREATE)
    before, now = versions(
        tmp_path,
        [base, count_rule(2, "burst", "base_created", 3)],
        [base, count_rule(2, "burst", "base_created", 2)],
    )
    events: list[Event] = [event(n, CREATE, n / 10) for n in range(3)]
    events += [event(10 + n, CREATE, 5 + n / 10, "b") for n in range(2)]
    name = log(tmp_path / "log.jsonl", events)
    found = compared(planned(now, before), name)
    assert told(found) == {"burst": (1, 2, 1, 0, 1, "")}
    (burst,) = found.rules
    assert burst.change.new.shown[0].group == (("actor.id", "b"),)
    ((was, is_),) = burst.change.moved.shown
    assert (was.events, is_.events) == (("uuid-0", "uuid-1", "uuid-2"), ("uuid-0", "uuid-1"))
    back = compared(planned(before, now), name)
    assert told(back) == {"burst": (2, 1, 0, 1, 1, "")}
    assert not back.verdict.met


PLACES = [Place("log", line) for line in range(6)]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    texts = [event_rule(1, "one", CREATE), event_rule(2, "two", CREATE)]
    return rules_of(tmp_path_factory.mktemp("rules"), texts)[0]


ALERTS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["a", "b"]),
        st.sets(st.sampled_from(range(6)), min_size=1),
    ),
    max_size=8,
    unique_by=lambda one: (one[0], one[1], one[2], frozenset(one[3])),
).map(lambda rows: sorted(rows, key=lambda one: one[0]))


@given(ALERTS, ALERTS, st.integers(0, 3))
def test_correlations_settle(
    rules: RuleSet,
    before: list[tuple[int, str, str, set[int]]],
    after: list[tuple[int, str, str, set[int]]],
    most: int,
) -> None:
    metas = {rule.name: rule.meta for rule in rules.all_rules}

    def alerts(rows: list[tuple[int, str, str, set[int]]]) -> list[Alert]:
        blank = Alert(metas["one"], "correlation", 0, (), (), (), 1, (), Context(), None, "events")
        return [
            replace(
                blank,
                meta=metas[name],
                time=time,
                group=(("actor.id", group),),
                source=tuple(PLACES[n] for n in sorted(events)),
            )
            for time, name, group, events in rows
        ]

    old, new = alerts(before), alerts(after)
    differences = Differences(pairs(rules, rules), most)
    differences.correlations(old, new)
    only_old = [alert for alert in old if alert not in new]
    only_new = [alert for alert in new if alert not in old]
    for change in differences.changes:
        lost = [alert for alert in only_old if alert.meta.name == change.pair.name]
        fresh = [alert for alert in only_new if alert.meta.name == change.pair.name]
        moved = change.moved.count
        assert change.lost.count + moved == len(lost)
        assert change.new.count + moved == len(fresh)
        for some in (change.lost, change.new, change.moved):
            assert len(some.shown) == min(most, some.count)
        for was, is_ in change.moved.shown:
            assert was.group == is_.group
            assert not {*was.source}.isdisjoint(is_.source)
        if most == 3 and change.lost.count + change.new.count <= most:
            for alert in change.lost.shown:
                left = [one for one in change.new.shown if one.group == alert.group]
                assert all({*one.source}.isdisjoint(alert.source) for one in left)


def test_names_of_rules_that_nobody_knows(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, [event_rule(1, "alpha", CREATE), event_rule(2, "base_b", CREATE)])
    for name, reason in {
        "alpah": "no rule is named `alpah` (did you mean `alpha`?)",
        "base_b": "base_b is not run: the base of a correlation, without alerts of its own",
    }.items():
        with pytest.raises(InputError) as error:
            planned(rules, names=[name])
        assert str(error.value) == reason
    with pytest.raises(InputError, match="below the level high"):
        planned(rules, names=["alpha"], level=Level.HIGH)
