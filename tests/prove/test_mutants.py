"""Mutants: all the slips there are, judged rightly, and none forgiven that matters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from okta_access.errors import Span
from okta_access.generate.event_makers import EventMaker, edges
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.history_builder import History
from okta_access.generate.sample import sample
from okta_access.matching.events.evaluate import matches
from okta_access.prove import correlation_mutants
from okta_access.prove.evidence import ByIntent, Outcome
from okta_access.prove.mutants import mutants
from okta_access.prove.mutation import Judged, check_mutants
from okta_access.prove.trials import TrialMaker, Trials
from okta_access.rules.fixtures import Case, Fixture
from okta_access.rules.model import Alias, CorrelationType, Expr
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable
from tests.builders.rules import expression
from tests.builders.samples import CATALOG, correlation, rule, rule_of
from tests.builders.strategies import expressions

EVENTS = sample(EventMaker(CATALOG), 30, 4)


def slips(item: str) -> list[str]:
    return [mutant.slip for mutant in mutants(expression(item), CATALOG)]


def test_all_slips_of_a_small_rule() -> None:
    assert slips("actor.id: [User, Client]") == [
        "OR swapped",
        'dropped: actor.id is "User"',
        'negated: actor.id is "User"',
        'actor.id is "User" became actor.id is "User" (case counts)',
        'actor.id is "User" became actor.id is like "*User"',
        'actor.id is "User" became actor.id is like "User*"',
        'actor.id is "User" became actor.id is "Use"',
        'actor.id is "User" became actor.id is "ser"',
        'actor.id is "User" became actor.id is "Userx"',
        'dropped: actor.id is "Client"',
        'negated: actor.id is "Client"',
        'actor.id is "Client" became actor.id is "Client" (case counts)',
        'actor.id is "Client" became actor.id is like "*Client"',
        'actor.id is "Client" became actor.id is like "Client*"',
        'actor.id is "Client" became actor.id is "Clien"',
        'actor.id is "Client" became actor.id is "lient"',
        'actor.id is "Client" became actor.id is "Clientx"',
    ]


@pytest.mark.parametrize(
    ("item", "slip"),
    [
        ("eventType: access.review.close", 'added: eventType is "access.review.start"'),
        ("actor.id|neq: x", "NOT dropped"),
        ("actor.id|re: '^ab'", "actor.id matches /^ab/ became actor.id matches /ab/"),
        ("client.ipAddress|cidr: 10.0.0.0/8", "in 10.0.0.0/8 became client.ipAddress is in 10.0."),
        ("client.ipAddress: 10.0.0.1", "became client.ipAddress is the address 10.0.0.0"),
        ("securityContext.isProxy: true", "became securityContext.isProxy is false"),
        ("actor.id: null", "became actor.id is there"),
        ("actor.id|fieldref: target.id", "became actor.id contains target.id"),
        ("actor.id|contains: ab", 'became actor.id is like "ab*"'),
    ],
)
def test_each_kind_of_test_has_slips_of_its_own(item: str, slip: str) -> None:
    assert any(slip in found for found in slips(item))


def test_every_other_type_is_added_once() -> None:
    types = ["access.review.close", "access.review.start"]
    added = [slip for slip in slips(f"eventType: {types}") if slip.startswith("added")]
    assert len(added) == len({*added}) == len(CATALOG.events) - 2


@settings(max_examples=50)
@given(expressions)
def test_events_judged_at_once_are_judged_as_by_the_reference(expr: Expr) -> None:
    judged = Judged(EVENTS, CATALOG)
    for one in (expr, *(mutant.expr for mutant in mutants(expr, CATALOG)[:20])):
        verdict = judged.verdict(one)
        assert [bool(verdict >> n & 1) for n in range(len(EVENTS))] == [
            matches(one, event, CATALOG) for event in EVENTS
        ]


@settings(max_examples=25)
@given(expressions)
def test_edges_are_what_they_say(expr: Expr) -> None:
    one = rule_of(expr)
    try:
        found = edges(one, CATALOG)
    except (Unsatisfiable, Undecided):
        return
    for edge in found[:30]:
        (event,) = sample(edge.maker, 1, 1)
        assert not matches(edge.atom, event, CATALOG)
        assert matches(expr, event, CATALOG) == edge.matches


def test_a_rule_whose_events_are_many_notices_every_slip() -> None:
    one = rule("actor.type: [User, Client]")
    trials = TrialMaker(CATALOG, 1, 30).trials(one, 0)
    check = check_mutants(one, trials, None, CATALOG)
    assert (check.outcome, check.note) == (Outcome.PASSED, "0 % by fixtures alone, 0 equivalent")
    assert check.by_intent == ByIntent(0, tuple(slips("actor.type: [User, Client]")))


def test_what_fixtures_notice_alone_is_told_apart_from_what_events_of_the_rule_do() -> None:
    one = rule("actor.id: [User, Client]")
    trials = TrialMaker(CATALOG, 1, 30).trials(one, 0)
    events = ({"actor": {"id": "user"}}, {"actor": {"id": "CLIENT"}}, {"actor": {"id": "x"}})
    whole = Span.whole("r.yml")
    cases = tuple(Case("why", (event,), 1, whole) for event in events)
    check = check_mutants(one, trials, Fixture("r", "r.yml", cases, ()), CATALOG)
    assert check.outcome is Outcome.PASSED
    assert check.by_intent is not None
    assert check.by_intent.of == check.ran
    assert check.by_intent.left == (
        'actor.id is "User" became actor.id is like "*User"',
        'actor.id is "User" became actor.id is like "User*"',
        'actor.id is "Client" became actor.id is like "*Client"',
        'actor.id is "Client" became actor.id is like "Client*"',
    )


def test_a_slip_that_nothing_notices_is_told_with_an_event_that_would() -> None:
    one = rule("actor.type: User")
    check = check_mutants(one, Trials((), {}), None, CATALOG)
    assert check.failed == check.ran > 5
    for failure in check.failures:
        assert failure.message.startswith("nothing notices this slip: ")
        assert len(failure.events) == 1


def test_few_events_are_topped_up_before_a_slip_is_said_to_pass_unnoticed() -> None:
    one = rule("actor.type: [User, Client]")
    few, many = Trials((), {}), TrialMaker(CATALOG, 1, 30).trials(one, 0)
    assert check_mutants(one, few, None, CATALOG, lambda: many).outcome is Outcome.PASSED
    check = check_mutants(one, few, None, CATALOG, lambda: few)
    assert check.failed == check.ran > 5


def test_enough_events_ask_for_no_more() -> None:
    one = rule("actor.type: [User, Client]")
    trials = TrialMaker(CATALOG, 1, 30).trials(one, 0)

    def more() -> Trials:
        raise AssertionError("nothing was left unnoticed")

    assert check_mutants(one, trials, None, CATALOG, more).outcome is Outcome.PASSED


def test_what_means_the_same_is_shown_to_and_not_listed() -> None:
    # No type but "User" can begin with "User" and be four letters long.
    one = rule("actor.type|re|i: '^user$'")
    contained = rule_of(expression("actor.type|contains|all: [User, se]"))
    trials = TrialMaker(CATALOG, 1, 60).trials(contained, 0)
    check = check_mutants(contained, trials, None, CATALOG)
    assert check.outcome is Outcome.PASSED
    assert check.note is not None
    assert int(check.note.split(", ")[1].split()[0]) > 0  # without "se" it means the same
    trials = TrialMaker(CATALOG, 1, 60).trials(one, 0)
    assert check_mutants(one, trials, None, CATALOG).outcome is Outcome.PASSED


CREATE = rule("eventType: access.request.create", "create")
RESOLVE = rule("eventType: access.request.resolve", "resolve")
SPREE = correlation(CorrelationType.EVENT_COUNT, (CREATE,), group_by=("actor.id", "eventType"))
WHO = Alias("who", (("create", "actor.id"), ("resolve", "target.id")))
ALIASED = correlation(
    CorrelationType.TEMPORAL_ORDERED, (CREATE, RESOLVE), group_by=("who",), aliases=(WHO,)
)
PAIR = correlation(CorrelationType.TEMPORAL_ORDERED, (CREATE, RESOLVE))


def test_slips_of_correlations() -> None:
    found = [mutant.slip for mutant in correlation_mutants.mutants(SPREE, (CREATE,))]
    assert found == [
        "timespan 3599s", "timespan 3601s", "group key actor.id dropped",
        "group key eventType dropped", "threshold 2", "threshold 4",
    ]  # fmt: skip
    values = replace(SPREE, type=CorrelationType.VALUE_COUNT, value_field="target.id")
    found = [mutant.slip for mutant in correlation_mutants.mutants(values, (CREATE,))]
    assert "type event_count" in found
    found = [mutant.slip for mutant in correlation_mutants.mutants(PAIR, (CREATE, RESOLVE))]
    assert {"type temporal", "the other way round"} < {*found}
    found = [mutant.slip for mutant in correlation_mutants.mutants(ALIASED, (CREATE, RESOLVE))]
    assert found == [
        "timespan 3599s", "timespan 3601s", "group key who dropped",
        "who read from target.id in create", "who read from actor.id in resolve",
        "type temporal", "the other way round",
    ]  # fmt: skip


def test_histories_notice_every_slip_that_matters() -> None:
    for one, bases, same in (
        (SPREE, (CREATE,), 1),
        (PAIR, (CREATE, RESOLVE), 0),
        (ALIASED, (CREATE, RESOLVE), 0),
    ):
        maker = HistoryMaker(one, bases, CATALOG)
        histories = sample(maker, 8 * len(maker.kinds), 1, BYTES)
        check = correlation_mutants.check_mutants(one, bases, histories, None, CATALOG)
        assert check.outcome is Outcome.PASSED, check.failures
        # All of the spree's events are of one type, so grouping by it changes nothing.
        assert check.note == f"0 % by fixtures alone, {same} equivalent"
        assert check.by_intent is not None
        assert (check.by_intent.noticed, check.by_intent.of) == (0, check.ran - same)


def test_a_slip_that_no_history_notices_fails() -> None:
    nothing: list[History] = []
    check = correlation_mutants.check_mutants(PAIR, (CREATE, RESOLVE), nothing, None, CATALOG)
    assert check.failed == check.ran == 5
