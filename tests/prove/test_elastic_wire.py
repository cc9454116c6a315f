"""The oracle before a server that answers as no healthy engine can be made to answer.

The server here reads requests off a socket and gives what a test has written down.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from okta_access.cluster.http import ElasticClient, ServerRefused
from okta_access.errors import EngineError
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

Answer = tuple[int, Any, dict[str, str]]


@dataclass
class Script:
    """What to answer, by the beginning of ``METHOD /path``, and what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hang_up_after_each: bool = False

    def answer(self, start: str, body: Any, status: int = 200, **headers: str) -> None:
        self.answers[start] = (status, body, headers)

    def find(self, asked: str) -> Answer:
        starts = [start for start in self.answers if asked.startswith(start)]
        return self.answers[max(starts, key=len)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    script: ClassVar[Script]

    def _reply(self) -> None:
        asked = f"{self.command} {self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.script.asked.append((asked, dict(self.headers), body))
        status, content, headers = self.script.find(asked)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        # Without a word about it, as a server does with an idle connection.
        self.close_connection = self.script.hang_up_after_each

    do_GET = do_PUT = do_POST = do_DELETE = _reply  # noqa: N815 names that the base class calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
        pass


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    """The address of a server that follows the script."""
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(url: str) -> Iterator[ElasticClient]:
    with closing(ElasticClient(url)) as client:
        yield client


@pytest.fixture
def oracle(script: Script, url: str) -> Iterator[ElasticsearchOracle]:
    """An oracle that has loaded two events, a and b, and is asked from there on."""
    visible: list[dict[str, Any]] = []
    script.answer("GET /_resolve", {"indices": [], "data_streams": [], "aliases": visible})
    script.answer("GET /_cluster/settings", {"defaults": {}})
    script.answer("POST /_aliases", {})
    script.answer("PUT /okta-access-oracle-", {})
    script.answer("POST /okta-access-oracle-", {"items": [], **_hits()})
    script.answer("GET /okta-access-oracle-", {"count": 2})
    script.answer("DELETE /okta-access-oracle-", {})
    with ElasticsearchOracle(url) as oracle:
        oracle.load({"uuid": uuid, "eventType": "e"} for uuid in ("a", "b"))
        created = next(asked for asked, _, _ in script.asked if asked.startswith("PUT "))
        index = created.removeprefix("PUT /")
        visible.append({"name": "logs-okta.system-test-1", "indices": [index]})
        yield oracle


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
    script.answer(SEARCH, _hits(0, 1))
    script.answer(QUERY, _rows(1))
    assert oracle.lucene("*") == {"a", "b"}
    assert oracle.esql("FROM logs-okta*") == {"b"}
    _, headers, body = next(one for one in script.asked if one[0] == QUERY)
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"query": "FROM logs-okta* | limit 10000"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_hits(0, total=2), "cut off at 1 events"),
        (_hits(0, timed_out=True), "gave up on the search"),
        (
            _hits(0, _shards={"failed": 1, "failures": [{"reason": {"reason": "too complex"}}]}),
            "a shard failed: too complex",
        ),
    ],
)
def test_a_search_that_is_not_whole_is_an_error(
    script: Script, oracle: ElasticsearchOracle, answer: Any, reason: str
) -> None:
    script.answer(SEARCH, answer)
    for ask in (oracle.lucene, oracle.kql):
        with pytest.raises(EngineError, match=reason):
            ask("*")


@pytest.mark.parametrize(
    ("limit", "answer", "reason"),
    [
        (2, _rows(0, 1), "2 of at most 2 rows"),
        (9, _rows(0, is_partial=True), "1 of at most 9 rows"),
    ],
)
def test_rows_that_are_not_whole_are_an_error(
    script: Script, oracle: ElasticsearchOracle, limit: int, answer: Any, reason: str
) -> None:
    """The limit is the server's; a transient setting goes before a persistent one."""
    name = "esql.query.result_truncation_max_size"
    script.answer(
        "GET /_cluster/settings",
        {"transient": {name: str(limit)}, "persistent": {name: "7"}, "defaults": {name: "8"}},
    )
    script.answer(QUERY, answer)
    with pytest.raises(EngineError, match=reason):
        oracle.esql("FROM logs-okta*")


