"""An Elasticsearch cluster: reached, asked, and never believed by half.

The official client (the extra ``elasticsearch``) does the talking. It repeats a request at once,
so the pauses between attempts are made here. An answer that is partial, that some shard did not
give, or in which the server put null for what it could not evaluate is an error and no answer.

Nothing here writes: see :mod:`okta_access.cluster.writing`.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from okta_access.cluster.access import Access, client_of
from okta_access.cluster.errors import Forbidden, IncompleteAnswer, RequestRefused
from okta_access.cluster.failures import error_of, pause_before_retry
from okta_access.cluster.reasons import one_line, reason_of, warnings_of
from okta_access.cluster.table import Table
from okta_access.errors import EngineError

if TYPE_CHECKING:
    from elastic_transport import ApiResponse
    from elasticsearch import Elasticsearch

_PARTIAL = "the cluster gave a part of the answer only"
_NULLED = "treating result as null"
_METHOD_NOT_ALLOWED = 405


class Cluster:
    """A cluster, asked by one thread at a time; a context manager that closes its connections.

    Every method may raise :class:`~okta_access.errors.EngineError` where the cluster cannot be
    used, and :class:`~okta_access.cluster.errors.RequestFailed` (a kind of it) where one
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
            told = self.ask(lambda client: client.info(), "version")
            if told["version"].get("build_flavor") == "serverless":
                return None
            text = told["version"]["number"]
        except Forbidden:
            return None
        except RequestRefused as error:
            if error.status != _METHOD_NOT_ALLOWED:
                raise
            # A server without its usual modules, as it is taken for tests.
            told = self.ask(lambda client: client.nodes.info(node_id="_local"), "nodes")
            text = next(iter(told["nodes"].values()))["version"]
        numbers = text.partition("-")[0].split(".")
        return tuple(map(int, numbers)) if all(map(str.isdecimal, numbers)) else None

    def field_types(self, indices: Sequence[str], names: Sequence[str]) -> Mapping[str, Any]:
        """The answer of the field capabilities of these names: ``indices`` and ``fields``."""
        return self.ask(
            lambda client: client.field_caps(index=[*indices], fields=[*names]),
            "indices",
            "fields",
        )

    def resolved(self, pattern: str) -> Mapping[str, Any]:
        """The ``indices``, ``aliases`` and ``data_streams`` of a pattern that one may see."""
        return self.ask(
            lambda client: client.indices.resolve_index(name=pattern),
            "indices",
            "aliases",
            "data_streams",
        )

    def setting(self, name: str) -> str | None:
        """What a setting of the cluster is, by itself or by default."""
        told = self.ask(
            lambda client: client.cluster.get_settings(include_defaults=True, flat_settings=True)
        )
        levels = (told.get(level, {}) for level in ("transient", "persistent", "defaults"))
        return next((level[name] for level in levels if name in level), None)

    def count(self, index: str) -> int:
        """How many documents an index holds that can be searched."""
        number: int = self.ask(lambda client: client.count(index=index), "count")["count"]
        return number

    def esql(
        self, query: str, within: Mapping[str, Any] | None = None, *, nulls: bool = False
    ) -> Table:
        """The answer to an ES|QL query, over the documents that a filter in query DSL lets through.

        ``nulls``: also where the server put null for what it could not evaluate, as Kibana shows
        it; the table's warnings say so.
        """
        remote = ":" in query.partition("\n")[0] or None
        response = self._send(
            lambda client: client.esql.query(
                query=query,
                filter=within,
                include_ccs_metadata=remote,
                # Memory that runs out on one shard would else give the others' answer.
                allow_partial_results=False,
            )
        )
        warned = warnings_of(response.meta.headers.get("warning"))
        nulled = [warning for warning in warned if _NULLED in warning]
        if nulled and not nulls:
            raise IncompleteAnswer(
                "the cluster could not evaluate the query on every document: "
                + one_line("; ".join(nulled))
            )
        answer = self._body(response, "columns", "values")
        clusters = answer.get("_clusters") or {}
        missing = [n for n in ("skipped", "partial", "failed", "running") if clusters.get(n)]
        if answer.get("is_partial") or missing:
            raise IncompleteAnswer(_PARTIAL, hint=_why(clusters))
        return Table(
            tuple(column["name"] for column in answer["columns"]),
            tuple(column["type"] for column in answer["columns"]),
            answer["values"],
            warned,
        )

    def search(self, indices: Sequence[str], body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to a search request over all shards."""
        answer = self.ask(
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
            raise IncompleteAnswer(f"{_PARTIAL}: {reason}")
        return answer

    def ask(
        self, request: Callable[[Elasticsearch], ApiResponse[Any]], *parts: str
    ) -> Mapping[str, Any]:
        """The answer to a request, an object with these parts."""
        return self._body(self._send(request), *parts)

    def _body(self, response: ApiResponse[Any], *parts: str) -> Mapping[str, Any]:
        body: Any = response.body
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


def dotted(version: tuple[int, ...]) -> str:
    """A version as it is written.

    >>> dotted((8, 19, 21))
    '8.19.21'
    """
    return ".".join(map(str, version))


def _why(clusters: Mapping[str, Any]) -> str | None:
    """Which clusters did not answer in full; one that was asked alone has no name."""
    details = clusters.get("details") or {}
    names = [name for name, one in details.items() if one.get("status") != "successful"]
    return f"not in full from: {', '.join(sorted(names))}" if names else None
