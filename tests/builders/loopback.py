"""A server on loopback that a test's own object answers for, with faults where it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from tests.builders.http_server import Handler, serving


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


class _Handler(Handler):
    told: ClassVar[Answer]

    def reply(self) -> None:
        """Answer as the test's object does."""
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
        told = type(self).told(Asked(self.command, parts.path, query, headers, self.body()))
        if told.wait:
            threading.Event().wait(told.wait)
        if told is HANG_UP:
            self.hang_up()
        else:
            self.answer(told.status, told.body, told.headers)


@contextmanager
def answering(answer: Answer, certificate: Path | None = None) -> Iterator[str]:
    """A server that answers; gives its address. ``certificate`` holds its key too."""
    handler = type("Handler", (_Handler,), {"told": staticmethod(answer)})
    with serving(handler, certificate) as address:
        yield address
