"""An HTTP server on loopback that answers what a test has written down, with TLS where wanted."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from tests.builders.http_server import Handler, serving

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


class _Handler(Handler):
    script: ClassVar[Script]

    def reply(self) -> None:
        """Write down what is asked, and answer as it is written."""
        asked = f"{self.command} {self.path}"
        self.script.asked.append((asked, dict(self.headers), _read(self.body())))
        answer = self.script.next(asked)
        if answer is None:
            self.hang_up()
        else:
            self.answer(answer.status, answer.body, answer.headers)


def _read(body: bytes) -> Any:
    """JSON, or a list of it where there are several lines; None where there is nothing."""
    lines = [json.loads(line) for line in body.splitlines()]
    return lines if len(lines) > 1 else next(iter(lines), None)


@contextmanager
def served(script: Script, certificate: Path | None = None) -> Iterator[str]:
    """A server that follows the script; gives its address. ``certificate`` holds its key too."""
    with serving(type("Handler", (_Handler,), {"script": script}), certificate) as address:
        yield address


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
