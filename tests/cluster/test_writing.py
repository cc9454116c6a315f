"""Documents written in batches, and what is said of each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from okta_access.cluster import writing
from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.cluster.writing import write_documents
from tests.builders.scripted import HANG_UP, Answer, Script

DOCUMENTS = [(str(number), {"name": name}) for number, name in enumerate(["a", "\ud800", "c"])]


@pytest.fixture
def cluster(script: Script, url: str) -> Iterator[Cluster]:
    script.answers["POST /test/_refresh"] = [Answer({"_shards": {"failed": 0}})]
    with Cluster(Access(url), pause=lambda _: None) as cluster:
        yield cluster


def said(*numbers: int, status: int = 201) -> Answer:
    items = [{"index": {"_id": str(number), "status": status}} for number in numbers]
    return Answer({"errors": status != 201, "items": items})


def test_what_is_said_of_each_comes_in_order_and_then_they_can_be_found(
    script: Script, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_BATCH_BYTES", 20)
    script.answers["PUT /test/_bulk"] = [said(0, 1), said(2, status=400)]
    told = [(one["_id"], one["status"]) for one in write_documents(cluster, "test", DOCUMENTS)]
    assert told == [("0", 201), ("1", 201), ("2", 400)]
    assert [(asked, body) for asked, _, body in script.asked] == [
        (
            "PUT /test/_bulk",
            [{"index": {"_id": "0"}}, {"name": "a"}, {"index": {"_id": "1"}}, {"name": "\ud800"}],
        ),
        ("PUT /test/_bulk", [{"index": {"_id": "2"}}, {"name": "c"}]),
        ("POST /test/_refresh", None),
    ]


def test_documents_whose_answer_was_lost_are_sent_again_under_their_ids(
    script: Script, cluster: Cluster
) -> None:
    script.answers["PUT /test/_bulk"] = [HANG_UP, said(0)]
    assert len([*write_documents(cluster, "test", DOCUMENTS[:1])]) == 1
    first, second = (body for asked, _, body in script.asked if "_bulk" in asked)
    assert first == second == [{"index": {"_id": "0"}}, {"name": "a"}]
