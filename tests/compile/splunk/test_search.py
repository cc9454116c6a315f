"""A search as text: with macros and without, and the settings it is made of."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Field, FieldType, catalog_of
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import (
    Search,
    results,
    source_terms,
    type_terms,
)
from okta_access.errors import Refused, SettingsError
from okta_access.rules.settings.files import SplunkSettings

CATALOG = load_catalog()
NAMES = Names(CATALOG)


@given(st.sampled_from(["where a=1\n    AND b=2", "sort 0 t"]))
def test_one_search_in_two_ways(command: str) -> None:
    search = Search('eventType="a"', (command, results(NAMES)))
    macros = {
        "okta_access_events": "(x)",
        "okta_access_results": "\n| ".join(results(NAMES).commands),
    }
    expanded = re.sub("`([a-z_]+)`", lambda m: macros[m[1]], search.with_macros())
    assert f"{expanded}\n" == search.pasted("(x)")
    assert search.with_macros("_index_earliest=-1m").startswith(
        '`okta_access_events` _index_earliest=-1m\n  eventType="a"\n| '
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"index": 'a" OR index="*'},
        {"index": "a`b"},
        {"index": ""},
        {"index": "a b"},
        {"sourcetypes": ()},
        {"sourcetypes": ("ok", 'x"')},
        {"sourcetypes": ("a|b",)},
        {"sourcetypes": ("a\nb",)},
    ],
)
def test_a_source_that_could_be_read_otherwise_is_a_mistake(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        source_terms(msgspec.structs.replace(SplunkSettings(), **changes))


def test_several_sourcetypes() -> None:
    settings = SplunkSettings(index="okta*", sourcetypes=("OktaIM2:log", "aws:eventbridge"))
    assert source_terms(settings) == (
        'index="okta*" sourcetype IN ("OktaIM2:log", "aws:eventbridge")'
    )


@pytest.mark.parametrize("prefix", ["detail", "detail. ", "a'b.", '".', "1.", "a..b."])
def test_a_prefix_must_be_names_that_end_in_a_dot(prefix: str) -> None:
    with pytest.raises(SettingsError):
        Names(CATALOG, prefix)


def test_a_prefix_stands_before_every_field() -> None:
    names = Names(CATALOG, "detail.")
    assert names.quoted("eventType") == "'detail.eventType'"
    assert names.argument("target.id") == '"detail.target{}.id"'
    assert type_terms(frozenset({"a"}), names) == "detail.eventType=a"


@pytest.mark.parametrize(
    "types", [None, frozenset[str](), frozenset({"a", 'b"'}), frozenset({"7"})]
)
def test_types_that_cannot_be_asked_of_the_index_are_not(types: frozenset[str] | None) -> None:
    assert type_terms(types, NAMES) == "eventType=*"


@pytest.mark.parametrize("name", ["a b", "a'", "a|b", "in", "a{}b", ""])
def test_a_field_with_an_odd_name_is_refused_or_quoted(name: str) -> None:
    field = Field("x.y", FieldType.STRING, True, False, (), "", name, "")
    names = Names(catalog_of([], [field], []))
    if name == "in":
        assert names.quoted("x.y") == "'in'"
    else:
        with pytest.raises(Refused):
            names.quoted("x.y")
