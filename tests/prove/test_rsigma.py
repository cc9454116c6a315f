"""rsigma as a judge: what it is handed, what it is not asked, and that its silence is no consent.

The real program is asked where `rsigma` (version 0.23 or 0.26) is on the PATH, or at the path that
`OKTA_ACCESS_RSIGMA` names; without it these tests are skipped and say so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import which

import pytest
from msgspec.structs import replace

from okta_access import __version__
from okta_access.catalog.load import load_catalog
from okta_access.compile.model import Job
from okta_access.errors import EngineError
from okta_access.prove.evidence import Check, Outcome, RuleEvidence
from okta_access.prove.oracles.base import NotApplicable
from okta_access.prove.oracles.registry import open_engine
from okta_access.prove.oracles.rsigma import AskedEvents
from okta_access.prove.oracles.rsigma_rules import Handed
from okta_access.prove.run import Options, prove
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import as_written
from tests.builders.files import write

CATALOG = load_catalog()
SETTINGS = Settings(lists={"friends": ("a@example.com", "b@example.com"), "odd": ("a*",)})
HEAD = "title: T\nid: {0}\nname: {0}\nlevel: low\nlogsource: {{product: okta, service: okta}}\n"
DETECTIONS = {
    "create": "s: {eventType: access.request.create, outcome.result|exists: true}",
    "resolve": "s: {eventType: access.request.resolve, actor.type: [User, Client]}",
    "proxied": "s: {securityContext.isProxy: true, client.ipAddress|cidr: 10.0.0.0/8}",
    "patterns": "s: {target.id|contains: [x, 'y*z'], actor.displayName|re: '^a.*b$'}",
    "quiet": "s: {actor.alternateId|endswith: .com, outcome.reason: null}",
    "friends": "s: {actor.alternateId|expand: '%friends%'}",
    "odd": "s: {actor.alternateId|expand: '%odd%'}",
    "mixed": "s: {outcome.reason: [null, x]}",
    "own": "s: {actor.id|fieldref: target.id}",
}
CORRELATIONS = {
    "count": "{type: event_count, rules: [create], condition: {gte: 3}",
    "values": "{type: value_count, rules: [create], condition: {field: actor.displayName, gte: 2}",
    "order": "{type: temporal_ordered, rules: [create, resolve]",
    "both": "{type: temporal, rules: [create, resolve]",
}


def loaded(folder: Path, **changed: str) -> RuleSet:
    files = {
        f"rules/{name}.yml": f"{HEAD.format(name)}detection:\n  {body}\n  condition: s\n"
        for name, body in (DETECTIONS | changed).items()
    }
    for name, body in CORRELATIONS.items():
        head = HEAD.format(name).partition("logsource")[0]
        files[f"rules/{name}.yml"] = (
            f"{head}correlation: {body}, group-by: [actor.id], timespan: 1h}}\n"
        )
    rules = load_rules((write(folder, files) / "rules",), CATALOG)
    assert rules.problems == ()
    return as_written(rules, SETTINGS, CATALOG)


def job(rules: RuleSet) -> Job:
    return Job(rules, SETTINGS, CATALOG, __version__)


def test_documents_are_the_rules_own_but_for_what_is_filled_in(tmp_path: Path) -> None:
    rules = loaded(tmp_path)
    handed = Handed(job(rules))
    given = {rule.name: handed.document(rule) for rule in rules.all_rules}
    documents = {name: one for name, one in given.items() if isinstance(one, dict)}
    reasons = {name: str(one) for name, one in given.items() if isinstance(one, NotApplicable)}
    assert reasons == {
        "mixed": "not asked: rsigma misreads a list of null and values",
        "odd": "not asked: a list holds a text that Sigma reads as a pattern",
        "own": "not asked: rsigma compares an array with another field as a whole",
    }
    assert len({one["id"] for one in documents.values()}) == len(documents)
    assert documents["friends"]["detection"] == {
        "s": {"actor.alternateId": ["a@example.com", "b@example.com"]},
        "condition": "s",
    }
    assert documents["quiet"]["detection"] == {
        "s": {"actor.alternateId|endswith": ".com", "outcome.reason": None},
        "condition": "s",
    }
    assert documents["count"]["correlation"] == {
        "type": "event_count",
        "rules": ["create"],
        "condition": {"gte": 3},
        "group-by": ["actor.id"],
        "timespan": "3600000s",
    }
    assert documents["both"]["correlation"]["condition"] == {"gte": 2}


# --- the real program -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def rsigma() -> str:
    """The path of the program."""
    found = which(os.environ.get("OKTA_ACCESS_RSIGMA", "rsigma"))
    if found is None:
        pytest.skip("rsigma check did not run: no rsigma on the PATH, nor in OKTA_ACCESS_RSIGMA")
    return found


def proven(rules: RuleSet, compiled: RuleSet, program: str) -> dict[str, Check]:
    options = Options(examples=15, allow_missing_fixtures=True)
    with open_engine(f"rsigma={program}", job(compiled)) as oracles:
        found: tuple[RuleEvidence, ...] = tuple(prove(rules, CATALOG, options, oracles))
    return {one.rule: check for one in found for check in one.checks if check.name == "rsigma"}


def test_it_agrees_on_what_it_is_asked(rsigma: str, tmp_path: Path) -> None:
    rules = loaded(tmp_path)
    checks = proven(replace(rules, correlations=rules.correlations[::2]), rules, rsigma)
    failures = [(name, one.failures) for name, one in checks.items() if one.failures]
    assert failures == []
    skipped = {name for name, one in checks.items() if one.outcome is Outcome.SKIPPED}
    assert skipped == {"mixed", "odd", "own"}
    assert all(one.ran > 10 for name, one in checks.items() if name not in skipped)


def test_another_meaning_is_noticed(rsigma: str, tmp_path: Path) -> None:
    """Our reading of a rule is held against the rule's file, which meanwhile says otherwise."""
    rules = loaded(tmp_path)
    changed = "s: {eventType: access.request.create, outcome.result: SUCCESS}"
    path = tmp_path / "rules/create.yml"
    path.write_text(f"{HEAD.format('create')}detection:\n  {changed}\n  condition: s\n", "utf-8")
    own = tuple(rule for rule in rules.rules if rule.name == "create")
    checks = proven(replace(rules, rules=own, correlations=()), rules, rsigma)
    assert checks["create"].outcome is Outcome.FAILED
    (event,) = checks["create"].failures[0].events
    assert str(event["outcome"]["result"]).upper() != "SUCCESS"


