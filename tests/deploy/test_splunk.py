"""An app after apply holds what is shipped, and everything of everybody else as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.compile.identity import OURS
from okta_access.deploy.access import Access
from okta_access.deploy.apply import apply
from okta_access.deploy.errors import ChangedSincePlan, NotKept, SiemError
from okta_access.deploy.model import Shipped
from okta_access.deploy.plan import Action, Change, plan
from okta_access.deploy.splunk.app import App
from okta_access.deploy.splunk.objects import detection_id, shipped_objects
from okta_access.errors import InputError
from tests.builders.loopback import Asked, Told, answering
from tests.builders.splunk_rest import MACROS, SEARCHES, TOKEN, Settings, Splunk, Thing, from_conf

APP = "ours"
IDENTITY = replace(OURS, app=APP, searches="Ours - ")
SOURCE = ("okta_access_events", {"definition": "index=okta", "iseval": "0"})
RESULTS = ("okta_access_results", {"definition": "table user", "iseval": "0"})


class Place:
    """One server for many states of Splunk."""

    def __init__(self) -> None:
        self.splunk = Splunk({APP})
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        return self.splunk(asked)


PLACE = Place()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with answering(PLACE) as address:
        yield address


@pytest.fixture
def url(served: str) -> str:
    PLACE.splunk = Splunk({APP, "search"})
    PLACE.asked = []
    return served


def name(number: int) -> str:
    return f"Ours - Number {number} - Rule"


def search(number: int, **values: str) -> tuple[str, Settings]:
    """A search of ours, as a stanza of savedsearches.conf."""
    metadata = {"detection_id": f"id-{number}"}
    return name(number), {
        "description": "It finds something.",
        "disabled": "1",
        "enableSched": "1",
        "cron_schedule": "*/5 * * * *",
        "counttype": "number of events",
        "relation": "greater than",
        "quantity": "0",
        "alert.digest_mode": "1",
        "alert.severity": "5",
        "alert.suppress": "1",
        "realtime_schedule": "0",
        "action.correlationsearch.metadata": json.dumps(metadata),
        "action.risk": "1",
        "action.risk.param.verbose": "0",
        "search": "`okta_access_events` x=1 | `f`",
        **values,
    }


def filter_macro(number: int) -> tuple[str, Settings]:
    return f"number_{number}_filter", {"definition": "search *", "iseval": "0"}


def shipped(
    *searches: tuple[str, Settings], macros: Any = (SOURCE, RESULTS)
) -> tuple[Shipped, ...]:
    return shipped_objects(searches, macros)


def app(url: str, wanted: tuple[Shipped, ...]) -> App:
    return App(Access(url, TOKEN, backoff=0), IDENTITY, wanted)


def done(
    url: str, *searches: tuple[str, Settings], macros: Any = (SOURCE, RESULTS), delete: bool = False
) -> list[tuple[str, str]]:
    """Plan and apply; gives what was done."""
    wanted = shipped(*searches, macros=macros)
    siem = app(url, wanted)
    made: list[Change] = []
    apply(siem, plan(siem, wanted, delete=delete), made.append)
    return [(change.action, change.name) for change in made]


def install(*searches: tuple[str, Settings], macros: Any = (SOURCE, RESULTS)) -> None:
    """What the app's file brings."""
    PLACE.splunk.things[SEARCHES] |= from_conf(iter(searches), APP)
    PLACE.splunk.things[MACROS] |= {one: Thing(APP, dict(values)) for one, values in macros}


def thing(number: int) -> Thing:
    return PLACE.splunk.things[SEARCHES][name(number)]


texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12
)
names = st.text(st.sampled_from("ab/%&?#+ é.;=2F"), min_size=1, max_size=8)
releases = st.dictionaries(
    st.integers(0, 4),
    st.fixed_dictionaries(
        {},
        optional={
            "search": texts,
            "cron_schedule": st.sampled_from(["0 * * * *", "*/15 * * * *"]),
            "alert.suppress.fields": st.just("user"),
            "action.notable": st.just("1"),
            "action.notable.param.rule_title": texts,
            "alert.suppress": st.sampled_from(["0", "1"]),
        },
    ),
)
edits = st.fixed_dictionaries(
    {},
    optional={
        "search": texts,
        "disabled": st.sampled_from(["0", "1"]),
        "is_scheduled": st.sampled_from(["0", "1"]),
        "actions": st.sampled_from(["", "email", "email, risk", "risk,notable,snow"]),
        "alert.suppress.fields": texts,
        "alert.severity": st.sampled_from(["1", "6"]),
        "action.email.to": texts,
    },
)
ADMINS = ("disabled", "is_scheduled", "action.email.to")


