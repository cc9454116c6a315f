"""Errors seeded into matcher, judge and compilers: the checks of ``okta-access test`` find each.

A seed changes one place in the source of the real function, which is then compiled and put in the
function's stead; everything else, and what judges, is as shipped. ``docs/proof.md`` tells which
test file finds each of these, and others, in the sources themselves.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from okta_access import __version__
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID
from okta_access.catalog.template import template_event
from okta_access.compile.model import Job
from okta_access.compile.splunk.app import conffile
from okta_access.compile.splunk.query import pcre, terms
from okta_access.errors import OktaAccessError
from okta_access.generate.history import HistoryMaker
from okta_access.matching.correlations import judge as correlate
from okta_access.matching.correlations import windows
from okta_access.matching.events import evaluate, writer
from okta_access.prove import events
from okta_access.prove.agreement import check_oracle
from okta_access.prove.correlations import MadeHistory, check_histories, make_histories
from okta_access.prove.evidence import Check, Outcome
from okta_access.prove.oracles.base import Oracle
from okta_access.prove.oracles.matcher import MatcherOracle
from okta_access.prove.oracles.splunk_text import SplunkOracle
from okta_access.prove.trials import TrialMaker, Trials
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings
from okta_access.scan.copies import AlertedCopies
from okta_access.scan.engine import Scan
from tests.builders.files import write
from tests.builders.rules import HEAD

CATALOG = load_catalog()
EXAMPLES = 60
RULES = {
    "rules/r.yml": HEAD
    + """\
detection:
    selection:
        eventType: access.request.sequence.delete
        actor.type: [User, Client]
        actor.displayName: 'ÄRA "Σ" Ab*'
    filter:
        outcome.result: FAILURE
    condition: selection and not filter
""",
    "rules/cased.yml": HEAD.replace("name: r", "name: cased").replace("id: i", "id: j")
    + """\
detection:
    selection:
        actor.displayName|cased: ['Ab', 'cD']
        outcome.reason: null
    condition: selection
""",
    **{
        f"rules/{name}.yml": f"title: T\nid: {name}\nname: {name}\nlevel: low\ncorrelation:\n"
        f"    type: {name}\n    rules: {rules}\n    group-by: actor.id\n    timespan: 1h\n{rest}"
        for name, rules, rest in (
            ("event_count", "r", "    condition: {gte: 3}\n"),
            ("value_count", "r", "    condition: {gte: 3, field: target.id}\n"),
            ("temporal_ordered", "[r, cased]", ""),
        )
    },
}


Histories = dict[str, tuple[HistoryMaker, list[MadeHistory]]]
"""By a correlation's name what makes its histories, and some of them."""


@dataclass(frozen=True)
class Seed:
    """In ``owner``'s function of that name stands ``wrong`` where ``right`` stood once."""

    error: str
    owner: ModuleType | type
    function: str
    right: str
    wrong: str

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Compile the changed function and put it in the place of the sound one."""
        function = getattr(self.owner, self.function)
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(self.right) == 1, f"{self.error}: the source has changed"
        made: dict[str, Any] = {}
        code = compile(source.replace(self.right, self.wrong), f"<{self.error}>", "exec")
        exec(code, function.__globals__, made)
        monkeypatch.setattr(self.owner, self.function, made[self.function])


def seeds(*rows: tuple[str, ModuleType | type, str, str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("seed", [Seed(*row) for row in rows], ids=lambda one: one.error)


WRITER, JUDGE = writer.Writer, correlate.Judge


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = write(tmp_path_factory.mktemp("seeded"), RULES)
    found = load_rules((folder / "rules",), CATALOG)
    assert found.problems == ()
    return found


@pytest.fixture(scope="module")
def trials(rules: RuleSet) -> dict[str, Trials]:
    """Events of each rule, made while everything is sound."""
    maker = TrialMaker(CATALOG, 1, EXAMPLES)
    return {rule.name: maker.trials(rule, number) for number, rule in enumerate(rules.rules)}


@pytest.fixture(scope="module")
def drawn(rules: RuleSet) -> Histories:
    """Histories of each correlation, made while everything is sound."""
    makers = {
        rule.name: HistoryMaker(rule, rules.referenced(rule), CATALOG)
        for rule in rules.correlations
    }
    return {
        name: (maker, make_histories(maker, name, 1, EXAMPLES)) for name, maker in makers.items()
    }


def failing(checks: Iterable[Check]) -> set[str]:
    """The names of the checks that fail, without what a history is of."""
    return {one.name.split(":")[0] for one in checks if one.outcome is Outcome.FAILED}


def asked(oracle: Oracle, rules: RuleSet, trials: dict[str, Trials]) -> Iterator[Check]:
    """What an oracle says of each rule's events, beside what the reference says."""
    for rule in rules.rules:
        mine = trials[rule.name]
        found = events.matched(rule, mine, CATALOG)
        by_uuid = {trial.uuid: trial for trial in mine.trials}
        own = [trial.event for trial in mine.trials]
        yield check_oracle(oracle, rule, own, found, by_uuid, CATALOG)


def generated_events(rules: RuleSet, trials: dict[str, Trials]) -> Iterator[Check]:
    """What the reference says of events, beside what they were built for."""
    for rule in rules.rules:
        mine = trials[rule.name]
        yield from events.check_generated(rule, mine, events.matched(rule, mine, CATALOG), CATALOG)


