"""An Elasticsearch cluster that holds real logs: reached, asked, and never believed by half.

The official client (the extra ``elasticsearch``) does the talking. It repeats a request at once,
so the pauses between attempts are made here. An answer that is partial, that some shard did not
give, or in which the server put null for what it could not evaluate is an error and no answer.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from okta_access.cluster.access import Access, client_of
from okta_access.cluster.errors import (
    Forbidden,
    NotCounted,
    error_of,
    pause_before_retry,
)
from okta_access.cluster.http import one_line, reason_of
from okta_access.errors import EngineError

if TYPE_CHECKING:
    from elastic_transport import ApiResponse
    from elasticsearch import Elasticsearch

_NULLED = "treating result as null"
_METHOD_NOT_ALLOWED = 405


@dataclass(frozen=True, slots=True)
class Period:
    """Times from ``low`` on and before ``high``, in milliseconds since 1970."""

    low: int
    high: int

    def query(self) -> dict[str, Any]:
        """The documents of that time, in query DSL."""
        times = {"gte": self.low, "lt": self.high, "format": "epoch_millis"}
        return {"range": {"@timestamp": times}}


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to an ES|QL query: names of columns, and rows in their order."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


class Cluster:
    """A cluster, asked by one thread at a time; a context manager that closes its connections.

    Every method may raise :class:`~okta_access.errors.EngineError` where the cluster cannot be
    used, and :class:`~okta_access.cluster.errors.NotCounted` (a kind of it) where one
    request was refused or its answer is not whole.
    """

    def __init__(self, access: Access, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Opens no connection yet. ``pause`` waits for so many seconds.

        Raises:
            InputError: as :func:`~okta_access.cluster.access.client_of` says.
        """
        self._access = access
        self._pause = pause
        self._client = client_of(access)
        self.place = access.place

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def version(self) -> tuple[int, ...] | None:
        """The server's version, such as (8, 19, 21).

        None where that says nothing: the server does not tell everyone, or it is serverless and
        has no versions.
        """
        try:
            told = self._ask(lambda client: client.info(), "version")
            if told["version"].get("build_flavor") == "serverless":
                return None
            text = told["version"]["number"]
        except Forbidden:
            return None
        except NotCounted as error:
            if error.status != _METHOD_NOT_ALLOWED:
                raise
            # A server without its usual modules, as it is taken for tests.
            told = self._ask(lambda client: client.nodes.info(node_id="_local"), "nodes")
            text = next(iter(told["nodes"].values()))["version"]
        numbers = text.partition("-")[0].split(".")
        return tuple(map(int, numbers)) if all(map(str.isdecimal, numbers)) else None

    def field_types(self, indices: Sequence[str], names: Sequence[str]) -> Mapping[str, Any]:
        """The answer of the field capabilities of these names: ``indices`` and ``fields``."""
        return self._ask(
            lambda client: client.field_caps(index=[*indices], fields=[*names]),
            "indices",
            "fields",
        )

    def index_names(self) -> list[str]:
        """The indices, aliases and data streams there are, as far as one may see them."""
        kinds = ("data_streams", "aliases", "indices")
        found = self._ask(lambda client: client.indices.resolve_index(name="*"), *kinds)
        names = [one["name"] for kind in kinds for one in found[kind]]
        return [name for name in names if not name.startswith(".")]

    def esql(self, query: str, period: Period | None = None) -> Table:
        """The answer to an ES|QL query over the documents of a period."""
        filter_ = None if period is None else period.query()
        remote = ":" in query.partition("\n")[0] or None
        answer = self._ask(
            lambda client: client.esql.query(
                query=query,
                filter=filter_,
                include_ccs_metadata=remote,
                # Memory that runs out on one shard would else give the others' answer.
                allow_partial_results=False,
            ),
            "columns",
            "values",
        )
        clusters = answer.get("_clusters") or {}
        missing = [n for n in ("skipped", "partial", "failed", "running") if clusters.get(n)]
        if answer.get("is_partial") or missing:
            raise NotCounted("the cluster gave a part of the answer only", hint=_why(clusters))
        return Table(
            tuple(column["name"] for column in answer["columns"]),
            answer["values"],
        )

    def search(self, indices: Sequence[str], body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a search request over all shards."""
        answer = self._ask(
            lambda client: client.search(
                index=[*indices], body=dict(body), allow_partial_search_results=False
            ),
            "_shards",
            "timed_out",
        )
        shards = answer["_shards"]
        if answer["timed_out"] or shards["failed"]:
            failures = shards.get("failures") or [{"reason": {}}]
            reason = "it gave up before it was done"
            if shards["failed"]:
                reason = f"a shard failed: {reason_of(failures[0]['reason'])}"
            raise NotCounted(f"the cluster gave a part of the answer only: {reason}")
        return answer

    def _ask(
        self, request: Callable[[Elasticsearch], ApiResponse[Any]], *parts: str
    ) -> Mapping[str, Any]:
        """The answer to a request, whole and with these parts."""
        answer = self._send(request)
        warned = answer.meta.headers.get("warning") or ""
        if _NULLED in warned:
            raise NotCounted(
                f"the cluster could not evaluate the query on every document: {one_line(warned)}"
            )
        body: Any = answer.body
        if not isinstance(body, Mapping) or not body.keys() >= {*parts}:
            raise EngineError(f"{self.place} does not answer as Elasticsearch does")
        whole: Mapping[str, Any] = body
        return whole

    def _send(self, request: Callable[[Elasticsearch], ApiResponse[Any]]) -> ApiResponse[Any]:
        from elastic_transport import TransportError, TransportWarning
        from elasticsearch import ApiError

        attempt = 0
        while True:
            try:
                with warnings.catch_warnings():
                    # Warnings of the server are read from its answer.
                    warnings.simplefilter("ignore", TransportWarning)
                    return request(self._client)
            except (ApiError, TransportError) as error:
                wait = pause_before_retry(error, attempt)
                if wait is None or attempt >= self._access.retries:
                    raise error_of(
                        error, self.place, self._access.timeout, known=self._access.secret
                    ) from error
                self._pause(wait)
                attempt += 1


def _why(clusters: Mapping[str, Any]) -> str | None:
    """Which clusters did not answer in full; one that was asked alone has no name."""
    details = clusters.get("details") or {}
    names = [name for name, one in details.items() if one.get("status") != "successful"]
    return f"not in full from: {', '.join(sorted(names))}" if names else None
