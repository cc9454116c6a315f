"""Indices made, filled, named and deleted: for made-up events on a server for tests.

A request whose connection broke is sent again, so documents have ids and do not come in twice.
Every function may raise as the methods of :class:`~okta_access.cluster.client.Cluster` do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from okta_access.cluster.client import Cluster

_BATCH_BYTES = 4_000_000


def create_index(
    cluster: Cluster, name: str, mappings: Mapping[str, Any], settings: Mapping[str, Any]
) -> None:
    """Makes an index that is not there yet."""
    cluster.ask(
        lambda client: client.indices.create(index=name, mappings=mappings, settings=settings),
        "acknowledged",
    )


def write_documents(
    cluster: Cluster, index: str, documents: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[Mapping[str, Any]]:
    """Writes documents, each with its id, and gives what the server says of each, in their order.

    All of them can be searched when the iterator is used up.
    """
    for batch in _batches(documents):
        yield from _written(cluster, index, batch)
    cluster.ask(lambda client: client.indices.refresh(index=index), "_shards")


def change_aliases(cluster: Cluster, actions: Sequence[Mapping[str, Any]]) -> None:
    """Adds and removes aliases, all in one step."""
    cluster.ask(lambda client: client.indices.update_aliases(actions=actions), "acknowledged")


def delete_indices(cluster: Cluster, names: Sequence[str]) -> None:
    """Deletes indices; those that are gone already are passed over."""
    cluster.ask(
        lambda client: client.indices.delete(index=[*names], ignore_unavailable=True),
        "acknowledged",
    )


def _written(cluster: Cluster, index: str, batch: list[Any]) -> Iterator[Mapping[str, Any]]:
    answer = cluster.ask(lambda client: client.bulk(index=index, operations=batch), "items")
    for item in answer["items"]:
        yield item["index"]


def _batches(documents: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[list[Any]]:
    """Lines for requests of some megabytes each, in pairs of what to do and with what.

    In ASCII, for the client would write half of a surrogate pair as bytes that are no UTF-8.
    """
    batch: list[Any] = []
    size = 0
    for id_, source in documents:
        line = json.dumps(source)
        batch += json.dumps({"index": {"_id": id_}}), line
        size += len(line)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
