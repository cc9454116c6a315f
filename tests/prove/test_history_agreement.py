"""Judges of histories are held to the reference, and what they cannot judge is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from okta_access import __version__
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID
from okta_access.compile.model import Job
from okta_access.errors import EngineError
from okta_access.generate.history import HistoryMaker
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.prove.correlations import MadeHistory, make_histories
from okta_access.prove.evidence import Check, Event, Outcome
from okta_access.prove.history_agreement import check_history_oracle
from okta_access.prove.oracles.base import Groups, HistoryOracle, NotApplicable
from okta_access.prove.oracles.matcher import MatcherOracle
from okta_access.prove.oracles.registry import open_engine
from okta_access.rules.collection import load_rules
from okta_access.rules.model import Correlation, CorrelationType, EventRule, Timespan
from okta_access.rules.settings.files import Settings
from tests.builders.samples import correlation, rule

CATALOG = load_catalog()
CREATE = rule("eventType: access.request.create", "create")
RESOLVE = rule("eventType: access.request.resolve", "resolve")
COUNT = correlation(CorrelationType.EVENT_COUNT, (CREATE,), threshold=2)
ORDER = correlation(CorrelationType.TEMPORAL_ORDERED, (CREATE, RESOLVE))
History = Sequence[Event]
Answer = Sequence[Groups | None] | NotApplicable


def groups_of(meant: Correlation, bases: Sequence[EventRule], history: History) -> Groups:
    alerts = find_alerts(meant, bases, history, CATALOG)
    return frozenset(tuple(text for _, text in alert.group) for alert in alerts)


@dataclass(frozen=True)
class Judge(MatcherOracle):
    """A judge of histories that answers as it is told."""

    answer: Callable[[Sequence[History]], Answer]
    name: str = "judge"
    version: str = "0"

    def groups(self, _rule: Correlation, histories: Sequence[History], /) -> Answer:
        return self.answer(histories)


def by(meant: Correlation, *bases: EventRule) -> Judge:
    """One that judges by another correlation."""
    return Judge(lambda histories: [groups_of(meant, bases, one) for one in histories])


def checked(judge: MatcherOracle, asked: Correlation = COUNT, *bases: EventRule) -> Check:
    own = bases or (CREATE,)
    maker = HistoryMaker(asked, own, CATALOG)
    drawn: list[MadeHistory] = make_histories(maker, asked.name, 0, 20)
    return check_history_oracle(judge, asked, own, maker, drawn, CATALOG)


def test_a_judge_of_one_mind_passes() -> None:
    found = checked(by(COUNT, CREATE))
    assert (found.outcome, found.note) == (Outcome.PASSED, None)
    assert found.ran >= 40


@pytest.mark.parametrize(
    ("meant", "told", "events"),
    [
        (replace(COUNT, threshold=1), "judge fires for actor.id=", 1),
        (replace(COUNT, threshold=3), "judge misses actor.id=", 2),
        (replace(COUNT, timespan=Timespan("1m", 60)), "judge misses actor.id=", 2),
    ],
)
def test_another_mind_is_told_on_a_plain_history(
    meant: Correlation, told: str, events: int
) -> None:
    found = checked(by(meant, CREATE))
    assert found.outcome is Outcome.FAILED
    assert len(found.failures) <= 3 <= found.failed < found.ran
    assert found.failures[0].message.startswith(told)
    assert "in a history of: " in found.failures[0].message
    assert len(found.failures[0].events) == events


def test_every_event_has_a_uuid_that_only_its_copies_share() -> None:
    asked: list[Sequence[History]] = []

    def answer(histories: Sequence[History]) -> Answer:
        asked.append(histories)
        return [groups_of(COUNT, (CREATE,), one) for one in histories]

    checked(Judge(answer))
    (histories,) = asked
    seen: set[str] = set()
    for history in histories:
        uuids = {str(event[UUID]) for event in history}
        assert not uuids & seen
        seen |= uuids
        for event in history:
            copies = [one for one in history if one[UUID] == event[UUID]]
            assert all(one == event for one in copies)


def test_what_is_not_judged_is_told() -> None:
    refused = checked(Judge(lambda _: NotApplicable("no way")))
    assert (refused.outcome, refused.note) == (Outcome.SKIPPED, "refused: no way")
    blind = checked(Judge(lambda histories: [None for _ in histories]))
    assert blind.outcome is Outcome.SKIPPED
    assert str(blind.note).endswith(" histories are left out")

    def every_other(histories: Sequence[History]) -> Answer:
        return [
            groups_of(COUNT, (CREATE,), one) if n % 2 else None for n, one in enumerate(histories)
        ]

    half = checked(Judge(every_other))
    assert half.outcome is Outcome.PASSED
    assert half.note in {f"{half.ran} left out", f"{half.ran + 1} left out"}
    alone = checked(MatcherOracle(CATALOG))
    assert (alone.outcome, alone.note) == (
        Outcome.SKIPPED, "not asked: it judges single events only",
    )  # fmt: skip


def test_an_engine_that_fails_is_a_failure() -> None:
    def gone(histories: Sequence[History]) -> Answer:
        raise EngineError(f"gone with {len(histories)} histories")

    found = checked(Judge(gone))
    assert found.outcome is Outcome.FAILED
    assert found.failures[0].message.startswith("judge: gone with ")


def job(*correlations: Correlation) -> Job:
    rules = replace(load_rules((), CATALOG), rules=(CREATE, RESOLVE), correlations=correlations)
    return Job(rules, Settings(), CATALOG, __version__)


def engines_agree(spec: str, name: str) -> None:
    """Compiled is what is meant, then something else of the same name."""
    for asked, bases in ((COUNT, (CREATE,)), (ORDER, (CREATE, RESOLVE))):
        with open_engine(spec, job(asked)) as oracles:
            oracle = next(one for one in oracles if one.name == name)
            assert isinstance(oracle, HistoryOracle)
            maker = HistoryMaker(asked, bases, CATALOG)
            drawn = make_histories(maker, asked.name, 0, 1)[::4]
            found = check_history_oracle(oracle, asked, bases, maker, drawn, CATALOG)
        assert (found.outcome, found.ran) == (Outcome.PASSED, len(drawn))
    with open_engine(spec, job(replace(COUNT, threshold=3))) as oracles:
        oracle = next(one for one in oracles if one.name == name)
        maker = HistoryMaker(COUNT, (CREATE,), CATALOG)
        enough = [one for one in make_histories(maker, "c", 0, 1) if one.history.kind == "enough"]
        found = check_history_oracle(oracle, COUNT, (CREATE,), maker, enough, CATALOG)
    assert found.outcome is Outcome.FAILED
    assert found.failures[0].message.startswith(f"{name} misses actor.id=")


def test_elasticsearch_judges_histories(elasticsearch_url: str) -> None:
    engines_agree(f"elasticsearch={elasticsearch_url}", "elastic-esql")


def test_the_interpreter_judges_histories() -> None:
    engines_agree("splunk=interpreter", "splunk-interpreter")


def test_what_lucene_cannot_say_is_refused(elasticsearch_url: str) -> None:
    with open_engine(f"elasticsearch={elasticsearch_url}", job(COUNT)) as (lucene, _):
        assert isinstance(lucene, HistoryOracle)
        answer = lucene.groups(COUNT, [])
    assert isinstance(answer, NotApplicable)
    assert str(answer).startswith("refused: ")
