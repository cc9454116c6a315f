"""An HTTP server on loopback, with TLS where wanted: what servers of tests have in common."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Handles requests; :meth:`reply` is to answer each with :meth:`answer` or :meth:`hang_up`."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    disable_nagle_algorithm = True

    def reply(self) -> None:
        """Answer what is asked."""
        raise NotImplementedError

    def body(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: Any, headers: Mapping[str, str]) -> None:
        """Send bytes as they are, all else as JSON."""
        plain = isinstance(body, bytes)
        raw = body if plain else json.dumps(body).encode()
        self.send_response(status)
        kind = "text/html" if plain else "application/json"
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def hang_up(self) -> None:
        """Close the connection without a word."""
        self.close_connection = True

    def _asked(self) -> None:
        self.reply()

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _asked  # noqa: N815 names of the base class

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def serving(handler: type[Handler], certificate: Path | None = None) -> Iterator[str]:
    """A server; gives its address. ``certificate`` holds its key too."""
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
