"""Requests to a SIEM, by urllib3: patient where it is busy, strict about what it answers.

A request is repeated after a pause on 429, 502 and 503, and on what else a SIEM says when it is
busy; what only reads, also where no answer came. A redirect is never followed, so the secret goes
to no other place.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from okta_access.deploy.access import Access
from okta_access.deploy.errors import SiemError
from okta_access.errors import InputError, Span

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager, Retry

BUSY = frozenset({429, 502, 503})
_LONGEST_PAUSE = 60.0
_LONGEST_REASON = 400
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes with a request: bytes, and headers that say what they are."""

    data: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def form(
        cls, texts: Mapping[str, str], files: Mapping[str, bytes], headers: Mapping[str, str]
    ) -> Self:
        """A form of texts and files, each of them in a part of its own."""
        from urllib3 import encode_multipart_formdata

        data, kind = encode_multipart_formdata(
            [*texts.items(), *((name, (f"{name}.tar.gz", data)) for name, data in files.items())]
        )
        return cls(data, {**headers, "Content-Type": kind})


class Http:
    """A server, asked by one thread at a time.

    Raises :class:`InputError` where urllib3 is not installed, or the authority's file cannot be
    read.
    """

    def __init__(
        self,
        access: Access,
        headers: Mapping[str, str],
        *,
        busy: frozenset[int] = BUSY,
        hidden: tuple[str, ...] = (),
    ) -> None:
        """Opens no connection yet; ``headers`` go with every request.

        ``busy`` are the answers after which to ask again, ``hidden`` further secrets.
        """
        self.place = access.place
        self._access = access
        self._headers = dict(headers)
        self._busy = busy
        self._hidden = (access.secret, *hidden)
        self._pool = _pool(access)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int] | None = None,
        *,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        sent: Sent | None = None,
        maybe: bool = False,
    ) -> Any:
        """The JSON that the server answers.

        ``path`` is quoted already; ``body`` goes as JSON, ``form`` as a form does, ``sent`` as it
        is. With ``maybe`` a thing that is not there is None and no error. Raises
        :class:`SiemError`.
        """
        url = self.place + path + (f"?{urlencode(query)}" if query else "")
        headers, data = dict(self._headers), None
        if body is not None:
            headers = headers | {"Content-Type": "application/json"}
            data = json.dumps(body, ensure_ascii=False).encode()
        elif form is not None:
            headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
            data = urlencode(form).encode()
        elif sent is not None:
            headers, data = {**headers, **sent.headers}, sent.data
        return self._read(self._send(method, url, headers, data), maybe=maybe)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> BaseHTTPResponse:
        from urllib3.exceptions import HTTPError

        try:
            return self._pool.request(
                method,
                url,
                headers=headers,
                body=data,
                redirect=False,
                retries=_retries(self._access, self._busy, reads=method == "GET"),
            )
        except HTTPError as error:
            raise self._broken(error) from error

    def _read(self, answer: BaseHTTPResponse, *, maybe: bool) -> Any:
        status = answer.status
        try:
            told = json.loads(answer.data)
        except (ValueError, RecursionError):
            told = None
        if 200 <= status < 300 and told is not None:
            return told
        if maybe and status == _NOT_FOUND and told is not None:  # a proxy's page says nothing
            return None
        reason = self._clean(_reason(told))
        said = f"{reason} (HTTP {status})" if reason else f"HTTP {status}"
        if status == 401:
            raise SiemError(f"{self.place} does not accept the secret: {said}")
        if status == 403:
            raise SiemError(f"{self.place} does not allow it: {said}")
        if status in self._busy:
            raise SiemError(f"{self.place} is too busy: {said}", hint="run it again later")
        if 300 <= status < 400:
            raise SiemError(
                f"{self.place} sends on to another address: {said}",
                hint="is there a login page or a proxy? name the server's own address",
            )
        if told is None:
            raise SiemError(
                f"{self.place} does not answer in JSON: {said}",
                hint="is there a proxy or a login page at this address?",
            )
        raise SiemError(f"{self.place} refuses: {said}")

    def _broken(self, error: Exception) -> SiemError:
        cause = _deepest(error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SiemError(
                f"the certificate of {self.place} is not believed: {cause.verify_message}",
                hint="name the authority that signed it by --ca-file",
            )
        if isinstance(cause, TimeoutError) or "timed out" in str(error):
            return SiemError(
                f"no answer from {self.place} within {self._access.timeout:g} s",
                hint="a write may have been done; run it again",
            )
        told = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        return SiemError(
            f"cannot reach {self.place}: {self._clean(told)}",
            hint="is the address right, its port, and https or http?",
        )

    def _clean(self, text: str) -> str:
        """The text on one line, not too long and without the secret."""
        for secret in self._hidden:
            text = text.replace(secret, "(the secret)")
        words = " ".join(text.split())
        return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]} …"


def _pool(access: Access) -> PoolManager:
    try:
        import urllib3
    except ImportError as error:
        raise InputError(
            "a SIEM is reached through urllib3, which is not installed",
            hint='pip install "okta-access-detections[deploy]"',
        ) from error
    return urllib3.PoolManager(
        ssl_context=_believed(access), timeout=urllib3.Timeout(access.timeout)
    )


def _believed(access: Access) -> ssl.SSLContext:
    if access.ca_file is None:
        return ssl.create_default_context()
    span = Span.whole(str(access.ca_file))
    try:
        return ssl.create_default_context(cafile=access.ca_file)
    except ssl.SSLError as error:
        raise InputError("holds no certificate in PEM form", span=span) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), span=span) from error


def _retries(access: Access, busy: frozenset[int], *, reads: bool) -> Retry:
    from urllib3 import Retry

    class Patient(Retry):
        """Believes a server that says how long to wait, up to a minute."""

        def parse_retry_after(self, retry_after: str) -> float:
            try:
                return min(_LONGEST_PAUSE, super().parse_retry_after(retry_after))
            except (ValueError, OverflowError):  # a date or a number beyond all calendars
                return _LONGEST_PAUSE

    return Patient(
        total=access.retries,
        read=access.retries if reads else 0,
        other=0,
        allowed_methods=None,
        status_forcelist=busy,
        backoff_factor=access.backoff,
        backoff_max=_LONGEST_PAUSE,
        raise_on_status=False,
    )


def _reason(told: Any) -> str:
    """What Kibana and ACS (``message``) or Splunk (``messages``) say is wrong."""
    if not isinstance(told, Mapping):
        return ""
    if isinstance(told.get("message"), str):
        return str(told["message"])
    several = told.get("messages")
    if not isinstance(several, list):
        return ""
    return "; ".join(str(one.get("text", "")) for one in several if isinstance(one, Mapping))


def _deepest(error: BaseException) -> BaseException:
    seen = {id(error)}
    while True:
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else None
        inner = inner or error.__cause__ or error.__context__
        if inner is None or id(inner) in seen:
            return error
        seen.add(id(inner))
        error = inner
