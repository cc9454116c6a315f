"""An HTTP server on loopback that answers what a test has written down, with TLS where wanted."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}
HANG_UP = None
"""An answer: the connection is closed without a word."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body (bytes are sent as they are, all else as JSON), and headers."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(PRODUCT))


@dataclass
class Script:
    """What to answer to ``METHOD /path``, in turn and the last for ever; and what was asked."""

    answers: dict[str, list[Answer | None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    def next(self, asked: str) -> Answer | None:
        """The answer to the longest beginning of what is asked."""
        starts = [start for start in self.answers if asked.startswith(start)]
        if not starts:
            return Answer({"error": f"nothing is written for {asked}"}, 404)
        left = self.answers[max(starts, key=len)]
        return left.pop(0) if len(left) > 1 else left[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer
    script: ClassVar[Script]

    def _reply(self) -> None:
        asked = f"{self.command} {self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.script.asked.append((asked, dict(self.headers), _read(body)))
        answer = self.script.next(asked)
        if answer is None:
            self.close_connection = True
            return
        plain = isinstance(answer.body, bytes)
        raw = answer.body if plain else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        headers = {"Content-Type": "text/html" if plain else "application/json", **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_PUT = do_POST = do_DELETE = _reply  # noqa: N815 names that the base class calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the base class's name
        pass


def _read(body: bytes) -> Any:
    """JSON, or a list of it where there are several lines; None where there is nothing."""
    lines = [json.loads(line) for line in body.splitlines()]
    return lines if len(lines) > 1 else next(iter(lines), None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def served(script: Script, certificate: Path | None = None) -> Iterator[str]:
    """A server that follows the script; gives its address. ``certificate`` holds its key too."""
    handler = type("Handler", (_Handler,), {"script": script})
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


def make_certificate(folder: Path, name: str, address: str) -> Path:
    """A self-signed certificate for an address, with its key, in one PEM file."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={address}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / f"{name}.pem"
    both.write_text(certificate.read_text("ascii") + key.read_text("ascii"), "ascii")
    return both
