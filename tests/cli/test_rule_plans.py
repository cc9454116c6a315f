"""The plan as settings says what the plan says, whatever rules and reasons are called."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from okta_access.assumptions.plan import Advice, RulePlan
from okta_access.cli.rule_plans import LogReport, as_settings
from okta_access.rules.model import Level

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT)
def test_names_and_reasons_are_read_back(name: str, off: str) -> None:
    plan = RulePlan(name, Level.HIGH, Advice.WAIT, (), ("A1",), 0.25, off)
    audit = RulePlan("audit", Level.INFORMATIONAL, Advice.ENABLE, (), (), None, None)
    written = tomllib.loads(as_settings(LogReport(1, 4, {}, {}, (plan, audit))))
    assert written == {"rules": {name: {"enabled": False, "reason": off}}}


def test_what_is_tried_says_what_is_not_shown() -> None:
    plan = RulePlan("r", Level.HIGH, Advice.TRIAL, (), ("A1", "A3"), 0.25, None)
    written = tomllib.loads(as_settings(LogReport(1, 4, {}, {}, (plan,))))
    reason = "trial: A1 A3 not shown; 0.25 alerts a day"
    assert written == {"rules": {"r": {"enabled": True, "reason": reason}}}
