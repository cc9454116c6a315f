"""A server on loopback that a test's own object answers for, with faults where it is told."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: ``path`` as it was quoted, ``query`` and ``form`` decoded."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which says that it is JSON and is."""
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The body, which says that it is a form and is."""
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        return dict(
            parse_qsl(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        )


@dataclass(frozen=True, slots=True)
class Told:
    """An answer; bytes are sent as they are, all else as JSON. After ``wait`` seconds."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0


HANG_UP = Told(None, 0)
"""An answer: the connection is closed without a word."""
Answer = Callable[[Asked], Told]


@dataclass
class Faulty:
    """Answers as another does, but for the requests of these numbers, counted from 0.

    A fault comes before the request is carried out, or ``after`` it, as when an answer is lost.
    """

    answer: Answer
    faults: dict[int, Told] = field(default_factory=dict)
    after: bool = False
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Told:
        """The answer or the fault."""
        number = len(self.asked)
        self.asked.append(asked)
        fault = self.faults.get(number)
        if fault is None:
            return self.answer(asked)
        if self.after:
            self.answer(asked)
        return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True
    answer: ClassVar[Answer]

    def _reply(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
        told = type(self).answer(Asked(self.command, parts.path, query, headers, body))
        if told.wait:
            threading.Event().wait(told.wait)
        if told is HANG_UP:
            self.close_connection = True
            return
        plain = isinstance(told.body, bytes)
        raw = told.body if plain else json.dumps(told.body).encode()
        self.send_response(told.status)
        kind = "text/html" if plain else "application/json"
        for name, value in {"Content-Type": kind, **told.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _reply  # noqa: N815 names of the base class

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def answering(answer: Answer, certificate: Path | None = None) -> Iterator[str]:
    """A server that answers; gives its address. ``certificate`` holds its key too."""
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
    server = _Server(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        scheme = "http" if certificate is None else "https"
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
