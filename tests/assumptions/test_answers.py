"""What a log says of the ledger: the shares, the parts of Okta kept apart, and the rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.assumptions.answers import Answer, Ledger
from okta_access.assumptions.known import load_assumptions
from okta_access.assumptions.shares import CONTRADICTED_TO, LEAST, UPHELD_FROM, Verdict
from okta_access.assumptions.standing import Standing, standings
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.fixtures import event_from_paths

CATALOG = load_catalog()
RULES = load_rules([rules_dir()], CATALOG)
CREATE, RESOLVE = "access.request.create", "access.request.resolve"
UPDATE = "access.request.condition.update"


def answers(*events: dict[str, Any]) -> dict[str, Answer]:
    """The answers to these events, each given as catalogue paths; ``n`` repeats one."""
    ledger = Ledger(CATALOG)
    for event in events:
        count = event.pop("n", 1)
        without = event.pop("without", ())
        for number in range(count):
            filled = {
                path: value.replace("{n}", str(number)) if isinstance(value, str) else value
                for path, value in event.items()
            }
            ledger.add(event_from_paths(CATALOG, filled, without))
    return {answer.assumption.id: answer for answer in ledger.answers()}


def test_an_empty_log_shows_nothing() -> None:
    found = answers()
    assert [*found] == [*load_assumptions()]
    assert {answer.verdict for answer in found.values()} == {Verdict.NOT_SHOWN}


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_share_gives_the_verdict(filled: int, missing: int) -> None:
    found = answers(
        {"eventType": CREATE, "n": filled, "securityContext.isProxy": False},
        {"eventType": CREATE, "n": missing, "securityContext.isProxy": None},
    )["A3"]
    total = filled + missing
    expected = Verdict.NOT_SHOWN
    if total >= LEAST and filled / total >= UPHELD_FROM:
        expected = Verdict.UPHELD
    elif total >= LEAST and filled / total <= CONTRADICTED_TO:
        expected = Verdict.CONTRADICTED
    assert (found.verdict, found.figures["by users"]) == (expected, total)


def test_the_worst_part_of_okta_counts() -> None:
    session = "authenticationContext.externalSessionId"
    found = answers(
        {"eventType": CREATE, "n": 500, session: "s-{n}"},
        {"eventType": UPDATE, "n": 25, session: "unknown"},
    )["A4"]
    assert found.verdict is Verdict.CONTRADICTED
    assert "in guardrails: 0 of 25" in found.reason


@pytest.mark.parametrize(
    ("event", "id_", "verdict"),
    [
        ({"eventType": RESOLVE, "actor.type": "SystemPrincipal"}, "A1", Verdict.CONTRADICTED),
        ({"eventType": RESOLVE, "actor.type": "User"}, "A1", Verdict.UPHELD),
        ({"eventType": CREATE, "client": None}, "A2", Verdict.CONTRADICTED),
        ({"eventType": CREATE}, "A2", Verdict.NOT_SHOWN),
        ({"eventType": CREATE, "target.id": ["a", "b"]}, "A5", Verdict.CONTRADICTED),
        ({"eventType": CREATE, "target": None}, "A5", Verdict.CONTRADICTED),
        ({"eventType": "access.review.close"}, "A6", Verdict.CONTRADICTED),
        ({"eventType": "access.review.close", "target.type": "User"}, "A6", Verdict.UPHELD),
        (
            {"eventType": UPDATE, "client.userAgent.rawUserAgent": "strange/1.0"},
            "A7",
            Verdict.CONTRADICTED,
        ),
        ({"eventType": UPDATE, "actor.type": "PublicClientApp"}, "A7", Verdict.UPHELD),
        ({"eventType": UPDATE}, "A7", Verdict.NOT_SHOWN),
        ({"eventType": UPDATE, "outcome.result": "DENY"}, "A8", Verdict.UPHELD),
        ({"eventType": UPDATE, "outcome": None}, "A8", Verdict.CONTRADICTED),
        ({"eventType": UPDATE}, "A8", Verdict.NOT_SHOWN),
        ({"eventType": UPDATE, "outcome.reason": "failed"}, "A8", Verdict.CONTRADICTED),
        (
            {"eventType": CREATE, "client.userAgent.rawUserAgent": "okta_iga_connector"},
            "A9",
            Verdict.CONTRADICTED,
        ),
        ({"eventType": CREATE, "actor.alternateId": "a@x", "actor.id": "u{n}"}, "A10", None),
    ],
)
def test_answers(event: dict[str, Any], id_: str, verdict: Verdict | None) -> None:
    # One login is too few to speak of persons, however many ids it has.
    assert answers({**event, "n": 250})[id_].verdict is (verdict or Verdict.NOT_SHOWN)


@pytest.mark.parametrize(("flagged", "verdict"), [(5, "upheld"), (6, "not shown")])
def test_a_flag_that_marks_everybody_marks_nobody(flagged: int, verdict: str) -> None:
    found = answers(
        {"eventType": CREATE, "n": flagged, "securityContext.isProxy": True},
        {"eventType": CREATE, "n": 100 - flagged, "securityContext.isProxy": False},
    )["A3"]
    assert found.verdict == verdict
    assert ("corporate_egress" in found.reason) is (verdict == "not shown")


def test_requests_that_their_requesters_resolve_name_nobody_else() -> None:
    found = answers(
        {"eventType": CREATE, "n": 40, "target.id": "r{n}", "actor.id": "u{n}"},
        {"eventType": RESOLVE, "n": 40, "target.id": "r{n}", "actor.id": "u{n}"},
    )["A1"]
    assert (found.verdict, found.figures["of these by the requester"]) == (
        Verdict.CONTRADICTED,
        40,
    )


def test_an_end_whose_beginning_was_never_seen() -> None:
    found = answers(
        {"eventType": CREATE, "n": 40, "target.id": "r{n}"},
        {"eventType": RESOLVE, "n": 40, "target.id": "other{n}"},
    )["A5"]
    assert found.verdict is Verdict.CONTRADICTED


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
    assert (own.verdict, other.verdict) == (Verdict.UPHELD, Verdict.CONTRADICTED)


@pytest.mark.parametrize("odd", [7, "x", [], {}, [1], {"id": {"a": 1}}, None])
@pytest.mark.parametrize("path", ["actor", "client", "target", "outcome", "published"])
def test_odd_values_are_counted_as_what_they_are(path: str, odd: object) -> None:
    answers({"eventType": RESOLVE, "n": 3, path: odd})


@given(st.dictionaries(st.sampled_from([*load_assumptions()]), st.sampled_from(Verdict)))
def test_rules_stand_by_their_assumptions(verdicts: dict[str, Verdict]) -> None:
    said = [
        Answer(one, verdicts.get(id_, Verdict.NOT_SHOWN), "", {})
        for id_, one in load_assumptions().items()
    ]
    known = {answer.assumption.id: answer.verdict for answer in said}
    found = {one.rule: one for one in standings(RULES, said)}
    alerting = [rule for rule in RULES.all_rules if not getattr(rule, "silent", False)]
    assert [*found] == [rule.name for rule in alerting]
    for rule in alerting:
        mine = found[rule.name]
        needed = {*rule.meta.assumptions}
        if mine.standing is Standing.SAFE:
            assert {known[one] for one in needed} <= {Verdict.UPHELD}
            assert mine.because == ()
        elif mine.standing is Standing.UNSAFE:
            assert {known[one] for one in mine.because} == {Verdict.CONTRADICTED}
        else:
            assert {known[one] for one in mine.because} == {Verdict.NOT_SHOWN}
            assert not any(known[one] is Verdict.CONTRADICTED for one in needed)
