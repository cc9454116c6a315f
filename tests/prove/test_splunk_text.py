"""The project's rules as Splunk searches: what finds what, and that errors are caught."""

from __future__ import annotations

import random
from functools import cache

import pytest

from okta_access import __version__
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID
from okta_access.compile.model import Job
from okta_access.compile.targets.splunk import TARGET
from okta_access.content import rules_dir
from okta_access.errors import EngineError, InputError
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import EventMaker, MatchMaker, NearMissMaker
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.sample import sample
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.events.evaluate import matches
from okta_access.prove.evidence import Event
from okta_access.prove.oracles.base import NotApplicable
from okta_access.prove.oracles.registry import open_engine
from okta_access.prove.oracles.splunk_text import SplunkOracle
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.engine import Indexed, Splunk
from okta_access.spl.fields import ways_to
from okta_access.spl.syntax import names_in

CATALOG = load_catalog()
EACH = 2


@cache
def project() -> RuleSet:
    return tune(load_rules([rules_dir()], CATALOG), Settings(), CATALOG).shipped


@cache
def oracle() -> SplunkOracle:
    return SplunkOracle(Job(project(), Settings(), CATALOG, __version__))


def event_rules() -> tuple[EventRule, ...]:
    return (*project().rules, *project().context)


@cache
def events() -> tuple[Event, ...]:
    """Some events that match each rule, that narrowly miss it, and others."""
    found: list[Event] = sample(EventMaker(CATALOG), 5 * EACH, 1)
    for rule in event_rules():
        found += sample(MatchMaker(rule, CATALOG), EACH, rule.name)
        found += [one.event for one in sample(NearMissMaker(rule, CATALOG), EACH, rule.name)]
    for number, event in enumerate(found):
        event[UUID] = str(number)
    return tuple(found)


@pytest.mark.parametrize("rule", project().rules, ids=lambda rule: rule.name)
def test_an_event_rule_finds_what_it_means(rule: EventRule) -> None:
    answer = oracle().verdicts(rule, events())
    assert not isinstance(answer, NotApplicable)
    expected = {str(one[UUID]) for one in events() if matches(rule.expr, one, CATALOG)}
    assert answer.matched == expected - answer.unjudged
    assert answer.matched, "no event matched"


@pytest.mark.parametrize("rule", project().correlations, ids=lambda rule: rule.name)
def test_a_correlation_fires_for_the_same_groups(rule: Correlation) -> None:
    bases = project().referenced(rule)
    maker = HistoryMaker(rule, bases, CATALOG)
    chance = random.Random(rule.name)
    judged = 0
    kinds = chance.sample(maker.kinds, len(maker.kinds) // 2)
    for kind in kinds:
        history = maker.make_kind(kind, Choices(chance.randbytes(BYTES)))
        answer = oracle().groups(rule, [history.events])
        assert not isinstance(answer, NotApplicable)
        (found,) = answer
        alerts = find_alerts(rule, bases, history.events, CATALOG)
        if found is not None:
            judged += 1
            expected = frozenset(tuple(text for _, text in one.group) for one in alerts)
            assert found == expected, kind
    assert 2 * judged > len(kinds)


def wrong(text: str, right: str, instead: str) -> str:
    assert right in text
    return text.replace(right, instead)


def searches() -> dict[str, str]:
    made = TARGET.compile(Job(project(), Settings(), CATALOG, __version__)).translations
    return {one.rule: one.text or "" for one in made}


def with_a_not() -> tuple[EventRule, str]:
    """A rule with a negated test, and its search."""
    found = searches()
    rule = next(one for one in project().rules if "NOT outcome.result IN (" in found[one.name])
    return rule, found[rule.name]


def test_a_lost_not_finds_other_events() -> None:
    rule, text = with_a_not()
    rows = map(Indexed, events())
    found = Splunk(Beliefs()).run(wrong(text, "NOT outcome", "outcome"), rows)
    expected = {one[UUID] for one in events() if matches(rule.expr, one, CATALOG)}
    assert {row["uuid"] for row in found} != expected


def test_a_tumbling_window_is_not_even_known() -> None:
    rule = project().correlations[0]
    tumbling = wrong(searches()[rule.name], "| sort 0 t\n", "| bin _time span=1h\n")
    with pytest.raises(NotDocumentedError, match="bin"):
        Splunk(Beliefs()).run(tumbling, [])


def test_an_unescaped_quote_cannot_be_read() -> None:
    _, text = with_a_not()
    with pytest.raises(NotDocumentedError, match="cannot read"):
        Splunk(Beliefs()).run(wrong(text, "IN (FAILURE,", 'IN ("FAILURE,'), [])


def test_readings_that_disagree_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    own = SplunkOracle(Job(project(), Settings(), CATALOG, __version__))
    rule, _ = with_a_not()
    shows_null = """isnotnull(mvfind('outcome.reason', "^null\\z"))"""
    text = f"eventType=* | where {shows_null}"
    monkeypatch.setattr(own, "_text", lambda _: text)
    monkeypatch.setattr(own, "_towards", ways_to(names_in(text) | {"uuid"}))
    event: Event = {"eventType": "t", "uuid": "1", "outcome": {"reason": None}}
    with pytest.raises(EngineError, match="null_text=True"):
        own.verdicts(rule, [event])


def test_there_is_one_address() -> None:
    job = Job(project(), Settings(), CATALOG, __version__)
    with open_engine("splunk=interpreter", job) as oracles:
        assert [one.name for one in oracles] == ["splunk-interpreter"]
        assert "not a real Splunk" in oracles[0].version
    with pytest.raises(InputError, match="no Splunk"), open_engine("splunk=http://x", job):
        pass
