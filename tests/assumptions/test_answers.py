"""What a log says of the ledger: the shares, and the parts of Okta kept apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.assumptions.answers import LogCount
from okta_access.assumptions.bars import BAR, Answer, Support
from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.rules.fixtures import event_from_paths

CATALOG = load_catalog()
CREATE, RESOLVE = "access.request.create", "access.request.resolve"
UPDATE = "access.request.condition.update"
SESSION = "authenticationContext.externalSessionId"


def answers(*events: dict[str, Any]) -> dict[str, Answer]:
    """The answers to these events, each given as catalogue paths; ``n`` repeats one."""
    ledger = LogCount(CATALOG)
    for event in events:
        count = event.pop("n", 1)
        without = event.pop("without", ())
        for number in range(count):
            filled = {
                path: value.replace("{n}", str(number)) if isinstance(value, str) else value
                for path, value in event.items()
            }
            ledger.add(event_from_paths(CATALOG, filled, without))
    return ledger.answers()


def test_an_empty_log_shows_nothing() -> None:
    found = answers()
    assert [*found] == [*assumptions()]
    assert {answer.support for answer in found.values()} == {Support.NOT_SHOWN}


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_share_gives_the_verdict(filled: int, missing: int) -> None:
    found = answers(
        {"eventType": CREATE, "n": filled, "securityContext.isProxy": False},
        {"eventType": CREATE, "n": missing, "securityContext.isProxy": None},
    )["A3"]
    total = filled + missing
    expected = Support.NOT_SHOWN
    if total >= BAR.least and filled / total >= BAR.upheld_from:
        expected = Support.UPHELD
    elif total >= BAR.least and filled / total <= BAR.contradicted_to:
        expected = Support.CONTRADICTED
    assert (found.support, found.figures["by users"]) == (expected, total)


def test_the_worst_part_of_okta_counts() -> None:
    found = answers(
        {"eventType": CREATE, "n": 500, SESSION: "s-{n}"},
        {"eventType": UPDATE, "n": 25, SESSION: "unknown"},
    )["A4"]
    assert found.support is Support.CONTRADICTED
    assert "in guardrails: 0 of 25" in found.reason


@pytest.mark.parametrize(
    ("event", "id_", "verdict"),
    [
        ({"eventType": RESOLVE, "actor.type": "SystemPrincipal"}, "A1", Support.CONTRADICTED),
        ({"eventType": RESOLVE, "actor.type": "User"}, "A1", Support.UPHELD),
        ({"eventType": CREATE, "client": None}, "A2", Support.CONTRADICTED),
        ({"eventType": CREATE}, "A2", Support.NOT_SHOWN),
        ({"eventType": CREATE, "target.id": ["a", "b"]}, "A5", Support.CONTRADICTED),
        ({"eventType": CREATE, "target": None}, "A5", Support.CONTRADICTED),
        ({"eventType": "access.review.close"}, "A6", Support.CONTRADICTED),
        ({"eventType": "access.review.close", "target.type": "User"}, "A6", Support.UPHELD),
        (
            {"eventType": UPDATE, "client.userAgent.rawUserAgent": "strange/1.0"},
            "A7",
            Support.CONTRADICTED,
        ),
        ({"eventType": UPDATE, "actor.type": "PublicClientApp"}, "A7", Support.UPHELD),
        ({"eventType": UPDATE}, "A7", Support.NOT_SHOWN),
        ({"eventType": UPDATE, "outcome.result": "DENY"}, "A8", Support.UPHELD),
        ({"eventType": UPDATE, "outcome": None}, "A8", Support.CONTRADICTED),
        ({"eventType": UPDATE}, "A8", Support.NOT_SHOWN),
        ({"eventType": UPDATE, "outcome.reason": "failed"}, "A8", Support.CONTRADICTED),
        (
            {"eventType": CREATE, "client.userAgent.rawUserAgent": "okta_iga_connector"},
            "A9",
            Support.CONTRADICTED,
        ),
        (
            {"eventType": CREATE, "actor.displayName": "Okta AtSpoke Connector"},
            "A9",
            Support.CONTRADICTED,
        ),
        ({"eventType": CREATE, "actor.alternateId": "a@x", "actor.id": "u{n}"}, "A10", None),
        ({"eventType": CREATE, SESSION: "s", "actor.id": "u{n}"}, "A4b", Support.CONTRADICTED),
        ({"eventType": CREATE, SESSION: "s", "actor.id": "u"}, "A4b", Support.UPHELD),
        ({"eventType": CREATE, SESSION: "s-{n}"}, "A4b", None),  # once is always with one actor
    ],
)
def test_answers(event: dict[str, Any], id_: str, verdict: Support | None) -> None:
    # One login is too few to speak of persons, however many ids it has.
    assert answers({**event, "n": 250})[id_].support is (verdict or Support.NOT_SHOWN)


@pytest.mark.parametrize(("flagged", "verdict"), [(5, "upheld"), (6, "not shown")])
def test_a_flag_that_marks_everybody_marks_nobody(flagged: int, verdict: str) -> None:
    found = answers(
        {"eventType": CREATE, "n": flagged, "securityContext.isProxy": True},
        {"eventType": CREATE, "n": 100 - flagged, "securityContext.isProxy": False},
    )["A3"]
    assert found.support == verdict
    assert ("corporate_egress" in found.reason) is (verdict == "not shown")


def test_requests_that_their_requesters_resolve_name_nobody_else() -> None:
    found = answers(
        {"eventType": CREATE, "n": 40, "target.id": "r{n}", "actor.id": "u{n}"},
        {"eventType": RESOLVE, "n": 40, "target.id": "r{n}", "actor.id": "u{n}"},
    )["A1"]
    assert (found.support, found.figures["of these by the requester"]) == (
        Support.CONTRADICTED,
        40,
    )


def test_an_end_whose_beginning_was_never_seen() -> None:
    found = answers(
        {"eventType": CREATE, "n": 40, "target.id": "r{n}"},
        {"eventType": RESOLVE, "n": 40, "target.id": "other{n}"},
    )["A5"]
    assert found.support is Support.CONTRADICTED


@pytest.mark.parametrize(
    ("step", "support"), [("rev{n}", Support.UPHELD), ("other{n}", Support.CONTRADICTED)]
)
def test_a_review_is_known_by_its_own_id(step: str, support: Support) -> None:
    reviewed = ["00u1", "00u2"]  # met in every review, and no review itself
    found = answers(
        *({"eventType": "access.review.start", "target.id": [f"rev{n}", *reviewed]}
          for n in range(40)),
        *({"eventType": "access.review.close", "target.id": [step.replace("{n}", str(n)), "00u1"]}
          for n in range(40)),
    )["A11"]  # fmt: skip
    assert (found.support, found.figures["late steps of reviews"]) == (support, 40)


def test_sign_ins_tell_whose_client_it_is() -> None:
    people = {"actor.id": "u{n}", "client.ipAddress": "192.0.2.{n}"}
    own = answers(
        {"eventType": "user.session.start", "n": 30, **people},
        {"eventType": CREATE, "n": 30, **people},
    )["A2"]
    other = answers(
        {"eventType": "user.session.start", "n": 30, **people},
        {"eventType": CREATE, "n": 30, "actor.id": "u{n}", "client.ipAddress": "198.51.100.1"},
    )["A2"]
    assert (own.support, other.support) == (Support.UPHELD, Support.CONTRADICTED)


@pytest.mark.parametrize("odd", [7, "x", [], {}, [1], {"id": {"a": 1}}, None])
@pytest.mark.parametrize("path", ["actor", "client", "target", "outcome", "published"])
def test_odd_values_are_counted_as_what_they_are(path: str, odd: object) -> None:
    answers({"eventType": RESOLVE, "n": 3, path: odd})
