"""Months with the opt-in packs switched on: what is added, and that nothing else changes."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import PUBLISHED
from okta_access.catalog.schema import errors, event_schema
from okta_access.catalog.template import Event
from okta_access.company.month import company_month
from okta_access.company.worlds import WORLDS
from okta_access.content import PACKS
from okta_access.rules.settings.packs import with_packs
from tests.catalog.observations import observations

CATALOG = load_catalog(with_packs((), (), PACKS, None, whole=False).catalogs)
BESIDE = frozenset(name for name in CATALOG.events if not name.startswith("access."))


@cache
def month(*packs: str, only: tuple[str, ...] = ("",), world: str = "ordinary") -> list[Event]:
    of = next(one for one in WORLDS if one.name == world)
    return company_month(CATALOG, of, people=200, days=28, seed=5, packs=packs, only=only)


def said(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = event["debugContext"]["debugData"]
    return found


def test_debug_data_is_all_that_its_pack_adds() -> None:
    with_it = [{**event, "debugContext": {"debugData": {}}} for event in month("debugdata")]
    assert with_it == month()
    assert any(said(event) for event in month("debugdata"))


def test_neighbouring_events_are_all_that_their_pack_adds() -> None:
    events = month("neighbours")
    assert [event for event in events if event["eventType"] not in BESIDE] == month()
    often = {"group.user_membership.add", "user.mfa.factor.reset_all"}
    assert often <= {event["eventType"] for event in events} & BESIDE
    assert [event[PUBLISHED] for event in events] == sorted(event[PUBLISHED] for event in events)


@pytest.mark.parametrize("only", ["access.review.", "access.request.condition."])
def test_what_is_kept_is_the_same_with_less_around_it(only: str) -> None:
    kept = [event for event in month() if event["eventType"].startswith(only)]
    assert month(only=(only,)) == kept != []


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_events_of_packs_are_events(world: Any) -> None:
    events = month(*PACKS, only=("access.",), world=world.name)[::20]
    schema = event_schema(CATALOG, any_event_type=True)
    assert [(errors(schema, e), observations(CATALOG, e)) for e in events] == [((), ())] * len(
        events
    )


def test_a_request_says_the_same_of_itself_all_its_life() -> None:
    settings = "risk_settings_request_submission_type"
    lives: dict[str, dict[str, str]] = {}
    for event in month("debugdata", only=("access.request.",)):
        if event["eventType"].count(".") == 2:
            own = {key: value for key, value in said(event).items() if key != settings}
            assert lives.setdefault(event["target"][0]["id"], own) == own
    assert len({life["access_request_matched_condition_id"] for life in lives.values()}) == 30
    assert len({life["access_request_approval_sequence_id"] for life in lives.values()}) == 12


def test_only_what_managers_ask_for_others_is_not_for_the_requester() -> None:
    def others(world: str) -> Counter[bool]:
        made = month("debugdata", only=("access.request.create",), world=world)
        return Counter(said(e)["requester_id"] != said(e)["requested_for_id"] for e in made)

    ordinary, for_others = others("ordinary"), others("for-others")
    assert 0 < ordinary[True] < for_others[True] < for_others[False]


def test_whom_a_review_is_about_and_what_was_decided_hold_together() -> None:
    decided: dict[str, tuple[str, str]] = {}
    decisions: list[tuple[str, str]] = []
    for event in month("debugdata", only=("access.review.",)):
        review, data = event["target"][0]["id"], said(event)
        assert data["access_review_id"] == review
        if "access_review_action" in data:
            assert data["access_review_principal_user_id"] == event["target"][1]["id"]
            decision = (data["access_review_action"], data["access_review_action_level"])
            if event["eventType"] == "access.review.action":
                decided[review] = decision
                decisions.append(decision)
            assert decided[review] == decision
    actions, levels = map(Counter, zip(*decisions, strict=True))
    assert actions["REVOKE"] > actions["RESTORE"] > 0
    assert levels["RESOURCE_LEVEL"] > levels["REVIEW_LEVEL"] > 0
