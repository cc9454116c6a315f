"""The compiled queries of every event rule find, on a real Elasticsearch, what the rule means.

`okta-access test --engine` asks about ten times as many events; here a sample of each kind shows
that every query runs and that the comparison would notice a wrong one.
"""

from __future__ import annotations

import dataclasses
import importlib
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from okta_access import __version__
from okta_access.catalog.load import load_catalog
from okta_access.compile.model import Job
from okta_access.content import rules_dir
from okta_access.errors import InputError
from okta_access.prove import engines
from okta_access.prove.evidence import Outcome, Report
from okta_access.prove.oracles import registry
from okta_access.prove.oracles.registry import open_engine
from okta_access.prove.reports.text import lines
from okta_access.prove.run import Options, prove
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import as_written
from tests.builders.samples import rule

CATALOG = load_catalog()
OPTIONS = Options(examples=12, allow_missing_fixtures=True)
_ENGINE = ("elastic-lucene", "elastic-esql")


def test_compiled_queries_find_what_the_rules_mean(elasticsearch_url: str) -> None:
    rules = as_written(load_rules((rules_dir(),), CATALOG), Settings(), CATALOG)
    rules = replace(rules, correlations=())
    job = Job(rules, Settings(), CATALOG, __version__)
    with open_engine(f"elasticsearch={elasticsearch_url}", job) as oracles:
        found = tuple(prove(rules, CATALOG, OPTIONS, oracles))
    # So few events notice no subtle slip in a rule: the mutants are not this test's business.
    asked = tuple(
        dataclasses.replace(one, checks=tuple(c for c in one.checks if c.name in _ENGINE))
        for one in found
    )
    report = Report(OPTIONS.seed, OPTIONS.examples, asked)
    assert not report.failed, "\n".join(lines(report))
    for name in _ENGINE:
        checks = [check for one in found for check in one.checks if check.name == name]
        assert all(check.ran >= 5_000 for check in checks if check.outcome is Outcome.PASSED)
        judged = [check for check in checks if check.outcome is Outcome.PASSED]
        refused = [check for check in checks if check.outcome is Outcome.SKIPPED]
        assert all(str(check.note).startswith("refused: ") for check in refused)
        assert len(judged) > 5 * len(refused)


def test_a_query_of_another_meaning_would_be_noticed(elasticsearch_url: str) -> None:
    """Compiled is one rule, asked about another of the same name."""
    compiled, meant = rule("actor.type: User"), rule("actor.type|contains: User")
    rules = replace(load_rules((), CATALOG), rules=(compiled,))
    job = Job(rules, Settings(), CATALOG, __version__)
    with open_engine(f"elasticsearch={elasticsearch_url}", job) as oracles:
        (evidence,) = prove(replace(rules, rules=(meant,)), CATALOG, OPTIONS, oracles)
    failed = {check.name: check for check in evidence.checks if check.outcome is Outcome.FAILED}
    for name in _ENGINE:
        (event,) = failed[name].failures[0].events
        assert "user" in event["actor"]["type"].lower()


def test_an_engine_needs_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "elasticsearch", None)
    job = Job(load_rules((), CATALOG), Settings(), CATALOG, __version__)
    with (
        pytest.raises(InputError) as told,
        open_engine("elasticsearch=http://127.0.0.1:1", job),
    ):
        pass
    assert str(told.value) == (
        "Elasticsearch is asked through its client, which is not installed "
        '(pip install "okta-access-detections[elasticsearch]")'
    )


def test_a_module_of_the_engines_is_an_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding one is adding a file."""
    (tmp_path / "made_up.py").write_text(
        "from contextlib import nullcontext\n"
        "ADDRESS = 'WORD'\n"
        "def opened(address, job): return nullcontext([address])\n"
    )
    monkeypatch.setattr(engines, "__path__", [*engines.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, registry.__name__)
    found = importlib.import_module(registry.__name__)
    assert {*found.ENGINES} == {*registry.ENGINES, "made_up=WORD"}
    job = Job(load_rules((), CATALOG), Settings(), CATALOG, __version__)
    with found.open_engine("made_up=here", job) as oracles:
        assert oracles == ["here"]


@pytest.mark.parametrize("spec", ["elasticsearch", "elasticsearch=", "nosuch=http://127.0.0.1:1"])
def test_an_engine_is_a_known_name_and_an_address(spec: str) -> None:
    with pytest.raises(InputError, match="is not NAME=ADDRESS"):
        open_engine(spec, Job(load_rules((), CATALOG), Settings(), CATALOG, __version__))
