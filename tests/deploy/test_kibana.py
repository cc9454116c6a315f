"""A space after apply holds what is shipped, and everything of everybody else as it was."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.compile.elastic.kibana.common import owner_line, rule_set_tag
from okta_access.deploy.apply import apply
from okta_access.deploy.errors import ChangedSincePlan, NotKept, SiemError
from okta_access.deploy.plan import Action, Change, plan
from okta_access.errors import InputError
from tests.builders.kibana import Kibana, Rule
from tests.builders.loopback import Asked, Told, answering
from tests.deploy.kibana_rules import (
    ADMINS,
    SET,
    edits,
    put,
    releases,
    rule,
    rule_id,
    shipped,
    space,
    texts,
)


class Place:
    """One server for many states of Kibana."""

    def __init__(self) -> None:
        self.kibana = Kibana()
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        return self.kibana(asked)


PLACE = Place()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with answering(PLACE) as address:
        yield address


@pytest.fixture
def url(served: str) -> str:
    PLACE.kibana = Kibana()
    PLACE.asked = []
    return served


def rules(name: str = "default") -> dict[str, Rule]:
    return PLACE.kibana.spaces[name]


def done(url: str, *ours: Rule, delete: bool = False, add: bool = True) -> list[tuple[str, str]]:
    """Plan and apply; gives what was done."""
    siem, wanted = space(url), shipped(*ours, add=add)
    made: list[Change] = []
    apply(siem, plan(siem, wanted, delete=delete), made.append)
    return [(change.action, change.key) for change in made]


@given(
    now=releases,
    before=releases,
    edited=st.dictionaries(st.integers(0, 5), edits),
    others=st.dictionaries(st.integers(10, 13), edits),
    delete=st.booleans(),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_after_apply_is_empty(
    url: str, now: Any, before: Any, edited: Any, others: Any, delete: bool
) -> None:
    kibana = PLACE.kibana = Kibana({"default": {}, "theirs": {}})
    for number, (kind, values) in before.items():
        put(kibana, rule(number, kind, **values), **edited.get(number, {}))
        put(kibana, rule(number, kind, **values), "theirs")
    for number, values in others.items():  # copies made in the browser, and rules of their own
        source = 0 if number % 2 else number
        theirs = rule(number, setup=owner_line(rule_id(source), SET if source == 0 else "another"))
        put(kibana, theirs, **{k: v for k, v in values.items() if k != "setup"})
    was = deepcopy(kibana.spaces)
    wanted = shipped(*(rule(number, kind, **values) for number, (kind, values) in now.items()))
    siem = space(url)

    apply(siem, plan(siem, wanted, delete=delete), lambda _: None)

    again = plan(siem, wanted, delete=delete)
    assert again.doable == ()
    for change in again.changes:
        assert change.obstacle is not None
        assert was["default"][change.key]["type"] != change.shipped.fields["type"]  # type: ignore[union-attr]
    assert kibana.spaces["theirs"] == was["theirs"]
    for number in others:
        assert rules()[rule_id(number)] == was["default"][rule_id(number)]
    for number in now.keys() & before.keys():
        then, here = was["default"][rule_id(number)], rules()[rule_id(number)]
        assert {k: here.get(k) for k in ADMINS} == {k: then.get(k) for k in ADMINS}
    for number in now.keys() - before.keys():
        assert rules()[rule_id(number)]["enabled"] is False
    if not delete:
        assert was["default"].keys() <= rules().keys()


def test_what_vanished_is_switched_off_or_deleted_where_that_is_asked_for(url: str) -> None:
    put(PLACE.kibana, rule(1), enabled=True)
    put(PLACE.kibana, rule(2))
    assert done(url, rule(3)) == [(Action.CREATE, rule_id(3)), (Action.DISABLE, rule_id(1))]
    assert rules()[rule_id(1)]["enabled"] is False
    assert done(url, rule(3)) == []
    assert done(url, rule(3), delete=True) == [(Action.DELETE, rule_id(n)) for n in (1, 2)]
    assert [*rules()] == [rule_id(3)]


def test_a_patch_names_what_changes_and_nothing_else(url: str) -> None:
    put(PLACE.kibana, rule(1))
    PLACE.asked = []
    done(url, rule(1, query="*", risk_score=70))
    written = [asked for asked in PLACE.asked if asked.method != "GET"]
    assert [(asked.method, asked.json) for asked in written] == [
        ("PATCH", {"rule_id": rule_id(1), "query": "*", "risk_score": 70})
    ]


def test_a_field_that_goes_away_takes_nothing_with_it(url: str) -> None:
    exceptions = [{"id": "a", "list_id": "b", "type": "detection", "namespace_type": "single"}]
    put(PLACE.kibana, rule(1, note="Call."), enabled=True, exceptions_list=exceptions)
    assert done(url, rule(1)) == [(Action.UPDATE, rule_id(1))]
    here = rules()[rule_id(1)]
    assert "note" not in here
    assert (here["enabled"], here["exceptions_list"]) == (True, exceptions)


def test_kibanas_own_remarks_are_no_differences(url: str) -> None:
    field = {"name": "event.action", "type": "keyword"}
    put(PLACE.kibana, rule(1, required_fields=[field]), execution_summary={"last": 1}, note="")
    assert rules()[rule_id(1)]["required_fields"] == [{**field, "ecs": True}]
    assert plan(space(url), shipped(rule(1, required_fields=[field]))).changes == ()


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        ({"immutable": True, "query": "x"}, "a rule of Elastic's own has this rule_id"),
        ({"tags": [rule_set_tag("another")]}, "another pack brings it to this space"),
        ({"type": "esql"}, "cannot make a rule of type esql one of type query"),
    ],
)
def test_what_is_not_ours_to_change(url: str, edited: Rule, said: str) -> None:
    put(PLACE.kibana, rule(1), **edited)
    was = deepcopy(rules())
    planned = plan(space(url), shipped(rule(1)))
    (change,) = planned.changes
    assert said in str(change.obstacle)
    apply(space(url), planned, lambda _: pytest.fail("nothing is to be done"))
    assert rules() == was


def test_a_rule_that_lost_its_tag_is_found_by_its_id(url: str) -> None:
    put(PLACE.kibana, rule(1), tags=[])
    assert [(one.action, one.key) for one in plan(space(url), shipped(rule(1))).changes] == [
        (Action.UPDATE, rule_id(1))
    ]


def test_audit_rules_are_added_on_demand_only_and_kept_up_to_date(url: str) -> None:
    assert done(url, rule(1), add=False) == []
    put(PLACE.kibana, rule(1), enabled=True)
    assert done(url, rule(1, query="*"), add=False) == [(Action.UPDATE, rule_id(1))]


def test_rules_beyond_the_first_page(url: str) -> None:
    for number in range(205):
        put(PLACE.kibana, rule(number), enabled=True)
    assert len(done(url)) == 205


def test_somebody_came_between_plan_and_write(url: str) -> None:
    put(PLACE.kibana, rule(1))
    put(PLACE.kibana, rule(2))
    siem, wanted = space(url), shipped(rule(1, query="*"), rule(2, query="*"))
    planned = plan(siem, wanted)
    PLACE.kibana.edit(rule_id(2), exceptions_list=[{"list_id": "new"}])
    was = deepcopy(rules()[rule_id(2)])
    made: list[Change] = []
    with pytest.raises(ChangedSincePlan, match="Rule 2: somebody changed it"):
        apply(siem, planned, made.append)
    assert [one.key for one in made] == [rule_id(1)]
    assert rules()[rule_id(2)] == was
    assert done(url, rule(1, query="*"), rule(2, query="*")) == [(Action.UPDATE, rule_id(2))]


def test_somebody_made_the_rule_in_between(url: str) -> None:
    siem = space(url)
    planned = plan(siem, shipped(rule(1)))
    put(PLACE.kibana, rule(1, query="theirs"))
    with pytest.raises(ChangedSincePlan):
        apply(siem, planned, lambda _: None)
    assert rules()[rule_id(1)]["query"] == "theirs"


def test_a_version_that_drops_a_field_without_a_word(url: str) -> None:
    PLACE.kibana.knows = frozenset({*rule(1), "enabled"})
    with pytest.raises(NotKept, match="Rule 1: other values were kept than were sent: license"):
        done(url, rule(1, license="MIT"))


@pytest.mark.parametrize("number", ["8.18.4", "7.17.0"])
def test_an_old_version_is_refused(url: str, number: str) -> None:
    PLACE.kibana.number = number
    with pytest.raises(SiemError, match=f"this is Kibana {number}; .* for 8.19 and up"):
        done(url, rule(1))
    assert rules() == {}


@pytest.mark.parametrize("number", ["8.19.0", "9.10.1-SNAPSHOT", None])
def test_versions_that_do(url: str, number: str | None) -> None:
    PLACE.kibana.number = number
    assert done(url, rule(1)) == [(Action.CREATE, rule_id(1))]


def test_each_space_by_itself(url: str) -> None:
    PLACE.kibana.spaces["soc-1"] = {}
    siem = space(url, "soc-1")
    apply(siem, plan(siem, shipped(rule(1))), lambda _: None)
    assert (rules(), [*rules("soc-1")]) == ({}, [rule_id(1)])


def test_a_space_that_is_not_there(url: str) -> None:
    with pytest.raises(SiemError, match="has no space `nowhere`"):
        plan(space(url, "nowhere"), shipped(rule(1)))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "a b", "a%2f", "é", "a\n", "default?x=1"])
def test_a_hostile_space_is_asked_nothing(url: str, name: str) -> None:
    with pytest.raises(InputError, match="is no space's identifier"):
        space(url, name)
    assert PLACE.asked == []


@given(name=texts, query=texts)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_texts_arrive_as_they_are(url: str, name: str, query: str) -> None:
    PLACE.kibana = Kibana()
    done(url, rule(1, name=name, query=query))
    assert (rules()[rule_id(1)]["name"], rules()[rule_id(1)]["query"]) == (name, query)
