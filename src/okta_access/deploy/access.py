"""How to reach a SIEM: its address, the secret, and which certificate is believed."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from okta_access.errors import InputError, Span

_OTHERS = 0o077
_LONGEST_SECRET = 65_536


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a SIEM. The secret is never shown.

    ``url`` is ``https://HOST:PORT``, perhaps with a path; plain http only on this machine.
    ``ca_file`` is a PEM file with the authority that signed the server's certificate.
    ``timeout`` is the longest wait for an answer, in seconds; ``retries`` is how often a request
    is repeated that met a busy server; ``backoff`` is the first pause, doubled each time, in
    seconds.

    Raises :class:`InputError` for what is no such address.
    """

    url: str
    secret: str = field(repr=False)
    ca_file: Path | None = None
    timeout: float = 60.0
    retries: int = 5
    backoff: float = 0.5

    def __post_init__(self) -> None:
        if self.parts.scheme == "http" and not _is_here(self.parts.hostname or ""):
            raise InputError(
                "the secret would go over http, readable for everyone on the way",
                hint="name an https address",
            )

    @property
    def parts(self) -> SplitResult:
        """The address, taken apart. Raises :class:`InputError` for what is none."""
        return _parts(self.url)

    @property
    def place(self) -> str:
        """The address as it is shown.

        >>> Access("https://[::1]:5601/kibana/", "s").place
        'https://[::1]:5601/kibana'
        """
        return self.url.rstrip("/")


def secret_of(environment: Mapping[str, str], variable: str, file: Path | None) -> str:
    """The secret: of a file that is for its owner alone, else of the environment.

    Raises :class:`InputError` where there is none, where others may read the file, or where it
    holds something else.
    """
    if file is None:
        text, span = environment.get(variable, ""), None
        if not text.strip():
            raise InputError("there is no secret", hint=f"set {variable}, or name a file")
    else:
        text, span = _read(file), Span.whole(str(file))
    words = text.split()
    if len(words) != 1 or not words[0].isascii() or not words[0].isprintable():
        where = variable if file is None else "the file"
        raise InputError(f"expected one secret and nothing else in {where}", span=span)
    return words[0]


def _read(file: Path) -> str:
    span = Span.whole(str(file))
    try:
        with file.open("rb") as opened:
            about = os.fstat(opened.fileno())
            if stat.S_IMODE(about.st_mode) & _OTHERS or about.st_uid != os.geteuid():
                raise InputError(
                    "others may read this secret, or it is another's",
                    span=span,
                    hint="chmod 600",
                )
            return opened.read(_LONGEST_SECRET).decode("ascii", "replace")
    except OSError as error:
        raise InputError(error.strerror or str(error), span=span) from error


def _parts(url: str) -> SplitResult:
    wrong = InputError("not the address of a server", hint="expected https://HOST:PORT")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError as error:
        raise wrong from error
    if parts.username is not None or parts.password is not None:
        raise InputError("an address with a user is not taken", hint="secrets are no arguments")
    if not good or parts.query or parts.fragment:
        raise wrong
    return parts


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
