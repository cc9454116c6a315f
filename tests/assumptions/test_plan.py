"""What to do with each rule, by what a log says of its assumptions and how loud it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.assumptions.bars import Answer, Support
from okta_access.assumptions.plan import QUIET, Advice, RulePlan, plan_rules
from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Level

RULES = load_rules([rules_dir()], load_catalog())
ALERTING = [rule for rule in RULES.all_rules if not getattr(rule, "silent", False)]
NAMES = st.sampled_from([rule.name for rule in ALERTING])


def planned(
    supports: dict[str, Support], means: dict[str, float], off: dict[str, str]
) -> dict[str, RulePlan]:
    said = {id_: Answer(supports.get(id_, Support.NOT_SHOWN), "", {}) for id_ in assumptions()}
    return {one.rule: one for one in plan_rules(RULES, said, means, off)}


@given(
    st.dictionaries(st.sampled_from([*assumptions()]), st.sampled_from(Support)),
    st.fixed_dictionaries({rule.name: st.sampled_from([0.0, QUIET, QUIET + 0.1, 40.0])
                           for rule in ALERTING}),
    st.dictionaries(NAMES, st.just("somebody said so")),
)  # fmt: skip
def test_a_plan_never_goes_beyond_what_the_log_says(
    supports: dict[str, Support], means: dict[str, float], off: dict[str, str]
) -> None:
    found = planned(supports, means, off)
    assert [*found] == [rule.name for rule in ALERTING]
    for rule in ALERTING:
        mine = found[rule.name]
        said = [supports.get(id_, Support.NOT_SHOWN) for id_ in rule.meta.assumptions]
        loud = means[rule.name] > QUIET and rule.meta.level is not Level.INFORMATIONAL
        against = loud or Support.CONTRADICTED in said
        if mine.advice is Advice.WAIT:
            open_and_off = rule.name in off and bool(mine.not_shown)
            assert loud or mine.contradicted or open_and_off
        else:
            assert not against
            assert (mine.advice is Advice.ENABLE) is (mine.not_shown == ())
        if mine.advice is Advice.ENABLE:
            assert {*said} <= {Support.UPHELD}
        assert {*mine.contradicted} | {*mine.not_shown} >= {
            id_
            for id_, one in zip(rule.meta.assumptions, said, strict=True)
            if one is not Support.UPHELD
        }


def test_a_log_of_no_day_enables_no_rule_that_alerts() -> None:
    found = planned(dict.fromkeys(assumptions(), Support.UPHELD), {}, {})
    assert {one.advice for one in found.values() if one.level is not Level.INFORMATIONAL} == {
        Advice.WAIT
    }
    assert {one.advice for one in found.values() if one.level is Level.INFORMATIONAL} == {
        Advice.ENABLE
    }


@pytest.mark.parametrize(
    ("contradicted", "not_shown", "alerts", "because"),
    [
        ((), (), 1.0, ""),
        ((), ("A3", "A10"), 0.5, "A3 A10 not shown"),
        (("A9",), ("A7",), 0.0, "A9 contradicted"),
        (("A9",), (), 1.01, "too loud here, A9 contradicted"),
        ((), (), None, "no day to count on"),
    ],
)
def test_the_reason_in_words(
    contradicted: tuple[str, ...], not_shown: tuple[str, ...], alerts: float | None, because: str
) -> None:
    plan = RulePlan("r", Level.HIGH, Advice.WAIT, contradicted, not_shown, alerts, None)
    assert plan.because == because
