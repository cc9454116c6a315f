"""The oracle before a server that answers as no healthy engine can be made to answer.

The server here reads requests off a socket and gives what a test has written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from okta_access.catalog.load import load_catalog
from okta_access.cluster.access import Access
from okta_access.cluster.errors import RequestRefused
from okta_access.compile.model import Job
from okta_access.errors import EngineError
from okta_access.prove.oracles.base import NotApplicable
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.prove.oracles.registry import open_engine
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import Settings
from tests.builders.samples import rule
from tests.builders.scripted import Answer, Script, served

CATALOG = load_catalog()
EVENTS = [{"uuid": uuid, "eventType": "e"} for uuid in ("a", "b")]


@pytest.fixture
def script() -> Script:
    """A server without Okta logs that takes the events and finds none of them."""
    done = Answer({"acknowledged": True})
    nothing: dict[str, Any] = {"indices": [], "data_streams": [], "aliases": []}
    return Script(
        {
            "GET /_resolve": [Answer(nothing)],
            "GET /_cluster/settings": [Answer({"defaults": {}})],
            "POST /_aliases": [done],
            "PUT /okta-access-oracle-": [Answer({"acknowledged": True, "items": []})],
            "POST /okta-access-oracle-": [Answer({"count": 2, **_hits()})],
            "DELETE /okta-access-oracle-": [done],
        }
    )


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    with served(script) as address:
        yield address


@pytest.fixture
def oracle(script: Script, url: str) -> Iterator[ElasticsearchOracle]:
    """An oracle that has loaded two events, a and b, and is asked from there on."""
    with ElasticsearchOracle(Access(url)) as oracle:
        oracle.load(EVENTS)
        created = next(asked for asked, _, _ in script.asked if asked.startswith("PUT "))
        index = created.removeprefix("PUT /")
        visible(script).append({"name": "logs-okta.system-test-1", "indices": [index]})
        yield oracle


def visible(script: Script) -> list[dict[str, Any]]:
    """The aliases that the server shows behind the pattern."""
    (answer,) = script.answers["GET /_resolve"]
    assert answer is not None
    aliases: list[dict[str, Any]] = answer.body["aliases"]
    return aliases


def _hits(*numbers: int, total: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "timed_out": False,
        "_shards": {"failed": 0},
        "hits": {
            "total": {"value": len(numbers) if total is None else total, "relation": "eq"},
            "hits": [{"_id": str(number)} for number in numbers],
        },
        **more,
    }


def _rows(*numbers: int, **more: Any) -> dict[str, Any]:
    return {
        "columns": [{"name": "_id", "type": "keyword"}],
        "values": [[str(number)] for number in numbers],
        "is_partial": False,
        **more,
    }


SEARCH = "POST /okta-access-oracle-"
QUERY = "POST /_query"


def test_whole_answers_are_taken(script: Script, oracle: ElasticsearchOracle) -> None:
    script.answers[SEARCH] = [Answer(_hits(0, 1))]
    script.answers[QUERY] = [Answer(_rows(1))]
    assert oracle.lucene("*") == {"a", "b"}
    assert oracle.esql("FROM logs-okta*") == {"b"}
    _, _, body = next(one for one in script.asked if one[0].startswith(QUERY))
    assert body == {"query": "FROM logs-okta* | limit 10000"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_hits(0, total=2), "cut off at 1 events"),
        (_hits(0, timed_out=True), "gave up before it was done"),
        (
            _hits(0, _shards={"failed": 1, "failures": [{"reason": {"reason": "too complex"}}]}),
            "a shard failed: too complex",
        ),
    ],
)
def test_a_search_that_is_not_whole_is_an_error(
    script: Script, oracle: ElasticsearchOracle, answer: Any, reason: str
) -> None:
    script.answers[SEARCH] = [Answer(answer)]
    for ask in (oracle.lucene, oracle.kql):
        with pytest.raises(EngineError, match=reason):
            ask("*")


@pytest.mark.parametrize(
    ("limit", "answer", "reason"),
    [
        (2, _rows(0, 1), "2 of at most 2 rows"),
        (9, _rows(0, is_partial=True), "a part of the answer only"),
    ],
)
def test_rows_that_are_not_whole_are_an_error(
    script: Script, oracle: ElasticsearchOracle, limit: int, answer: Any, reason: str
) -> None:
    name = "esql.query.result_truncation_max_size"
    script.answers["GET /_cluster/settings"] = [Answer({"defaults": {name: str(limit)}})]
    script.answers[QUERY] = [Answer(answer)]
    with pytest.raises(EngineError, match=reason):
        oracle.esql("FROM logs-okta*")


def test_rows_over_the_indices_of_another_run_are_an_error(
    script: Script, oracle: ElasticsearchOracle
) -> None:
    """Another machine, which no lock here can hold back, moves the pattern to its own index."""
    script.answers[QUERY] = [Answer(_rows(0))]
    assert oracle.esql("FROM logs-okta*") == {"a"}
    visible(script).append({"name": "logs-okta.system-test-2", "indices": ["okta-access-oracle-2"]})
    with pytest.raises(EngineError, match="another run uses the same server"):
        oracle.esql("FROM logs-okta*")
    actions = next(body for asked, _, body in script.asked if "_aliases" in asked)
    assert actions == {
        "actions": [
            {"remove": {"index": "okta-access-oracle-2", "alias": "logs-okta.system-test-2"}}
        ]
    }


@pytest.mark.parametrize(
    "found",
    [
        {"indices": [{"name": "logs-okta"}], "data_streams": [], "aliases": []},
        {"indices": [], "data_streams": [{"name": "logs-okta.system-default"}], "aliases": []},
        {"indices": [], "data_streams": [],
         "aliases": [{"name": "logs-okta-all", "indices": ["okta-2026"]}]},
    ],
)  # fmt: skip
def test_a_server_with_real_logs_is_left_alone(script: Script, url: str, found: Any) -> None:
    script.answers["GET /_resolve"] = [Answer(found)]
    with (
        ElasticsearchOracle(Access(url)) as oracle,
        pytest.raises(EngineError, match=r"Okta logs already \(logs-okta[^)]*\) \(made-up events"),
    ):
        oracle.load([{"uuid": "a", "eventType": "e"}])
    assert {asked.split("/")[0] for asked, _, _ in script.asked} == {"GET "}


def test_a_server_without_esql_is_not_asked_in_it(script: Script, url: str) -> None:
    """Unlike one that refuses for another reason, which is an error."""
    error = {"error": "Incorrect HTTP method for uri [/_query]"}
    script.answers[QUERY] = [Answer(_rows()), Answer(error, 405), Answer(error, 409)]
    with ElasticsearchOracle(Access(url)) as oracle:
        assert [oracle.speaks_esql(), oracle.speaks_esql()] == [True, False]
        with pytest.raises(RequestRefused):
            oracle.speaks_esql()


def test_what_was_not_asked_says_so(script: Script, url: str) -> None:
    script.answers["GET /"] = [Answer({"version": {"number": "9.5.3"}})]
    script.answers[QUERY] = [Answer({"error": "Incorrect HTTP method"}, 405)]
    compiled = rule("actor.type: User")
    job = Job(replace(load_rules((), CATALOG), rules=(compiled,)), Settings(), CATALOG, "0")
    with open_engine(f"elasticsearch={url}", job) as oracles:
        (said,) = (one.verdicts(compiled, EVENTS) for one in oracles if one.name == "elastic-esql")
    assert said == NotApplicable("this server has no ES|QL", "not asked")


def _bulk(*items: dict[str, Any]) -> dict[str, Any]:
    return {"acknowledged": True, "items": [{"index": item} for item in items]}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_bulk({"_id": "2", "status": 429, "error": {"reason": "queue is full"}}), "too busy"),
        # Taken without a refusal, and yet not counted.
        (_bulk({"_id": "2", "status": 201}), "neither took nor refused"),
    ],
)
def test_a_document_that_vanishes_is_an_error(
    script: Script, oracle: ElasticsearchOracle, answer: Any, reason: str
) -> None:
    script.answers["PUT /okta-access-oracle-"] = [Answer(answer)]
    with pytest.raises(EngineError, match=reason):
        oracle.load([{"uuid": "c", "eventType": "e"}])
