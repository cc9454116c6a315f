"""The pySigma pipeline ``okta_elastic``: stock backends print what ``compile`` prints."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from sigma.backends.elasticsearch.elasticsearch_eql import EqlBackend
from sigma.backends.elasticsearch.elasticsearch_esql import ESQLBackend
from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaTransformationError
from sigma.plugins import InstalledSigmaPlugins

from okta_access.compile.model import Job, Verdict
from okta_access.compile.targets import elastic_eql as eql
from okta_access.compile.targets import elastic_esql as esql
from okta_access.compile.targets import elastic_lucene as lucene
from okta_access.content import rules_dir
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import tune
from sigma.pipelines.okta_access import pipelines
from tests.builders.rules import CATALOG

HEAD = "title: T\nlogsource: {product: okta, service: okta}\ndetection:\n  s:\n    "
LANGUAGES: dict[str, tuple[Any, Any, str]] = {
    "lucene": (LuceneBackend, lucene.TARGET, ""),
    "eql": (EqlBackend, eql.TARGET, ""),
    "esql": (ESQLBackend, esql.TARGET, "from logs-okta* metadata _id, _index, _version | where "),
}
ESQL_OPENING = "FROM logs-okta* METADATA _id, _index, _version\n| WHERE "


def convert(backend: Any, text: str, form: str = "default") -> Any:
    collection = SigmaCollection.from_yaml(text)
    return backend(pipelines["okta_elastic"]()).convert(collection, form)


def one(item: str) -> str:
    return f"{HEAD}{item}\n  condition: s\n"


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return tune(load_rules([rules_dir()], CATALOG), Settings(), CATALOG).shipped


def test_sigma_finds_the_pipeline() -> None:
    found = InstalledSigmaPlugins.autodiscover().pipelines
    assert found["okta_elastic"] is pipelines["okta_elastic"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_backend_prints_what_compile_prints(shipped: RuleSet, language: str) -> None:
    backend, target, opening = LANGUAGES[language]
    job = Job(shipped, Settings(), CATALOG, "1.0.0")
    compiled = {t.rule: t for t in target.compile(job).translations}
    for rule in shipped.rules:
        translation = compiled[rule.name]
        text = Path(rule.meta.file).read_text("utf-8")
        if translation.verdict is Verdict.REFUSED:
            with pytest.raises(SigmaTransformationError):
                convert(backend, text)
            continue
        (query,) = convert(backend, text)
        assert _with_opening(query, opening) == translation.text


def _with_opening(query: str, opening: str) -> str:
    """The query as ``compile`` begins it, where the backend has a beginning of its own."""
    return ESQL_OPENING + query.removeprefix(opening) if opening else query


def converted(*folders: str) -> set[str]:
    """Queries for the rules of these folders; pySigma collects no errors of correlations."""
    collection = SigmaCollection.load_ruleset([str(rules_dir() / folder) for folder in folders])
    backend = ESQLBackend(pipelines["okta_elastic"](), collect_errors=True)
    return {" ".join(query.split()) for query in backend.convert(collection)}


def test_all_default_rules_convert_to_esql_correlations_included(shipped: RuleSet) -> None:
    found = converted("audit", "detection", "correlation", "filter")
    job = Job(shipped, Settings(), CATALOG, "1.0.0")
    compiled = {t.rule: t.text for t in esql.TARGET.compile(job).translations}
    assert shipped.correlations
    for rule in shipped.correlations:
        assert " ".join(str(compiled[rule.name]).split()) in found


def test_aliases_pass_through_sigma() -> None:
    found = converted("correlation/base", "neighbours")
    rules = load_rules([rules_dir() / "neighbours"], CATALOG)
    job = Job(rules, Settings(), CATALOG, "1.0.0")
    compiled = {t.rule: str(t.text) for t in esql.TARGET.compile(job).translations}
    aliased = [rule.name for rule in rules.correlations if rule.aliases]
    assert aliased
    assert {" ".join(compiled[name].split()) for name in aliased} <= found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", ["{field}", "{id}", "{0}", "{{x}}", "}", "%", "$x", "a{2}b"])
def test_braces_stay_what_they_are(language: str, value: str) -> None:
    backend, _, opening = LANGUAGES[language]
    (query,) = convert(backend, one(f"actor.id|cased: '{value}'"))
    plain = query.removeprefix(opening)
    quoted = f'"{value}"'
    assert plain in {f"okta.actor.id:{quoted}", f"okta.actor.id == {quoted}",
                     f"any where okta.actor.id == {quoted}"}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (one("actor.id|fieldref: target.id"), "compare"),
        (one("client.ipAddress: '10.*'"), "addresses"),
        (one("nope: 1"), "catalogue"),
        (one("actor.id|expand: '%vips%'"), "%vips%"),
        (one("actor.id: a").replace("okta", "aws"), "Okta"),
    ],
)
def test_what_cannot_be_said_is_an_error_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(SigmaTransformationError, match=reason):
        convert(LuceneBackend, text)


def test_a_format_that_names_another_index_warns() -> None:
    with pytest.warns(UserWarning, match="index_names"):
        convert(LuceneBackend, one("actor.id: '1'"), "kibana_ndjson")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        convert(LuceneBackend, one("actor.id: '1'"), "dsl_lucene")


CORRELATION = """
---
title: C
correlation:
    type: TYPE
    rules: [r]
    group-by: [actor.id]
    timespan: 1h
    condition: {gte: 3}
"""


def _with_correlation(type_: str) -> str:
    return one("actor.id: '1'").replace("title: T", "title: T\nname: r") + CORRELATION.replace(
        "TYPE", type_
    )


def test_correlations_of_other_languages_and_formats_are_refused() -> None:
    with pytest.raises(SigmaTransformationError, match=r"ES\|QL"):
        convert(EqlBackend, _with_correlation("event_count"))
    with pytest.raises(SigmaTransformationError, match=r"ES\|QL"):
        convert(ESQLBackend, _with_correlation("event_count"), "kibana_ndjson")


def test_two_conversions_do_not_share_anything() -> None:
    first, second = (convert(ESQLBackend, _with_correlation("event_count")) for _ in range(2))
    assert first == second
    assert any("COUNT" in query for query in first)


def test_what_a_backend_prints_runs_on_the_server(elasticsearch: ElasticsearchOracle) -> None:
    kind = "access.request.create"
    elasticsearch.load([{"uuid": f"u{n}", "eventType": kind, "actor": {"id": n}} for n in "ab"])
    (query,) = convert(ESQLBackend, one("actor.id: [A, c]"))
    assert elasticsearch.esql(query) == {"ua"}
    (query,) = convert(LuceneBackend, one("actor.id|cased: [a, c]"))
    assert elasticsearch.lucene(query) == {"ua"}
