"""The classes of outcomes: every known value has one, and a reason."""

from __future__ import annotations

from okta_access.catalog.load import load_catalog
from okta_access.catalog.outcomes import OUTCOME, OutcomeKind, load_outcomes


def test_every_known_outcome_is_in_exactly_one_class() -> None:
    listed = [value for one in load_outcomes().values() for value in one.values]
    assert sorted(listed) == sorted(load_catalog().fields[OUTCOME].values)


def test_there_is_a_class_of_each_kind_and_each_says_why() -> None:
    classes = load_outcomes()
    assert {*classes} == {*OutcomeKind}
    assert len({one.reason for one in classes.values()}) == len(OutcomeKind)
