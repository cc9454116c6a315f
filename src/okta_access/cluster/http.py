"""JSON over HTTP with an Elasticsearch server, from the standard library alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit

from okta_access.errors import EngineError, InputError

_LONGEST_REASON = 400


class ServerRefused(EngineError):
    """The server answered, and what it answered is a refusal.

    ``status`` is the HTTP status, ``kind`` the server's name for what is wrong
    (``parsing_exception``) and ``reason`` its explanation, on one line.
    """

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"Elasticsearch refuses: {reason} ({kind}, HTTP {status})")
        self.status = status
        self.kind = kind
        self.reason = reason


class ElasticClient:
    """One connection to one server, kept open between requests; not for use by several threads.

    A user and a password in the address (``https://user:password@host:9200``) are sent as basic
    authentication and never shown.
    """

    def __init__(self, url: str, *, timeout: float = 60.0) -> None:
        """Takes the address and the longest wait for an answer, in seconds.

        Raises:
            InputError: the address is no http or https address of a server.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in {"http", "https"} or not parts.hostname or port == -1:
            raise InputError(
                "not the address of an Elasticsearch server", hint="expected http://HOST:PORT"
            )
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, port, timeout=timeout)
        self._root = parts.path.rstrip("/")
        self._headers = {"Accept": "application/json"}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            coded = base64.b64encode(secret.encode()).decode("ascii")
            self._headers["Authorization"] = f"Basic {coded}"
        place = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.place = f"{parts.scheme}://{place}{f':{port}' if port else ''}{self._root}"

    def close(self) -> None:
        """Closes the connection; a later request opens it again."""
        self._connection.close()

    def get(self, path: str) -> Any:
        """The parsed answer to a GET of ``path``; raises as :meth:`request` does."""
        return self.request("GET", path)[0]

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None
    ) -> tuple[Any, tuple[str, ...]]:
        """Sends a request and gives the parsed answer, and the server's warnings.

        ``body`` is a JSON object, or bytes of newline-delimited JSON.

        Raises:
            ServerRefused: the server answered with a refusal.
            EngineError: it could not be reached, or did not answer with JSON.
        """
        headers = dict(self._headers)
        payload = None
        if body is not None:
            lines = isinstance(body, bytes)
            headers["Content-Type"] = "application/x-ndjson" if lines else "application/json"
            payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, raw, warnings = self._send(method, self._root + path, payload, headers)
        try:
            answer = json.loads(raw)
        except ValueError as error:
            raise EngineError(
                f"{self.place} does not answer as Elasticsearch does (HTTP {status}, no JSON)"
            ) from error
        if status >= 400:
            raise _refusal(status, answer)
        return answer, warnings

    def _send(
        self, method: str, path: str, payload: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes, tuple[str, ...]]:
        reused = self._connection.sock is not None
        try:
            response = self._exchange(method, path, payload, headers)
            return response.status, response.read(), _warnings(response)
        except (OSError, HTTPException) as error:
            self._connection.close()
            if reused and isinstance(error, ConnectionError):
                # The server had closed the idle connection; a fresh one tells the truth.
                return self._send(method, path, payload, headers)
            reason = (isinstance(error, OSError) and error.strerror) or str(error) or "no answer"
            raise EngineError(f"cannot reach Elasticsearch at {self.place}: {reason}") from error

    def _exchange(
        self, method: str, path: str, payload: bytes | None, headers: Mapping[str, str]
    ) -> HTTPResponse:
        self._connection.request(method, path, payload, headers)
        return self._connection.getresponse()


def _warnings(response: HTTPResponse) -> tuple[str, ...]:
    """The texts of the Warning headers (RFC 7234: code, agent and a quoted text)."""
    found = []
    for header in response.headers.get_all("Warning", []):
        _, _, quoted = header.partition('"')
        found.append(quoted.removesuffix('"').replace('\\"', '"'))
    return tuple(found)


def _refusal(status: int, answer: Any) -> ServerRefused:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return ServerRefused(status, "error", one_line(str(error)))
    root = (error.get("root_cause") or [error])[0]
    shard = (error.get("failed_shards") or [{"reason": error}])[0]
    return ServerRefused(status, str(root.get("type")), reason_of(shard["reason"]))


def reason_of(error: Mapping[str, Any]) -> str:
    """The reasons of a server's error object and of what caused it, once each, on one line.

    >>> reason_of({"reason": "cannot parse", "caused_by": {"reason": "no such field"}})
    'cannot parse: no such field'
    """
    reasons: list[str] = []
    cause: Any = error
    while isinstance(cause, Mapping):
        reason = cause.get("reason")
        if isinstance(reason, str) and not any(reason in told for told in reasons):
            reasons.append(reason)
        cause = cause.get("caused_by")
    return one_line(": ".join(reasons)) or "no reason given"


def one_line(text: str) -> str:
    r"""The text without line breaks, shortened in the middle where it is overlong.

    >>> one_line("Found 1 problem\nline 1:25: Unknown column [nope]")
    'Found 1 problem line 1:25: Unknown column [nope]'
    """
    words = " ".join(text.split())
    if len(words) <= _LONGEST_REASON:
        return words
    half = _LONGEST_REASON // 2
    return f"{words[:half]} … {words[-half:]}"
