"""A rewritten search finds in our interpreter what the original finds, or is refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.pth_10.rewriting import NotAskedError, Rewritten, rewritten, rewritten_filter
from engines.pth_10.rows import READINGS, rows_of
from okta_access.api.compiling import compile_rules, job_of
from okta_access.api.rulebook import load_rules
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID
from okta_access.prove.fixtures import fixture_of
from okta_access.prove.trials import TrialMaker
from okta_access.rules.model import EventRule
from okta_access.spl.beliefs import NotDocumentedError
from okta_access.spl.engine import Held, Indexed, Splunk
from okta_access.spl.values import Row, members

START = 'index=okta sourcetype="OktaIM2:log" '
ARRANGED = "| dedup uuid eventType published keepempty=true | table _time uuid"
Events = list[dict[str, Any]]


def uuids(rows: list[Row]) -> set[str]:
    return {uuid for row in rows for uuid in members(row[UUID])}


class Sample:
    """Events as Splunk holds them under each reading, and as pth_10 is given them."""

    def __init__(self, events: Events, fields: frozenset[str]) -> None:
        self.held = [(Splunk(one), Splunk(one).held(map(Indexed, events))) for one in READINGS]
        self.rows = [*rows_of(events, fields, load_catalog())]
        distinct: dict[str, Row] = {row.uuid: {**row.cells} for row in self.rows}
        self.flat = Held([*distinct.values()])

    def differences(self, search: str, made: Rewritten) -> list[str]:
        """The events of which the searches say otherwise, where the original says one thing."""
        found = uuids(Splunk(READINGS[0]).run_over(made.text, self.flat))
        one, other = (uuids(splunk.run_over(search, held)) for splunk, held in self.held)
        return [
            row.event
            for row in self.rows
            if not row.unsure & made.fields
            and row.event not in one ^ other
            and (row.uuid in found) != (row.event in one)
        ]


def test_the_words_change_and_their_order_does_not() -> None:
    made = rewritten(
        START + 'eventType IN (access.request.create, "*.Resolve")'
        ' (actor.type=User OR client.userAgent.rawUserAgent="*curl/*")'
        ' NOT outcome.result IN ("", null) actor.id=* ' + ARRANGED
    )
    assert made.text == (
        'index="okta" sourcetype="OktaIM2:log"'
        ' (f_eventType=":access.request.create:" OR f_eventType=":*.resolve:")'
        ' ( f_actor_type=":user:" OR f_client_userAgent_rawUserAgent=":*curl/*:" )'
        ' NOT (f_outcome_result="::" OR f_outcome_result=":null:") f_actor_id=":*:"'
        " | table uuid"
    )
    assert made.fields == {
        "eventType", "actor.type", "client.userAgent.rawUserAgent", "outcome.result", "actor.id"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ("a=b | where isnull(c)", "`where` is not rewritten for pth_10"),
        ("a=b | streamstats count AS n", "`streamstats` is not rewritten for pth_10"),
        ("target{}.id=b", "pth_10 cannot search target{}.id, a field of several values"),
        ('client.ipAddress="10.0.0.0/8"', "pth_10 compares with a network as with any text"),
        ('a="b[c]"', "pth_10 takes 'b[c]' for a regular expression"),
        ('a="b?"', "pth_10 takes 'b?' for a regular expression"),
        ("a.b=c a_b=d", "two of its fields have one name for pth_10"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(search: str, reason: str) -> None:
    with pytest.raises(NotAskedError) as told:
        rewritten(search)
    assert str(told.value) == reason


def test_of_a_correlation_only_the_filter_counts() -> None:
    assert rewritten_filter("a=b | sort 0 t | streamstats count AS n").fields == {"a"}
    with pytest.raises(NotAskedError):
        rewritten_filter("a=b | where isnull(c) | sort 0 t")
    with pytest.raises(NotDocumentedError):
        rewritten_filter("a=b |")


@pytest.mark.slow
def test_searches_that_are_shipped_find_the_same() -> None:
    """Over the events of all fixtures, and generated ones of every 25th rule."""
    book = load_rules()
    job = job_of(book)
    texts = {one.rule: one.text for one in compile_rules(book, "splunk").translations}
    events: Events = []
    for number, rule in enumerate(job.rules.rules):
        fixture = fixture_of(rule, job.catalog)
        assert not isinstance(fixture, OSError)
        events += [
            {**case.events[0], UUID: f"{number}-{n}"} for n, case in enumerate(fixture.cases)
        ]
        if number % 25 == 0:
            trials = TrialMaker(job.catalog, 0, 2).trials(rule, number).trials
            events += [{**trial.event} for trial in trials]
    searches: dict[str, tuple[str, Rewritten]] = {}
    asked = {True: 0, False: 0}
    for one in job.rules.all_rules:
        whole = isinstance(one, EventRule)
        text = texts[one.name]
        assert text is not None
        with suppress(NotAskedError):
            made = rewritten(text) if whole else rewritten_filter(text)
            searches[one.name] = (text if whole else text.partition("\n|")[0], made)
            asked[whole] += 1
    sample = Sample(events, frozenset().union(*(made.fields for _, made in searches.values())))
    for name, (text, made) in searches.items():
        assert sample.differences(text, made) == [], name
    assert asked[True] > 60
    assert asked[False] > 20


FIELDS = ("actor.type", "outcome.result", "client.userAgent.rawUserAgent")
WORDS = ("User", "user", "app", "null", "", "1", "01", "NaN", " x ", "curl/7 a", "a\nb", ":", "::")
VALUES = ("*", '"*curl/*"', "User", "APP", "null", '""', '":"', '"*u*s*"', '" x *"')


def events_of(values: list[tuple[str | None, ...]]) -> Events:
    """Events that hold these values in the fields; an absent field where the text is "absent"."""
    made: Events = []
    for number, row in enumerate(values):
        event: dict[str, Any] = {UUID: str(number), "eventType": "access.request.create"}
        for field, value in zip(FIELDS, row, strict=True):
            node = event
            *parents, last = field.split(".")
            for step in parents:
                node = node.setdefault(step, {})
            if value != "absent":
                node[last] = value
        made.append(event)
    return made


rows = st.tuples(*(st.sampled_from((*WORDS, None, "absent")) for _ in FIELDS))
terms = st.recursive(
    st.builds("{}={}".format, st.sampled_from(FIELDS), st.sampled_from(VALUES))
    | st.builds(
        lambda field, values: f"{field} IN ({', '.join(values)})",
        st.sampled_from(FIELDS),
        st.lists(st.sampled_from(VALUES[1:]), min_size=1, max_size=3),
    ),
    lambda inner: (
        inner.map("NOT {}".format)
        | st.lists(inner, min_size=2, max_size=3).map(lambda all_: f"({' '.join(all_)})")
        | st.lists(inner, min_size=2, max_size=3).map(lambda any_: f"({' OR '.join(any_)})")
    ),
    max_leaves=6,
)


@given(terms, st.lists(rows, min_size=1, max_size=8))
def test_any_filter_finds_the_same(filtering: str, values: list[tuple[str | None, ...]]) -> None:
    made = rewritten(START + filtering)
    sample = Sample(events_of(values), made.fields)
    assert sample.differences(START + filtering, made) == []


def test_a_rewrite_that_drops_a_negation_is_noticed() -> None:
    search = START + "NOT actor.type=User"
    made = rewritten(search)
    sample = Sample(events_of([("User", "a", "b"), ("app", "a", "b")]), made.fields)
    assert sample.differences(search, made) == []
    worse = replace(made, text=made.text.replace("NOT ", ""))
    assert sample.differences(search, worse) == ["0", "1"]