def test_rows_over_the_indices_of_another_run_are_an_error(
    script: Script, oracle: ElasticsearchOracle
) -> None:
    """Another machine, which no lock here can hold back, moves the pattern to its own index."""
    visible = script.answers["GET /_resolve"][1]["aliases"]
    script.answer(QUERY, _rows(0))
    assert oracle.esql("FROM logs-okta*") == {"a"}
    visible.append({"name": "logs-okta.system-test-2", "indices": ["okta-access-oracle-2"]})
    with pytest.raises(EngineError, match="another run uses the same server"):
        oracle.esql("FROM logs-okta*")
    actions = json.loads(next(body for asked, _, body in script.asked if "_aliases" in asked))
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
    script.answer("GET /_resolve", found)
    with (
        ElasticsearchOracle(url) as oracle,
        pytest.raises(EngineError, match=r"Okta logs already \(logs-okta[^)]*\) \(made-up events"),
    ):
        oracle.load([{"uuid": "a", "eventType": "e"}])
    assert {asked.split("/")[0] for asked, _, _ in script.asked} == {"GET "}


def _bulk(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"create": item} for item in items], **_hits()}


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
    script.answer(SEARCH, answer)
    with pytest.raises(EngineError, match=reason):
        oracle.load([{"uuid": "c", "eventType": "e"}])


def test_a_server_that_is_no_elasticsearch(script: Script, client: ElasticClient) -> None:
    script.answer("GET /", b"<html>", 404)
    with pytest.raises(EngineError, match="does not answer as Elasticsearch does"):
        client.get("/")


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        ({"error": "Incorrect HTTP method"}, "error", "Incorrect HTTP method"),
        ({"error": {"type": "x", "reason": "a\n b"}}, "x", "a b"),
        ({"error": {"root_cause": [{"type": "y"}], "type": "x", "reason": "all shards failed",
                    "failed_shards": [{"reason": {"reason": "a", "caused_by": {"reason": "b"}}}]}},
         "y", "a: b"),
        ({}, "error", "None"),
        ([], "error", "None"),
    ],
)  # fmt: skip
def test_refusals_of_every_form(
    script: Script, client: ElasticClient, answer: Any, kind: str, reason: str
) -> None:
    script.answer("GET /", answer, 405)
    with pytest.raises(ServerRefused) as refused:
        client.get("/")
    assert (refused.value.status, refused.value.kind, refused.value.reason) == (405, kind, reason)


def test_a_long_reason_is_shortened_to_a_line(script: Script, client: ElasticClient) -> None:
    """The server quotes a value of any length back."""
    script.answer("GET /", {"error": {"type": "x", "reason": f"begin {'x' * 99_999} end"}}, 400)
    with pytest.raises(ServerRefused, match=r"begin x+ … x+ end \(x, HTTP 400\)$") as refused:
        client.get("/")
    assert len(str(refused.value)) < 500


def test_a_connection_that_went_away_is_opened_again(script: Script, client: ElasticClient) -> None:
    script.hang_up_after_each = True
    script.answer("GET /", {"ok": True})
    assert [client.get("/") for _ in range(3)] == [{"ok": True}] * 3


def test_a_password_is_sent_and_decoded(script: Script, url: str) -> None:
    script.answer("GET /", {})
    with closing(ElasticClient(url.replace("//", "//elastic:p%40ss@"))) as client:
        client.get("/")
    sent = script.asked[0][1]["Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"elastic:p@ss"
    assert "p@ss" not in client.place
    assert "elastic" not in client.place


def test_a_path_in_the_address_is_kept(script: Script, url: str) -> None:
    """A server behind a proxy."""
    script.answer("GET /es/", {"count": 1})
    with closing(ElasticClient(f"{url}/es/")) as client:
        assert client.get("/_count") == {"count": 1}


def test_warnings_are_told(script: Script, url: str) -> None:
    script.answer("POST /", {}, Warning='299 Elasticsearch-8 "No \\"limit\\" defined"')
    client = ElasticClient(url)
    assert client.request("POST", "/", {}) == ({}, ('No "limit" defined',))
    client.close()
