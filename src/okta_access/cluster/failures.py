"""What the official client raises, as errors of ours: one line each that says what to do next."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from okta_access.cluster.errors import Forbidden, Overloaded, RequestRefused
from okta_access.cluster.reasons import one_line, reason_of
from okta_access.errors import EngineError

if TYPE_CHECKING:
    from elasticsearch import ApiError

_BUSY = frozenset({429, 502, 503, 504})
_TOO_MUCH = frozenset({"circuit_breaking_exception", "too_many_buckets_exception"})
_OTHER_VERSION = "media_type_header_exception"
_LONGEST_PAUSE = 30.0


def pause_before_retry(error: Exception, attempt: int) -> float | None:
    """How many seconds to wait before a request is sent again; None where that is of no use.

    ``attempt`` counts from 0. A server that says how long to wait is believed, up to half a
    minute. Memory that ran out is not a matter of time but of the question.
    """
    from elasticsearch import ApiError, SSLError
    from elasticsearch import ConnectionError as Broken

    doubled = min(_LONGEST_PAUSE, 0.5 * 2**attempt)
    if isinstance(error, Broken):
        return None if isinstance(error, SSLError) else doubled
    if not isinstance(error, ApiError) or error.status_code not in _BUSY:
        return None
    if _kind(error) in _TOO_MUCH:
        return None
    said = error.meta.headers.get("retry-after") or ""
    return min(_LONGEST_PAUSE, float(said)) if said.isdecimal() else doubled


def error_of(error: Exception, place: str, timeout: float, *, known: bool) -> EngineError:
    """What the client raised, as an error of ours.

    ``place`` is the cluster's address without secrets; ``known`` whether credentials were given.
    """
    from elasticsearch import (
        ApiError,
        ConnectionTimeout,
        SerializationError,
        SSLError,
        UnsupportedProductError,
    )
    from elasticsearch import ConnectionError as Broken

    match error:
        case ConnectionTimeout():
            return Overloaded(
                f"no answer from {place} within {timeout:g} s",
                hint="backtest waits for longer with --timeout",
            )
        case SSLError():
            return _tls(error, place)
        case Broken():
            return EngineError(
                f"cannot reach the cluster at {place}: {_cause(error)}",
                hint="is the address right, its port, and https or http?",
            )
        case UnsupportedProductError():
            return EngineError(
                f"what answers at {place} is not Elasticsearch",
                hint="a proxy? OpenSearch is another product; scan an export of its logs instead",
            )
        case SerializationError():
            return EngineError(
                f"{place} does not answer as Elasticsearch does",
                hint="is there a proxy, Kibana or another service at this address?",
            )
        case ApiError():
            return _refusal(error, place, known=known)
        case _:
            return EngineError(f"{place}: {one_line(str(error))}")


def _refusal(error: ApiError, place: str, *, known: bool) -> EngineError:
    status, reason = error.status_code, _reason(error)
    if status == 401:
        if known:
            return EngineError(f"{place} does not accept the credentials: {reason} (HTTP 401)")
        return EngineError(
            f"{place} wants to know who asks (HTTP 401)",
            hint="name a user in the address; with backtest, set OKTA_ACCESS_ES_API_KEY, "
            "or give --api-key-file or --user",
        )
    if status == 403:
        return Forbidden(
            f"{place} does not allow it: {reason} (HTTP 403)",
            hint="backtest takes the privileges read and view_index_metadata on the indices",
        )
    kind = _kind(error)
    if kind == _OTHER_VERSION:
        return EngineError(
            f"{place} is of a version that this client does not speak",
            hint="Elasticsearch 8 and 9 are known",
        )
    if kind in _TOO_MUCH or status in _BUSY:
        return Overloaded(f"the cluster did not manage it: {reason} (HTTP {status})")
    return RequestRefused(status, kind, reason)


def _tls(error: Exception, place: str) -> EngineError:
    cause = _deepest(error)
    if isinstance(cause, ssl.SSLError) and cause.reason in (
        "WRONG_VERSION_NUMBER",
        "RECORD_LAYER_FAILURE",
    ):
        return EngineError(f"{place} does not speak TLS", hint="try http:// instead of https://")
    return EngineError(
        f"the certificate of {place} is not believed: {_cause(error)}",
        hint="with backtest, name the authority that signed it by --ca-certs or --fingerprint",
    )


def _kind(error: ApiError) -> str:
    """The server's name for what is wrong; of a search that failed on all shards, their reason."""
    told = _told(error)
    root = (told.get("root_cause") or [told])[0]
    return str(root.get("type", "error"))


def _reason(error: ApiError) -> str:
    told = _told(error)
    if not told:
        return one_line(str(error.message))
    shard = (told.get("failed_shards") or [{"reason": told}])[0]
    return reason_of(shard["reason"])


def _told(error: ApiError) -> Mapping[str, Any]:
    body = error.body
    told = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(told, str):
        return {"type": "error", "reason": told}
    return told if isinstance(told, Mapping) else {}


def _cause(error: Exception) -> str:
    """The innermost reason of a broken connection, without the names of classes and objects."""
    cause = _deepest(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return one_line(str(cause)) or type(cause).__name__


def _deepest(error: BaseException) -> BaseException:
    seen = {id(error)}
    while True:
        errors = getattr(error, "errors", ())
        inner = error.__cause__ or error.__context__ or (errors[0] if errors else None)
        if inner is None or id(inner) in seen:
            return error
        seen.add(id(inner))
        error = inner
