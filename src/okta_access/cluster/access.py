"""How to reach a cluster: its address, who asks, and which certificate is believed."""

from __future__ import annotations

import base64
import re
import ssl
from dataclasses import dataclass, field
from logging import NullHandler, getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from okta_access.errors import InputError, Span

if TYPE_CHECKING:
    from types import ModuleType

    from elasticsearch import Elasticsearch

_CLIENT = 8
_OPAQUE_ID = "okta-access"
_FINGERPRINT_DIGITS = 64
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}", re.ASCII)

# Without a handler of its own a library's log lines go to stderr.
getLogger("elastic_transport").addHandler(NullHandler())


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a cluster. Secrets are never shown.

    ``url`` is ``https://HOST:PORT``, perhaps with a path. ``api_key`` is an API key as Kibana
    shows it, or as ``id:key``; ``user`` and ``password`` are the other way. ``ca_certs`` is a PEM
    file with the authority that signed the server's certificate, ``fingerprint`` the SHA-256 of
    that authority or of the certificate itself; ``verify`` False believes any certificate.
    ``timeout`` is the longest wait for an answer, in seconds; ``retries`` is how often a request
    is repeated that met a busy server or a broken connection.
    """

    url: str = field(repr=False)
    api_key: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_certs: Path | None = None
    fingerprint: str | None = None
    verify: bool = True
    timeout: float = 60.0
    retries: int = 5

    @property
    def place(self) -> str:
        """The address without a user. Raises :class:`InputError` for one that is none.

        >>> Access("https://me:secret@[::1]:9200/es/").place
        'https://[::1]:9200/es'
        """
        parts = _address(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"

    @property
    def secret(self) -> bool:
        """Whether there are credentials. Raises as :attr:`place` does."""
        return bool(self.api_key or self.user or _address(self.url).username)

    @property
    def encrypted(self) -> bool:
        """Whether the way there is. Raises as :attr:`place` does."""
        return _address(self.url).scheme == "https"


def client_of(access: Access) -> Elasticsearch:
    """The official client; it has opened no connection yet.

    Raises:
        InputError: the client is not installed, or in a version for other servers; the address is
            none; or a key, a certificate or a fingerprint cannot be read.
    """
    library = _client_library()
    parts = _address(access.url)
    options: dict[str, Any] = {
        "request_timeout": access.timeout,
        "max_retries": 0,
        "retry_on_timeout": False,
    }
    if access.api_key is not None:
        options["api_key"] = coded_key(access.api_key)
    elif access.user is not None:
        options["basic_auth"] = _coded(f"{access.user}:{access.password or ''}")
    elif parts.username is not None:
        options["basic_auth"] = _coded(f"{unquote(parts.username)}:{unquote(parts.password or '')}")
    if access.encrypted:
        options |= _tls_options(access)
    elif access.ca_certs or access.fingerprint or not access.verify:
        raise InputError(f"{access.place} is no https address, so there is no certificate to check")
    try:
        client: Elasticsearch = library.Elasticsearch(access.place, **options)
    except ValueError as error:  # a host that the client cannot read
        raise _no_address() from error
    return client.options(opaque_id=_OPAQUE_ID)


def _client_library() -> ModuleType:
    """The official client, imported only where a cluster is asked."""
    hint = 'pip install "okta-access-detections[elasticsearch]"'
    try:
        import elasticsearch
    except ImportError as error:
        raise InputError(
            "Elasticsearch is asked through its client, which is not installed", hint=hint
        ) from error
    if elasticsearch.__version__[0] != _CLIENT:
        raise InputError(
            "the Elasticsearch client installed here is of version "
            f"{'.'.join(map(str, elasticsearch.__version__))}, expected {_CLIENT}",
            hint=hint,
        )
    return elasticsearch


def _address(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise _no_address()
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise _no_address() from error
    if not good or parts.query or parts.fragment:
        raise _no_address()
    return parts


def _no_address() -> InputError:
    return InputError(
        "not the address of an Elasticsearch cluster", hint="expected https://HOST:PORT"
    )


def coded_key(key: str) -> str:
    """An API key as its header carries it. Raises :class:`InputError` for what is none."""
    coded = _coded(key) if ":" in key else key
    if not _BASE64.fullmatch(coded):
        raise InputError("not an API key", hint="expected the encoded key, or id:key")
    return coded


def _coded(secret: str) -> str:
    return base64.b64encode(secret.encode("utf-8", "surrogateescape")).decode("ascii")


def _tls_options(access: Access) -> dict[str, Any]:
    if not access.verify:
        return {"verify_certs": False, "ssl_show_warn": False}
    if access.fingerprint is not None:
        digits = access.fingerprint.replace(":", "").strip().lower()
        if len(digits) != _FINGERPRINT_DIGITS or set(digits) - set("0123456789abcdef"):
            raise InputError(
                "not a fingerprint of a certificate",
                hint=f"expected SHA-256, {_FINGERPRINT_DIGITS} hexadecimal digits",
            )
        return {"ssl_assert_fingerprint": digits}
    if access.ca_certs is None:
        return {}
    span = Span.whole(str(access.ca_certs))
    try:
        ssl.create_default_context(cafile=access.ca_certs)
    except ssl.SSLError as error:
        raise InputError("holds no certificate in PEM form", span=span) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), span=span) from error
    return {"ca_certs": str(access.ca_certs)}
