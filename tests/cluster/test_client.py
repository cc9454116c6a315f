"""What a cluster answers, and when it is asked again: busy servers, and answers that are none."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import IncompleteAnswer, Overloaded, RequestRefused
from okta_access.cluster.table import Table
from okta_access.errors import EngineError
from tests.builders.scripted import HANG_UP, PRODUCT, Answer, Script
from tests.cluster.asking import INFO, NUMBER, QUERY, ask, refusal


class TestBusy:
    @pytest.mark.parametrize("status", [429, 502, 503, 504])
    def test_servers_are_asked_again_after_ever_longer_pauses(
        self, script: Script, url: str, status: int
    ) -> None:
        busy = refusal("es_rejected_execution_exception", "queue is full", status)
        script.answers["POST /_query"] = [busy, HANG_UP, busy, NUMBER]
        waits: list[float] = []
        assert ask(Access(url), waits) == 7
        assert waits == [0.5, 1.0, 2.0]

    def test_servers_are_believed_when_they_say_how_long(self, script: Script, url: str) -> None:
        script.answers["POST /_query"] = [
            refusal("x", "later", 503, **{"Retry-After": "7"}),
            refusal("x", "later", 503, **{"Retry-After": "86400"}),
            refusal("x", "later", 503, **{"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
            NUMBER,
        ]
        waits: list[float] = []
        assert ask(Access(url), waits) == 7
        assert waits == [7.0, 30.0, 2.0]

    def test_servers_that_stay_so_are_told(self, script: Script, url: str) -> None:
        script.answers["POST /_query"] = [refusal("unavailable", "no shard is there", 503)]
        waits: list[float] = []
        with pytest.raises(Overloaded, match=r"did not manage it: no shard is there \(HTTP 503\)"):
            ask(Access(url, retries=4), waits)
        assert waits == [0.5, 1.0, 2.0, 4.0]

    def test_memory_that_ran_out_is_not_asked_for_again(self, script: Script, url: str) -> None:
        script.answers["POST /_query"] = [
            refusal("circuit_breaking_exception", "[request] Data too large", 429)
        ]
        with pytest.raises(Overloaded, match="Data too large"):
            ask(Access(url))
        assert len(script.asked) == 1

    def test_broken_connections_end_too(self, script: Script, url: str) -> None:
        script.answers["POST /_query"] = [HANG_UP]
        with pytest.raises(EngineError, match=f"cannot reach the cluster at {url}: "):
            ask(Access(url, retries=1))
        assert len(script.asked) == 2

    def test_silence_is_waited_for_no_longer_than_told(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            url = f"http://127.0.0.1:{mute.getsockname()[1]}"
            with pytest.raises(Overloaded, match=rf"no answer from {url} within 0.1 s .*--timeout"):
                ask(Access(url, timeout=0.1))


class TestAnswers:
    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ({"is_partial": True}, "a part of the answer only"),
            ({"_clusters": {"skipped": 1, "details": {"eu": {"status": "skipped"}, "us":
              {"status": "successful"}}}}, r"a part of the answer only \(not in full from: eu\)"),
        ],
    )  # fmt: skip
    def test_of_esql_that_are_partial(
        self, script: Script, url: str, answer: dict[str, Any], reason: str
    ) -> None:
        script.answers["POST /_query"] = [Answer({**NUMBER.body, **answer})]
        with pytest.raises(IncompleteAnswer, match=reason):
            ask(Access(url))

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ({"timed_out": True}, "gave up before it was done"),
            ({"_shards": {"failed": 1, "failures": [{"reason": {"type": "x", "reason": "disk"}}]}},
             "a shard failed: disk"),
        ],
    )  # fmt: skip
    def test_of_searches_that_are_partial(
        self, script: Script, url: str, answer: dict[str, Any], reason: str
    ) -> None:
        whole = {"timed_out": False, "_shards": {"failed": 0}, "hits": {}}
        script.answers["POST /logs/_search"] = [Answer({**whole, **answer}), Answer(whole)]
        with Cluster(Access(url)) as cluster:
            with pytest.raises(IncompleteAnswer, match=reason):
                cluster.search(["logs"], {"size": 0})
            assert cluster.search(["logs"], {"size": 0}) == whole
        assert "allow_partial_search_results=false" in script.asked[-1][0]

    def test_with_nulls_for_what_could_not_be_evaluated(self, script: Script, url: str) -> None:
        warning = (
            '299 Elasticsearch-8 "Line 1:2: evaluation of [x] failed, treating result as null."'
        )
        other = '299 Elasticsearch-8 "something is deprecated"'
        script.answers["POST /_query"] = [
            Answer(NUMBER.body, headers={**PRODUCT, "Warning": warning}),
            Answer(NUMBER.body, headers={**PRODUCT, "Warning": other}),
        ]
        with pytest.raises(IncompleteAnswer, match=r"could not evaluate .*of \[x\] failed"):
            ask(Access(url))
        assert ask(Access(url)) == 7

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            (Answer(NUMBER.body, headers={}), r"is not Elasticsearch .*OpenSearch"),
            (Answer(b"<html>hello</html>"), "does not answer as Elasticsearch does"),
            (Answer(b"<html>hello</html>", headers={}), "is not Elasticsearch"),
            (Answer(b"{", headers={**PRODUCT, "Content-Type": "application/json"}),
             "does not answer as Elasticsearch does"),
            (Answer([1]), "does not answer as Elasticsearch does"),
            (Answer({"columns": []}), "does not answer as Elasticsearch does"),
            (refusal("media_type_header_exception", "Invalid media-type", 400), "of a version"),
            (Answer(b"gone", 410, {}), "does not answer as Elasticsearch does|HTTP 410"),
        ],
    )  # fmt: skip
    def test_of_something_else(self, script: Script, url: str, answer: Answer, reason: str) -> None:
        script.answers["POST /_query"] = [answer]
        with pytest.raises(EngineError, match=reason) as caught:
            ask(Access(url, retries=0))
        assert "\n" not in str(caught.value)

    def test_that_refuse_a_query(self, script: Script, url: str) -> None:
        problem = "Found 1 problem\nline 1:22: Unknown column [okta.x]"
        script.answers["POST /_query"] = [refusal("verification_exception", problem, 400)]
        with pytest.raises(RequestRefused) as caught:
            ask(Access(url))
        assert str(caught.value) == (
            "the cluster refuses: Found 1 problem line 1:22: Unknown column [okta.x] "
            "(verification_exception, HTTP 400)"
        )
        assert (caught.value.status, caught.value.kind) == (400, "verification_exception")

    @pytest.mark.parametrize(
        ("answer", "kind", "reason"),
        [
            ({"error": "Incorrect HTTP method"}, "error", "Incorrect HTTP method"),
            ({"error": {"type": "x", "reason": "a\n b"}}, "x", "a b"),
            ({"error": {"root_cause": [{"type": "y"}], "type": "x", "reason": "all shards failed",
                        "failed_shards": [
                            {"reason": {"reason": "a", "caused_by": {"reason": "b"}}}]}},
             "y", "a: b"),
        ],
    )  # fmt: skip
    def test_that_refuse_in_every_form(
        self, script: Script, url: str, answer: Any, kind: str, reason: str
    ) -> None:
        script.answers["POST /_query"] = [Answer(answer, 405)]
        with pytest.raises(RequestRefused) as refused:
            ask(Access(url))
        told = refused.value
        assert (told.status, told.kind, told.reason) == (405, kind, reason)

    def test_that_refuse_at_length_are_shortened(self, script: Script, url: str) -> None:
        """The server quotes a value of any length back."""
        script.answers["POST /_query"] = [refusal("x", f"begin {'x' * 99_999} end", 400)]
        with pytest.raises(RequestRefused, match=r"begin x+ … x+ end \(x, HTTP 400\)$") as refused:
            ask(Access(url))
        assert len(str(refused.value)) < 500

    def test_with_warnings_are_tables_with_warnings(self, script: Script, url: str) -> None:
        """Several come in one header or in several; a text may hold quotation marks and commas."""
        warning = '299 Elasticsearch-8 "No \\"limit\\", defined", 299 Elasticsearch-8 "other"'
        script.answers["POST /_query"] = [
            Answer(NUMBER.body, headers={**PRODUCT, "Warning": warning})
        ]
        with Cluster(Access(url)) as cluster:
            assert cluster.esql(QUERY) == Table(
                ("n",), ("long",), [[7]], ('No "limit", defined', "other")
            )

    def test_with_nulls_are_taken_on_request(self, script: Script, url: str) -> None:
        warning = "evaluation of [x] failed, treating result as null."
        header = {**PRODUCT, "Warning": f'299 Elasticsearch-8 "{warning}"'}
        script.answers["POST /_query"] = [Answer(NUMBER.body, headers=header)]
        with Cluster(Access(url)) as cluster:
            assert cluster.esql(QUERY, nulls=True).warnings == (warning,)


class TestSettings:
    @pytest.mark.parametrize(
        ("told", "value"),
        [
            ({"transient": {"a": "1"}, "persistent": {"a": "2"}, "defaults": {"a": "3"}}, "1"),
            ({"transient": {}, "persistent": {"a": "2"}, "defaults": {"a": "3"}}, "2"),
            ({"persistent": {"b": "2"}, "defaults": {"a": "3"}}, "3"),
            ({}, None),
        ],
    )
    def test_transient_ones_go_first_and_defaults_last(
        self, script: Script, url: str, told: dict[str, Any], value: str | None
    ) -> None:
        script.answers["GET /_cluster/settings"] = [Answer(told)]
        with Cluster(Access(url)) as cluster:
            assert cluster.setting("a") == value


class TestVersion:
    @pytest.mark.parametrize(
        ("answer", "version"),
        [
            (INFO, (8, 19, 21)),
            (Answer({"version": {"number": "9.2.0-SNAPSHOT"}}), (9, 2, 0)),
            (Answer({"version": {"number": "8.11.0", "build_flavor": "serverless"}}), None),
            (refusal("security_exception", "unauthorized", 403), None),
        ],
    )
    def test_is_read_where_it_is_told(
        self, script: Script, url: str, answer: Answer, version: tuple[int, ...] | None
    ) -> None:
        script.answers["GET /"] = [answer]
        with Cluster(Access(url)) as cluster:
            assert cluster.version() == version