def histories(rules: RuleSet, drawn: Histories) -> Iterator[Check]:
    """What the judge says of histories, beside what they were built for."""
    for rule in rules.correlations:
        maker, mine = drawn[rule.name]
        yield from check_histories(maker, mine, rule, rules.referenced(rule), CATALOG)


def splunk(rules: RuleSet) -> Oracle:
    return SplunkOracle(Job(rules, Settings(), CATALOG, __version__))


def test_without_a_seed_nothing_fails(
    rules: RuleSet, trials: dict[str, Trials], drawn: Histories
) -> None:
    checks = [
        *asked(MatcherOracle(CATALOG), rules, trials),
        *asked(splunk(rules), rules, trials),
        *generated_events(rules, trials),
        *histories(rules, drawn),
    ]
    assert failing(checks) == set()
    ran = {check.name.split(":")[0] for check in checks if check.ran}
    assert ran >= {"matcher", SplunkOracle.name, "histories", "match", "near-miss", "other"}


@seeds(
    ("a NOT dropped", WRITER, "_write", "(not {self._write(operand)})", "{self._write(operand)}"),
    ("case not folded", WRITER, "_test_of_one", "lower=not test.cased", "lower=False"),
    ("case folded where it counts", WRITER, "_is_one_of", "lower=not cased", "lower=True"),
    ("AND read as OR", WRITER, "_write", "' and '.join", "' or '.join"),
    ("a null that is a value", WRITER, "_atom", "(not {self._variable(atom.field)})", "False"),
)
def test_the_matcher_is_held_to_the_reference(
    seed: Seed, rules: RuleSet, trials: dict[str, Trials], monkeypatch: pytest.MonkeyPatch
) -> None:
    seed.plant(monkeypatch)
    assert failing(asked(MatcherOracle(CATALOG), rules, trials)) == {"matcher"}


@seeds(
    ("a NOT dropped", evaluate, "matches", "not matches(", "matches("),
)
def test_the_reference_is_held_to_what_events_were_built_for(
    seed: Seed, rules: RuleSet, trials: dict[str, Trials], monkeypatch: pytest.MonkeyPatch
) -> None:
    seed.plant(monkeypatch)
    assert failing(generated_events(rules, trials)) >= {"match", "near-miss"}


@seeds(
    ("a tumbling window", JUDGE, "_judge", "time - self._span\n", "time - time % self._span\n"),
    ("a window too short by one", windows.Window, "drop_before", "< oldest", "<= oldest"),
    ("a threshold too high by one", JUDGE, "_judge", "value < self", "value <= self"),
    ("a threshold too low by one", JUDGE, "_judge", "value < self", "value + 1 < self"),
    (
        "a duplicate counted twice",
        JUDGE,
        "_by_group",
        "(arrival.row,) if arrival.identity is None else arrival.identity",
        "(arrival.row,)",
    ),
    ("no silence after an alert", JUDGE, "_judge", "if muted or value", "if value"),
)
def test_the_judge_is_held_to_what_histories_were_built_for(
    seed: Seed,
    rules: RuleSet,
    drawn: Histories,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seed.plant(monkeypatch)
    assert failing(histories(rules, drawn)) == {"histories"}


@seeds(
    ("a NOT dropped", terms, "_said", "NOT {inner}", "{inner}"),
    ("a quote not escaped", pcre, "_char", "if char in _BRACKETED", "if char in '`[]|$'"),
    ("case not folded", pcre, "_letter", "map(_char, same_letters(char))", "(_char(char),)"),
)
def test_a_search_is_held_to_the_reference(
    seed: Seed, rules: RuleSet, trials: dict[str, Trials], monkeypatch: pytest.MonkeyPatch
) -> None:
    seed.plant(monkeypatch)
    assert failing(asked(splunk(rules), rules, trials)) == {SplunkOracle.name}


@seeds(
    ("a line break let through", conffile, "_stanza_text", r'line.replace("\n", "\\\n")', "line"),
)
def test_a_configuration_file_is_read_back(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> None:
    stanza = conffile.Stanza("a", {"search": "index=okta\n| table a"})
    assert conffile.written("# Made.", [stanza])
    seed.plant(monkeypatch)
    with pytest.raises(OktaAccessError, match="does not read back"):
        conffile.written("# Made.", [stanza])


@seeds(
    ("a copy that alerts again", AlertedCopies, "is_first", "return False", "return True"),
)
def test_copies_in_a_log_change_no_alert(
    seed: Seed, rules: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = 'Ära "σ" able'
    event = template_event(CATALOG, "access.request.sequence.delete")
    event["actor"] |= {"type": "User", "displayName": name}
    log = [event | {UUID: str(number)} for number in range(2)]

    def alerts(lines: Sequence[dict[str, Any]]) -> int:
        scan = Scan(rules, CATALOG, Level.LOW)
        scan.next_file("log.jsonl")
        told = [alert for line, one in enumerate(lines, 1) for alert in scan.add(one, line)]
        return len([*told, *scan.finish()])

    assert alerts(log) == alerts(log * 2) == 2
    seed.plant(monkeypatch)
    assert alerts(log * 2) > alerts(log)