# --- programs that are not what is expected --------------------------------------------------


def program(folder: Path, version: str, body: str) -> str:
    """A program that says it is of this version and else does what the body says."""
    path = folder / "rsigma"
    path.write_text(
        f"#!{sys.executable}\nimport json, sys\nfrom pathlib import Path\n"
        f"if '--version' in sys.argv:\n    sys.exit(print({version!r}))\n{body}",
        "utf-8",
    )
    path.chmod(0o755)
    return str(path)


SAYS = "sys.stderr.write('Loaded {} rules from x\\nProcessed {} events, 0 matches.\\n')\n"


@pytest.mark.parametrize(
    ("version", "body", "told"),
    [
        ("rsigma 0.31.0", "", "--version` says `rsigma 0.31.0`"),
        ("grep 3.8", "", "--version` says `grep 3.8`"),
        ("rsigma 0.23.0", SAYS.format(0, 1), "rsigma took 0 of 1 rules and 1 of 1 events"),
        ("rsigma 0.23.0", SAYS.format(1, 0), "rsigma took 1 of 1 rules and 0 of 1 events"),
        ("rsigma 0.23.0", "", "rsigma took 0 of 1 rules and 0 of 1 events"),
        ("rsigma 0.23.0", "sys.exit('Error: so bad')", "rsigma failed: Error: so bad"),
        ("rsigma 0.23.0", "print('{')", "rsigma answers in another form: "),
    ],
)
def test_what_is_not_said_is_an_error(version: str, body: str, told: str, tmp_path: Path) -> None:
    rules = loaded(tmp_path)
    (rule,) = [one for one in rules.rules if one.name == "create"]
    alone = RuleSet(rules.files, (), (rule,), (), (), ())
    with (
        pytest.raises(EngineError) as caught,
        open_engine(f"rsigma={program(tmp_path, version, body)}", job(alone)) as (oracle,),
    ):
        oracle.verdicts(rule, [{"uuid": "1", "eventType": "access.request.create"}])
    assert told in str(caught.value)


def test_a_program_that_is_not_there_is_told_with_where_to_get_it(tmp_path: Path) -> None:
    with (
        pytest.raises(EngineError, match=r"there is no program `.*gone`"),
        open_engine(f"rsigma={tmp_path / 'gone'}", job(loaded(tmp_path))),
    ):
        pass


def test_where_its_word_does_not_count() -> None:
    """Listed values compare exactly here, and a null is not there; to rsigma it is otherwise."""
    kinds = {"Other": "zz", "Usual": "User", "Case": "USER", "Null": None}
    asked = AskedEvents(
        [{"uuid": uuid, "actor": {"type": kind}} for uuid, kind in kinds.items()]
        + [{"uuid": "Absent", "actor": {}}],
        CATALOG,
    )
    assert asked.odd({"actor.type"}) == {"Case"}
    assert asked.null_at({"actor.type"}) == {"Null"}
