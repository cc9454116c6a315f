"""The rules with a pySigma backend that knows nothing of us, and the lists of the docs' page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingPipeline

from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.model import EventRule, Placeholder, Rule, atoms

PAGE = Path(__file__).parents[2] / "docs" / "other-backends.md"
RULES = load_rules([rules_dir()], load_catalog())


@cache
def pipeline_text() -> str:
    """The pipeline that the page shows."""
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def sqlite() -> Any:
    backends = pytest.importorskip(
        "sigma.backends.sqlite", reason="did not run: pysigma-backend-sqlite is not installed"
    )
    return backends.sqliteBackend


def source(rule: Rule) -> str:
    return Path(rule.meta.file).read_text("utf-8")


def lists_of(rule: EventRule) -> set[str]:
    return {atom.test.name for atom in atoms(rule.expr) if isinstance(atom.test, Placeholder)}


def test_the_page_gives_every_list_that_rules_and_filters_name() -> None:
    named = {name for rule in RULES.rules for name in lists_of(rule)}
    for path in (rules_dir() / "filter").glob("*.yml"):
        named.update(re.findall(r"%([a-z_]+)%", path.read_text("utf-8")))
    pipeline = ProcessingPipeline.from_yaml(pipeline_text())
    assert {*pipeline.vars} == named
    assert {*yaml.safe_load(pipeline_text())} == {"name", "priority", "vars", "transformations"}


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda r: r.name)
def test_another_backend_converts_every_event_rule(rule: EventRule) -> None:
    backend = sqlite()
    collection = SigmaCollection.from_yaml(source(rule))
    (query,) = backend(ProcessingPipeline.from_yaml(pipeline_text())).convert(collection)
    assert query.startswith("SELECT")
    if lists_of(rule):
        with pytest.raises(SigmaError, match="placeholder"):
            backend().convert(SigmaCollection.from_yaml(source(rule)))


@pytest.mark.parametrize("rule", RULES.correlations, ids=lambda r: r.name)
def test_another_backend_converts_every_correlation(rule: Any) -> None:
    backend = sqlite()
    texts = [source(one) for one in (*RULES.referenced(rule), rule)]
    collection = SigmaCollection.from_yaml("\n---\n".join(texts))
    (query,) = backend(ProcessingPipeline.from_yaml(pipeline_text())).convert(collection)
    assert "SELECT" in query
