"""Events as rows: absent, null, empty and odd values."""

from __future__ import annotations

from typing import Any

from engines.pth_10.rows import Row, rows_of
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID

FIELDS = ("actor.type", "outcome.result")
PLACE = {"index": "okta", "sourcetype": "OktaIM2:log"}


def event(uuid: str, actor: Any, result: Any) -> dict[str, Any]:
    return {UUID: uuid, "actor": {"type": actor}, "outcome": {"result": result}}


def cells(number: int, actor: str, result: str) -> dict[str, str]:
    name = f"row-{number}"
    return {UUID: name, **PLACE, "f_actor_type": actor, "f_outcome_result": result}


def rows(*events: dict[str, Any]) -> list[Row]:
    return [*rows_of(events, FIELDS, load_catalog())]


def test_values_stand_between_colons_and_absent_ones_do_not() -> None:
    assert rows({UUID: "a", "actor": {"type": "User"}}) == [
        Row("a", "row-0", cells(0, ":user:", ""), frozenset())
    ]


def test_null_and_the_empty_text_are_read_in_two_ways() -> None:
    assert rows(event("a", None, "")) == [
        Row("a", "row-0", cells(0, "", ""), frozenset()),
        Row("a", "row-1", cells(1, ":null:", "::"), frozenset()),
    ]


def test_what_looks_the_same_is_one_row_of_pth_10() -> None:
    made = rows(event("a", "User", "DENY"), event("b", "User", "DENY"), event("c", "app", "DENY"))
    assert [(row.event, row.uuid) for row in made] == [
        ("a", "row-0"),
        ("b", "row-0"),
        ("c", "row-1"),
    ]


def test_what_pth_10_or_splunk_reads_otherwise_is_unsure() -> None:
    odd = [
        event("several", ["User", "app"], "DENY"),
        event("line", "User", "DE\nNY"),
        event("case", "user", "DENY"),
        event("text", "null", "DENY"),
    ]
    unsure = {row.event: row.unsure & frozenset(FIELDS) for row in rows(*odd)}
    assert unsure == {
        "several": {"actor.type"},
        "line": {"outcome.result"},
        "case": {"actor.type"},
        "text": {"actor.type"},
    }
