"""A rule's line against the one before, and two locks against each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from okta_access.rules.lock.compare import Change, Fault, changes, fault_of, relocked
from okta_access.rules.lock.file import EMPTY, Lock, Locked

RULE = Locked("rule", 2, "0f", "1")
CASES = {
    "nothing changed": (RULE, None),
    "words changed": (replace(RULE, name="other"), None),
    "version raised": (replace(RULE, version=3), None),
    "both changed": (replace(RULE, version=3, meaning="aa"), None),
    "meaning changed": (replace(RULE, meaning="aa"), Fault.UNRAISED),
    "version lowered": (replace(RULE, version=1), Fault.LOWERED),
    "both, the version lowered": (replace(RULE, version=1, meaning="aa"), Fault.LOWERED),
}


@pytest.mark.parametrize(("now", "expected"), CASES.values(), ids=CASES)
def test_fault(now: Locked, expected: Fault | None) -> None:
    assert fault_of(now, RULE) == expected


def test_an_id_is_free_until_a_rule_has_it_and_never_again() -> None:
    assert fault_of(RULE, None) is None
    assert fault_of(replace(RULE, version=9), replace(RULE, retired=True)) is Fault.REUSED


def test_who_is_gone_is_retired_and_stays_so() -> None:
    gone = replace(RULE, retired=True)
    new = Locked("new", 1, "aa", "2")
    assert relocked(Lock({"1": RULE}), [new]).rules == {"1": gone, "2": new}
    assert relocked(Lock({"1": gone}), []).rules == {"1": gone}


def test_changes_are_told_by_kind_and_name() -> None:
    before = {
        "1": RULE,
        "2": replace(RULE, id="2", name="left"),
        "3": replace(RULE, id="3", name="was"),
        "4": replace(RULE, id="4", retired=True),
        "5": replace(RULE, id="5", name="same"),
    }
    after = {
        "1": replace(RULE, version=3, meaning="aa"),
        "2": replace(before["2"], retired=True),
        "3": replace(RULE, id="3", name="is"),
        "4": before["4"],
        "5": replace(before["5"], version=9),
        "6": replace(RULE, id="6", name="new"),
        "7": replace(RULE, id="7", name="a new one"),
    }
    found = [(one.kind, one.name) for one in changes(Lock(before), Lock(after))]
    assert found == [
        (Change.NEW, "a new one"),
        (Change.NEW, "new"),
        (Change.MEANING, "rule"),
        (Change.RENAMED, "is"),
        (Change.RETIRED, "left"),
    ]
    assert changes(EMPTY, EMPTY) == ()
