"""Requests to one product on loopback, answered in JSON."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines import EngineBroken

_SECONDS = 120.0
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Web:
    """A product's address and what every request to it carries. Secrets are never shown."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (),
    ) -> Any:
        """The answer, None where it is empty.

        ``body`` is sent as JSON, ``form`` as a web form, ``raw`` as it is; ``fine`` are statuses
        besides 2xx that are no fault. Raises :class:`EngineBroken` for any other answer and none.
        """
        kind, data = "application/json", raw
        if body is not None:
            data = json.dumps(body).encode()
        elif form is not None:
            kind, data = "application/x-www-form-urlencoded", urllib.parse.urlencode(form).encode()
        sent = {"Content-Type": kind, **self.headers, **(headers or {})}
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        try:
            with _open(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read()
            if error.code not in fine:
                said = text.decode(errors="replace")[:300]
                raise EngineBroken(f"{method} {path}: {error.code}: {said}") from error
        except (OSError, http.client.HTTPException) as error:
            raise EngineBroken(f"{method} {path}: {error}") from error
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise EngineBroken(f"{method} {path}: answered in another form than JSON") from error


def basic(user: str, password: str) -> str:
    """The header of a user.

    >>> basic("a", "b")
    'Basic YTpi'
    """
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def until(what: str, ready: Callable[[], bool], seconds: float, pause: float = 2.0) -> None:
    """Waits. Raises :class:`EngineBroken` where it is not ready in time."""
    end, last = time.monotonic() + seconds, "not ready"
    while time.monotonic() < end:
        try:
            if ready():
                return
        except EngineBroken as error:
            last = str(error)
        time.sleep(pause)
    raise EngineBroken(f"{what} did not get ready in {seconds:.0f} s: {last}")


def _open(request: urllib.request.Request) -> Any:
    """Splunk signs its own certificate, which is believed on loopback and nowhere else."""
    if request.host.rpartition(":")[0] != _LOOPBACK:
        raise EngineBroken(f"{request.host} is not on loopback")
    return urllib.request.urlopen(
        request, timeout=_SECONDS, context=ssl._create_unverified_context()
    )