@given(
    now=releases.filter(bool),
    before=releases,
    edited=st.dictionaries(st.integers(0, 4), edits),
    others=st.dictionaries(names, edits, max_size=3),
    filters=st.dictionaries(st.integers(0, 4), texts),
    delete=st.booleans(),
    from_file=st.booleans(),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_after_apply_is_empty(
    url: str,
    now: Any,
    before: Any,
    edited: Any,
    others: Any,
    filters: Any,
    delete: bool,
    from_file: bool,
) -> None:
    splunk = PLACE.splunk = Splunk({APP, "search"})
    install(*(search(number, **values) for number, values in before.items()), macros=[SOURCE])
    for number in before:
        one = thing(number)
        if not from_file:
            one.default, one.local = None, one.settings
        one.local.update(edited.get(number, {}))
    living = search(next(iter(now)))[1]["action.correlationsearch.metadata"]
    for what, values in others.items():  # a copy of a rule, and another app's search
        copied = {"search": "x", "action.correlationsearch.metadata": living, **values}
        splunk.things[SEARCHES][f"Ours - {what} - Rule"] = Thing(APP, None, copied)
        splunk.things[SEARCHES][what] = Thing("search", None, {"search": "y"}, "global")
    for number, definition in filters.items():
        made = Thing(APP, None, {"definition": definition, "iseval": "0"})
        splunk.things[MACROS][filter_macro(number)[0]] = made
    was = deepcopy(splunk.things)
    macros = [SOURCE, RESULTS, *(filter_macro(number) for number in now)]
    wanted = shipped(*(search(number, **values) for number, values in now.items()), macros=macros)
    siem = app(url, wanted)

    apply(siem, plan(siem, wanted, delete=delete), lambda _: None)

    assert plan(siem, wanted, delete=delete).changes == ()
    for what in others:
        for other in (what, f"Ours - {what} - Rule"):
            assert splunk.things[SEARCHES][other] == was[SEARCHES][other]
    for number in filters:
        macro = filter_macro(number)[0]
        assert splunk.things[MACROS][macro] == was[MACROS][macro]
    for number in now.keys() & before.keys():
        then, here = was[SEARCHES][name(number)].settings, thing(number).settings
        assert {k: here.get(k) for k in ADMINS} == {k: then.get(k) for k in ADMINS}
        assert {"email", "snow"} & _actions(then) == {"email", "snow"} & _actions(here)
        assert ("notable" in _actions(here)) == ("action.notable" in now[number])
    for number in now.keys() - before.keys():
        assert thing(number).settings["disabled"] == "1"
    if from_file or not delete:
        assert was[SEARCHES].keys() <= splunk.things[SEARCHES].keys()


def _actions(values: Settings) -> set[str]:
    return {one.strip() for one in values["actions"].split(",")}


def test_what_the_apps_file_brings_is_what_is_shipped(url: str) -> None:
    install(search(1), search(2))
    wanted = shipped(search(1), search(2))
    made = plan(app(url, wanted), wanted)
    assert (made.changes, made.same) == ((), 4)


def test_a_throttle_by_fields_that_is_one_of_all_now(url: str) -> None:
    install(search(1, **{"alert.suppress.fields": "user"}))
    assert done(url, search(1)) == [(Action.UPDATE, f"search {name(1)}")]
    assert thing(1).settings["alert.suppress.fields"] == ""
    assert done(url, search(1)) == []


@pytest.mark.parametrize("told", [None, "", 7, "[", "[]", "{}"])
def test_metadata_that_names_no_rule(told: object) -> None:
    assert detection_id({"action.correlationsearch.metadata": told}) is None


def test_macros_come_before_the_searches_that_call_them(url: str) -> None:
    macros = [SOURCE, filter_macro(1)]
    assert done(url, search(1), macros=macros) == [
        (Action.CREATE, "macro number_1_filter"),
        (Action.CREATE, "macro okta_access_events"),
        (Action.CREATE, f"search {name(1)}"),
    ]


def test_where_events_are_is_the_admins_and_what_results_show_is_ours(url: str) -> None:
    install()
    for macro in ("okta_access_events", "okta_access_results"):
        PLACE.splunk.things[MACROS][macro].local["definition"] = "edited"
    assert done(url) == [(Action.UPDATE, "macro okta_access_results")]


def test_a_change_names_what_changes_and_nothing_else(url: str) -> None:
    install(search(1))
    thing(1).local["actions"] = "email"
    PLACE.asked = []
    done(url, search(1, search="y=2"))
    written = [asked.form for asked in PLACE.asked if asked.method != "GET"]
    assert written == [{"search": "y=2", "actions": "email,risk"}]


def test_what_vanished_is_switched_off(url: str) -> None:
    install(search(1), search(2))
    thing(1).local["disabled"] = "0"
    assert done(url) == [(Action.DISABLE, f"search {name(1)}")]
    assert done(url) == []


def test_what_the_apps_file_brought_cannot_be_deleted_and_is_switched_off(url: str) -> None:
    done(url, search(2))
    install(search(1))
    thing(1).local["disabled"] = "0"
    assert done(url, delete=True) == [
        (Action.DISABLE, f"search {name(1)}"),
        (Action.DELETE, f"search {name(2)}"),
    ]


def test_a_name_with_a_slash_is_changed_where_splunk_says(url: str) -> None:
    other = "Ours - a/b 100% - Rule"
    metadata = '{"detection_id": "gone"}'
    made = Thing(APP, None, {"search": "x", "action.correlationsearch.metadata": metadata})
    PLACE.splunk.things[SEARCHES][other] = made
    assert (Action.DISABLE, f"search {other}") in done(url)
    assert made.local["disabled"] == "1"


def test_a_link_to_another_place_is_not_followed(url: str) -> None:
    install(search(1))
    wanted = shipped(search(1, search="y"))
    siem = app(url, wanted)
    (change,) = plan(siem, wanted).changes
    assert change.shipped is not None
    assert change.there is not None
    for link in ("//evil/x", "/services/apps/local/ours", "/servicesNS/nobody/search/x"):
        lured = replace(change.there, raw={**change.there.raw, "links": {"edit": link}})
        with pytest.raises(SiemError, match="names an address that is not the app's"):
            siem.update(change.shipped, lured, ["search"])


def test_somebody_came_between_plan_and_write(url: str) -> None:
    install(search(1))
    wanted = shipped(search(1, search="y"))
    siem = app(url, wanted)
    planned = plan(siem, wanted)
    thing(1).local["disabled"] = "0"
    with pytest.raises(ChangedSincePlan):
        apply(siem, planned, lambda _: None)
    assert thing(1).local == {"disabled": "0"}


def test_a_search_of_the_same_name_in_another_app_is_anothers(url: str) -> None:
    PLACE.splunk.things[SEARCHES][name(1)] = Thing("search", None, {"search": "x"}, "global")
    wanted = shipped(search(1), macros=[])
    siem = app(url, wanted)
    assert siem.read(f"search {name(1)}") is None
    assert [one.action for one in plan(siem, wanted).changes] == [Action.CREATE]


def test_an_app_that_is_not_installed(url: str) -> None:
    PLACE.splunk.apps = {"search"}
    with pytest.raises(SiemError, match=r"has no app `ours` \(install its file once"):
        done(url, search(1))


def test_the_cloud_takes_files(url: str) -> None:
    for host in ("acme.splunkcloud.com", "admin.splunk.com"):
        with pytest.raises(InputError, match="send ours with --splunk-cloud"):
            app(f"https://{host}:8089", ())
    PLACE.splunk.instance_type = "cloud"
    with pytest.raises(SiemError, match="send ours with --splunk-cloud"):
        done(url, search(1))


def test_a_setting_that_splunk_does_not_take(url: str) -> None:
    with pytest.raises(SiemError, match=r"Argument 'odd' is not supported .* \(HTTP 400\)"):
        done(url, search(1, odd="x"), macros=[])


def test_a_value_that_is_not_kept() -> None:
    class Forgetful(Splunk):
        def __call__(self, asked: Asked) -> Told:
            told = super().__call__(asked)
            for entry in told.body.get("entry", []):
                entry["content"].pop("cron_schedule", None)
            return told

    with answering(Forgetful({APP})) as url, pytest.raises(NotKept, match="cron_schedule"):
        done(url, search(1), macros=[])


def test_half_a_list_is_no_list() -> None:
    class Half(Splunk):
        def __call__(self, asked: Asked) -> Told:
            told = super().__call__(asked)
            if "paging" in told.body:
                told.body["paging"]["total"] += 30
            return told

    with answering(Half({APP})) as url, pytest.raises(SiemError, match="gave 0 of 30 entries"):
        done(url, search(1))
